import type { Command } from 'commander';
import { availableParallelism } from 'node:os';
import { baseCommand, integerOption, numberOption } from '../command.js';
import type { WorkerOptions } from '../engine/worker.js';

/** `worker --engine URL`. */
export function register(program: Command): void {
  program.addCommand(
    baseCommand(
      'worker',
      'compute for training runs and studies of an engine; joins and leaves at any time (docs/scale.md)',
      'oneshot-arm worker --engine redis://127.0.0.1:6379 --threads 4',
    )
      .requiredOption('--engine <url>', 'redis://HOST:PORT of a Redis or Valkey')
      .option('--threads <n>', 'threads that compute', integerOption(1, 1024), availableParallelism())
      .option('--run <name>', 'only this training run')
      .option(
        '--idle-exit <s>',
        'leave when there was nothing to do for so long (default: stay)',
        numberOption(0),
      )
      .action(async (options: WorkerOptions) => {
        const { runWorker } = await import('../engine/worker.js');
        await runWorker(options);
      }),
  );
}
