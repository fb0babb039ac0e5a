import type { Command } from 'commander';
import { baseCommand, Failure } from '../command.js';

/** Placeholder until its owner writes it: says that it is not there yet. */
export function register(train: Command): void {
  train.addCommand(
    baseCommand('motor', 'not there yet', 'oneshot-arm train motor --help').action(() => {
      throw new Failure('train motor: not there yet');
    }),
  );
}
