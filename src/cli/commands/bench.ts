import type { Command } from 'commander';
import { baseCommand, Failure } from '../command.js';

/** Placeholder until its owner writes it: says that it is not there yet. */
export function register(program: Command): void {
  program.addCommand(
    baseCommand('bench', 'not there yet', 'oneshot-arm bench --help').action(() => {
      throw new Failure('bench: not there yet');
    }),
  );
}
