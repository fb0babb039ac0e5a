import type { Command } from 'commander';
import { baseCommand, Failure } from '../command.js';

/** Placeholder until its owner writes it: says that it is not there yet. */
export function register(program: Command): void {
  program.addCommand(
    baseCommand('node', 'not there yet', 'oneshot-arm node --help').action(() => {
      throw new Failure('node: not there yet');
    }),
  );
}
