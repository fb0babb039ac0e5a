import type { Command } from 'commander';
import * as motor from '../evaluate/motor.js';
import * as fewshot from '../evaluate/fewshot.js';

/** `evaluate motor|fewshot`: each subcommand's module is light and imports its core only when it runs. */
export function register(program: Command): void {
  const evaluate = program.command('evaluate').description('mean error over many targets or episodes');
  motor.register(evaluate);
  fewshot.register(evaluate);
}
