import type { Redis } from 'ioredis';
import { Engine } from '../../engine/connection.js';
import {
  progressText,
  runKeys,
  runProgress,
  runsKey,
  studiesKey,
  studyKeys,
  type RunProgress,
  type WorkerState,
} from '../../engine/protocol.js';
import { cancelRun } from '../../engine/shard_driver.js';
import { cancelStudy, retryStudy, studyQueue, studyState, workersOf } from '../../engine/study.js';
import { reject } from '../../input_error.js';
import { table, writeResult } from '../output.js';

/** Options of `jobs`. */
export interface JobsOptions {
  engine: string;
  /** Name of a study whose failed jobs are tried again. */
  retry?: string;
  /** Name of a study or training run that ends. */
  cancel?: string;
  json?: string;
}

/** A training run, as `jobs` tells it. */
interface RunReport {
  run: string;
  driver: boolean;
  /** null: not told yet. */
  progress: RunProgress | null;
  workers: WorkerState[];
  refused: Record<string, string>;
}

/** A study, as `jobs` tells it. */
interface StudyReport {
  study: string;
  title: string;
  /** Jobs asked for last, and results that are kept. */
  total: number;
  results: number;
  waiting: number;
  active: number;
  failed: number;
  jobsPerS: number;
  workers: WorkerState[];
  refused: Record<string, string>;
  failures: { job: string; part: unknown; reason: string }[];
}

/** Training runs and studies of an engine: queues, workers, rates, failed jobs and who was refused; retries and cancels. */
export async function showJobs(options: JobsOptions): Promise<void> {
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  await Engine.use(options.engine, say, async (engine) => {
    const redis = await engine.connection();
    const names = { runs: await sorted(redis, runsKey), studies: await sorted(redis, studiesKey) };
    const said = await obey(redis, options, names);
    if (options.cancel !== undefined)
      for (const list of Object.values(names))
        if (list.includes(options.cancel)) list.splice(list.indexOf(options.cancel), 1);
    const runs = await Promise.all(names.runs.map((run) => runReport(redis, run)));
    const studies = await Promise.all(names.studies.map((study) => studyReport(redis, study)));
    const blocks = [...runs.map(runText), ...studies.map(studyText)];
    writeResult(
      options.json,
      { runs, studies },
      [...said, blocks.length === 0 ? 'nothing runs' : blocks.join('\n\n')].join('\n'),
    );
  });
}

async function sorted(redis: Redis, key: string): Promise<string[]> {
  return (await redis.smembers(key)).sort();
}

/** Does what --retry and --cancel ask for; says what it did. */
async function obey(
  redis: Redis,
  { retry, cancel }: JobsOptions,
  { runs, studies }: { runs: string[]; studies: string[] },
): Promise<string[]> {
  const said: string[] = [];
  if (retry !== undefined) {
    if (!studies.includes(retry))
      reject('unknown-study', '--retry', `a study: ${studies.join(', ') || 'there is none'}`, retry);
    said.push(`${retry}: ${await retryStudy(redis, retry)} jobs are tried again`);
  }
  if (cancel !== undefined) {
    const all = [...runs, ...studies];
    if (!all.includes(cancel))
      reject('unknown-name', '--cancel', `a run or study: ${all.join(', ') || 'there is none'}`, cancel);
    if (studies.includes(cancel)) await cancelStudy(redis, cancel);
    else await cancelRun(redis, cancel);
    said.push(`${cancel}: cancelled`);
  }
  return said;
}

async function runReport(redis: Redis, run: string): Promise<RunReport> {
  const keys = runKeys(run);
  return {
    run,
    driver: (await redis.exists(keys.driver)) === 1,
    progress: runProgress(await redis.hgetall(keys.meta)),
    workers: await workersOf(redis, run),
    refused: await redis.hgetall(keys.refused),
  };
}

async function studyReport(redis: Redis, study: string): Promise<StudyReport> {
  const keys = studyKeys(study);
  const queue = studyQueue(study, redis);
  try {
    const { title = '', total = '0' } = await redis.hgetall(keys.meta);
    const state = await studyState(redis, queue, study);
    return {
      study,
      title,
      total: Number(total),
      results: await redis.hlen(keys.results),
      ...state,
      jobsPerS: state.workers.reduce((sum, w) => sum + w.blocksPerS, 0),
      refused: await redis.hgetall(keys.refused),
      failures: (await queue.getFailed(0, 99)).map((job) => ({
        job: job.id!,
        part: job.data as unknown,
        reason: job.failedReason,
      })),
    };
  } finally {
    await queue.close();
  }
}

function workersText(workers: readonly WorkerState[], rate: string): string[] {
  if (workers.length === 0) return [];
  return [
    table([
      ['worker', 'threads', rate],
      ...workers.map((w) => [w.id, `${w.threads}`, w.blocksPerS.toFixed(1)]),
    ]),
  ];
}

function refusedText(refused: Record<string, string>): string[] {
  return Object.entries(refused).map(([id, reason]) => `refused ${id}: ${reason}`);
}

function runText({ run, driver, progress, workers, refused }: RunReport): string {
  const how = progress ? `, ${progressText(progress)}` : '';
  return [
    `run ${run}: ${driver ? 'its driver is at work' : 'its driver is away'}${how}, ${workers.length} workers`,
    ...workersText(workers, 'blocks/s'),
    ...refusedText(refused),
  ].join('\n');
}

function studyText(s: StudyReport): string {
  return [
    `study ${s.study}: ${s.title}`,
    `${s.waiting} jobs wait, ${s.active} run, ${s.failed} failed; ${s.results} results; ` +
      `${s.workers.length} workers, ${s.jobsPerS.toFixed(1)} jobs/s`,
    ...workersText(s.workers, 'jobs/s'),
    ...s.failures.map(({ job, part, reason }) => `failed ${job} ${JSON.stringify(part)}: ${reason}`),
    ...refusedText(s.refused),
  ].join('\n');
}
