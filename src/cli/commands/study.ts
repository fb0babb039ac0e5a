import type { Command } from 'commander';
import { baseCommand, Failure } from '../command.js';

/** Placeholder until its owner writes it: says that it is not there yet. */
export function register(program: Command): void {
  program.addCommand(
    baseCommand('study', 'not there yet', 'oneshot-arm study --help').action(() => {
      throw new Failure('study: not there yet');
    }),
  );
}
