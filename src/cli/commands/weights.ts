import type { Command } from 'commander';
import { baseCommand, Failure } from '../command.js';

/** Placeholder until its owner writes it: says that it is not there yet. */
export function register(program: Command): void {
  program.addCommand(
    baseCommand('weights', 'not there yet', 'oneshot-arm weights --help').action(() => {
      throw new Failure('weights: not there yet');
    }),
  );
}
