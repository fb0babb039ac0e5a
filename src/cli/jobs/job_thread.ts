import { parentPort, workerData } from 'node:worker_threads';
import type { JobAnswer, JobThreadData } from '../../engine/job_threads.js';
import { InputError } from '../../input_error.js';
import { openJobs, type JobFiles } from './kinds.js';

/** One thread of jobs: opens what it is started with, then answers each part with its result. */
const { kind, spec } = workerData as JobThreadData;
const { own, files } = spec as { own: unknown; files: JobFiles };
const answer = (a: JobAnswer): void => parentPort!.postMessage(a);
const fail = (error: unknown): void =>
  answer({
    error: error instanceof Error ? error.message : String(error),
    ...(error instanceof InputError ? { fault: error.fault, source: error.source } : {}),
  });

openJobs(kind, own, files).then((run) => {
  parentPort!.on('message', (part) => {
    run(part).then((result) => answer({ result }), fail);
  });
  answer({ open: true });
}, fail);
