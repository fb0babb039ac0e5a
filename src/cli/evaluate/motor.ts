import type { Command } from 'commander';
import { baseCommand, Failure } from '../command.js';

/** Placeholder until its owner writes it: says that it is not there yet. */
export function register(evaluate: Command): void {
  evaluate.addCommand(
    baseCommand('motor', 'not there yet', 'oneshot-arm evaluate motor --help').action(() => {
      throw new Failure('evaluate motor: not there yet');
    }),
  );
}
