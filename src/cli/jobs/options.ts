import { Option, type Command } from 'commander';
import { integerOption } from '../command.js';

/** Where jobs run, and where their results are kept. */
export interface JobOptions {
  /** URL of an engine whose workers compute; undefined: this machine's cores. */
  engine?: string;
  /** Threads of this machine. */
  workers?: number;
  /** Folder of results: what it holds is not computed again. */
  store?: string;
  /** For tests: targets or episodes a job. */
  perJob?: number;
}

/** Adds the options of every command whose work is cut into jobs. */
export function jobOptions(command: Command): Command {
  return command
    .option(
      '--engine <url>',
      'let workers of this Redis or Valkey compute: redis://HOST:PORT (docs/scale.md)',
    )
    .option('--workers <n>', 'without an engine: threads (default: all cores)', integerOption(1, 1024))
    .option('--store <dir>', 'keep results in DIR; those that are there are not computed again')
    .addOption(new Option('--per-job <n>').argParser(integerOption(1)).hideHelp());
}
