import type { Command } from 'commander';
import { baseCommand, Failure } from '../command.js';

/** Placeholder until its owner writes it: says that it is not there yet. */
export function register(evaluate: Command): void {
  evaluate.addCommand(
    baseCommand('fewshot', 'not there yet', 'oneshot-arm evaluate fewshot --help').action(() => {
      throw new Failure('evaluate fewshot: not there yet');
    }),
  );
}
