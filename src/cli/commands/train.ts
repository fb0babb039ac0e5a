import type { Command } from 'commander';
import * as motor from '../train/motor.js';
import * as fewshot from '../train/fewshot.js';

/** `train motor|fewshot`: each subcommand's module is light and imports its trainer only when it runs. */
export function register(program: Command): void {
  const train = program.command('train').description('meta-train weights');
  motor.register(train);
  fewshot.register(train);
}
