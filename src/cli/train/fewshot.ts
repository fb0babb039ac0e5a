import type { Command } from 'commander';
import { baseCommand, Failure } from '../command.js';

/** Placeholder until its owner writes it: says that it is not there yet. */
export function register(train: Command): void {
  train.addCommand(
    baseCommand('fewshot', 'not there yet', 'oneshot-arm train fewshot --help').action(() => {
      throw new Failure('train fewshot: not there yet');
    }),
  );
}
