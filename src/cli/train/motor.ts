import type { Command } from 'commander';
import { baseCommand, choiceOption, integerOption, numberOption } from '../command.js';
import type { TrainMotorOptions } from './run_motor.js';

/** `train motor`. */
export function register(train: Command): void {
  train.addCommand(
    baseCommand(
      'motor',
      'meta-train the motor system by natural e-prop (backpropagation through exposure, update and recall)',
      'oneshot-arm train motor --preset default --iterations 2000 --batch 32 --out runs/motor',
    )
      .option('--workers <n>', 'worker threads (default: all cores)', integerOption(1, 1024))
      .option(
        '--shards <n>',
        'parts of a batch, so many threads at most share it; fixes the result, which the workers do not (default: 8)',
        integerOption(1, 4096),
      )
      .option(
        '--preset <name>',
        'default, paper (its own layout) or arm (one to seven joints): network and run to start from',
        choiceOption('default', 'paper', 'arm'),
        'default',
      )
      .option('--config <file>', "JSON with {network?, run?}: fields that replace the preset's")
      .option('--resume <dir>', 'go on from the checkpoint in DIR')
      .option('--init <manifest>', 'start from these weights instead of a random draw')
      .option('--out <dir>', 'folder for checkpoint, log, curve and weights', 'runs/motor')
      .option('--overwrite', 'start afresh where --out holds a run already', false)
      .option('--iterations <n>', 'outer iterations', integerOption(1))
      .option('--batch <n>', 'tasks an iteration', integerOption(1, 4096))
      .option('--rate <x>', "Adam's rate", numberOption(1e-9, 1))
      .option('--checkpoint <s>', 'seconds between checkpoints', numberOption(1), 60)
      .option(
        '--engine <url>',
        'let workers of this Redis or Valkey compute: redis://HOST:PORT (docs/scale.md)',
      )
      .option('--run <name>', 'name of the run on the engine', 'motor')
      .action(async (options: TrainMotorOptions, command: Command) => {
        const { trainMotor } = await import('./run_motor.js');
        const seeded = command.getOptionValueSource('seed') !== 'default';
        await trainMotor({ ...options, seed: seeded ? options.seed : undefined });
      }),
  );
}
