import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { JobThreads } from '../../engine/job_threads.js';
import { ResultStore } from '../../engine/result_store.js';
import { namesFile } from '../../files/models.js';
import { builtModule } from '../../files/ros_environment.js';
import { buildIdentity } from '../../training/motor/build_identity.js';
import { Failure } from '../command.js';
import { openJobs, type JobFiles, type JobKindName } from './kinds.js';
import type { JobOptions } from './options.js';
import { JobProgress } from './progress.js';

/** Jobs of one kind. */
export interface JobList<Part> {
  kind: JobKindName;
  /** What all share; with the part and the build it makes a result's key. */
  spec: object;
  files: JobFiles;
  parts: readonly Part[];
  /** For people: what the jobs are for. */
  title: string;
}

/**
 * Does jobs on this machine or on an engine; those that a store or the engine knows already are not done again.
 * Resolves with the results in the parts' order, whoever computed them and when. @throws Failure where some failed.
 */
export async function runJobs<Result>(list: JobList<unknown>, options: JobOptions): Promise<Result[]> {
  const identity = buildIdentity();
  const common = JSON.stringify([identity, list.kind, list.spec]);
  const jobs = list.parts.map((part) => ({ key: hash(common + JSON.stringify(part)).slice(0, 32), part }));
  const store = options.store === undefined ? null : new ResultStore(options.store);
  const results = jobs.map(({ key }) => store?.get(key));
  const missing = jobs.flatMap((_, k) => (results[k] === undefined ? [k] : []));
  const progress = new JobProgress(jobs.length, jobs.length - missing.length);
  const failures = new Map<number, string>();
  const outcome = {
    done(k: number, result: unknown): void {
      results[k] = result;
      store?.add(jobs[k].key, result);
      progress.done();
    },
    failed(k: number, reason: string): void {
      failures.set(k, reason);
      progress.failed(reason);
    },
  };
  if (missing.length > 0)
    if (options.engine === undefined) await runHere(list, missing, options, outcome);
    else {
      const { runOnEngine } = await import('./on_engine.js');
      const name = `${list.kind}-${hash(common).slice(0, 12)}`;
      await runOnEngine(options.engine, { ...list, name, identity }, jobs, missing, outcome, progress);
    }
  progress.end();
  if (failures.size > 0) {
    const kept = store !== null || options.engine !== undefined;
    const reasons = [...new Set(failures.values())];
    throw new Failure(
      `${failures.size} of ${jobs.length} jobs failed${kept ? ' (the others are kept: repeat the command to try those again)' : ''}: ` +
        reasons.slice(0, 5).join('; '),
    );
  }
  return results as Result[];
}

/** What happens to job k. */
export interface Outcome {
  done(k: number, result: unknown): void;
  failed(k: number, reason: string): void;
}

async function runHere(
  { kind, spec, files, parts }: JobList<unknown>,
  missing: readonly number[],
  { workers }: JobOptions,
  { done, failed }: Outcome,
): Promise<void> {
  const threads = Math.min(workers ?? availableParallelism(), missing.length);
  if (threads === 1) {
    const run = await openJobs(kind, spec, files);
    for (const k of missing)
      await run(parts[k]).then(
        (result) => done(k, result),
        (error: Error) => failed(k, error.message),
      );
    return;
  }
  const pool = await JobThreads.open(jobThreadFile(), { kind, spec: { own: spec, files } }, threads);
  try {
    await Promise.all(
      missing.map((k) =>
        pool.run(parts[k]).then(
          (result) => done(k, result),
          (error: Error) => failed(k, error.message),
        ),
      ),
    );
  } finally {
    await pool.close();
  }
}

/** The thread that does jobs (job_thread.ts). */
export const jobThreadFile = (): string => builtModule('cli/jobs/job_thread.js');

/** --weights for another machine: names of packaged weights stay, paths become absolute. */
export function portableWeights(option: string | undefined): string | undefined {
  return option !== undefined && namesFile(option) ? resolve(option) : option;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
