import { Worker } from 'node:worker_threads';
import { InputError, type Fault } from '../input_error.js';

/** What a thread of jobs is started with. */
export interface JobThreadData {
  kind: string;
  spec: unknown;
}

/** What it answers: it is open, a job's result, or why not. */
export type JobAnswer = { open: true } | { result: unknown } | JobError;

/** Why not; `fault` where the input is to blame. */
export interface JobError {
  error: string;
  fault?: Fault;
  source?: string;
}

interface Thread {
  worker: Worker;
  waiting: ((answer: JobAnswer) => void) | null;
}

/** Threads that do the jobs of one kind and spec, one job each at a time; the calling thread stays free. */
export class JobThreads {
  private readonly idle: Thread[] = [];
  private readonly all: Thread[] = [];
  private readonly queue: ((thread: Thread) => void)[] = [];

  private constructor() {}

  /**
   * Starts threads of a compiled module (src/cli/jobs/job_thread.ts says what it does).
   * @throws Error with what kept a thread from opening the spec.
   */
  static async open(file: string, data: JobThreadData, count: number): Promise<JobThreads> {
    const pool = new JobThreads();
    const answers = Array.from({ length: count }, () => pool.start(file, data));
    const failed = (await Promise.all(answers)).find((answer) => 'error' in answer);
    if (failed) {
      await pool.close();
      throw asError(failed as JobError);
    }
    return pool;
  }

  /** Does one job when a thread is free. @throws Error with the job's reason. */
  async run(part: unknown): Promise<unknown> {
    const thread = this.idle.pop() ?? (await new Promise<Thread>((resolve) => this.queue.push(resolve)));
    const answer = await new Promise<JobAnswer>((resolve) => {
      thread.waiting = resolve;
      thread.worker.postMessage(part);
    });
    const next = this.queue.shift();
    if (next) next(thread);
    else this.idle.push(thread);
    if ('error' in answer) throw asError(answer);
    return (answer as { result: unknown }).result;
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map(({ worker }) => worker.terminate()));
  }

  private start(file: string, workerData: JobThreadData): Promise<JobAnswer> {
    const thread: Thread = { worker: new Worker(file, { workerData }), waiting: null };
    this.all.push(thread);
    const answer = (a: JobAnswer): void => {
      const { waiting } = thread;
      thread.waiting = null;
      waiting?.(a);
    };
    thread.worker.on('message', answer);
    // a thread that died answers whatever it is asked with why
    thread.worker.on('error', ({ message }) => {
      answer({ error: message });
      thread.worker.postMessage = () => setImmediate(() => answer({ error: message }));
    });
    return new Promise((resolve) => {
      thread.waiting = (a) => {
        this.idle.push(thread);
        resolve(a);
      };
    });
  }
}

function asError({ error, fault, source }: JobError): Error {
  return fault ? new InputError(fault, source) : new Error(error);
}
