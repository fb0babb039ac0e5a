import type { Command } from 'commander';
import { baseCommand } from '../command.js';
import type { JobsOptions } from '../engine/jobs.js';

/** `jobs --engine URL`. */
export function register(program: Command): void {
  program.addCommand(
    baseCommand(
      'jobs',
      'what runs on an engine: queues, workers, rates, failed jobs; retry and cancel',
      'oneshot-arm jobs --engine redis://127.0.0.1:6379',
    )
      .requiredOption('--engine <url>', 'redis://HOST:PORT of a Redis or Valkey')
      .option('--retry <study>', 'try the failed jobs of a study again')
      .option(
        '--cancel <name>',
        'end a study (what is done is kept) or a training run (with a last checkpoint)',
      )
      .action(async (options: JobsOptions) => {
        const { showJobs } = await import('../engine/jobs.js');
        await showJobs(options);
      }),
  );
}
