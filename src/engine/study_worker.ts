import { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { Engine } from './connection.js';
import { Presence } from './presence.js';
import { leaseMs, queuePrefix, studyKeys, type Identity } from './protocol.js';
import { Refused, refusal } from './shard_worker.js';
import { hasResult, keepResult, studyQueue, studyState } from './study.js';

/** Does jobs; calls may overlap. */
export interface JobRunner {
  run(part: unknown): Promise<unknown>;
  close(): Promise<void>;
}

/** Options of a worker at a study. */
export interface StudyWorkerOptions {
  study: string;
  identity: Identity;
  /** Jobs at the same time. */
  threads: number;
  /** @throws Error where this machine lacks what the jobs need. */
  open(kind: string, spec: unknown): Promise<JobRunner>;
  /** After each job. */
  onJob?(key: string): void | Promise<void>;
}

/** A worker at a study, until it is done: this thread keeps the locks, others compute. */
export class StudyWorker {
  private readonly keys;
  private readonly presence: Presence;
  private ended = false;

  constructor(
    private readonly redis: Redis,
    private readonly options: StudyWorkerOptions,
  ) {
    this.keys = studyKeys(options.study);
    this.presence = new Presence(redis, this.keys, options.threads, 10);
  }

  static async open(engine: Engine, options: StudyWorkerOptions): Promise<StudyWorker> {
    return new StudyWorker(await engine.connection(), options);
  }

  /** Leaves after the jobs at hand. */
  stop(): void {
    this.ended = true;
  }

  /** Whether there is something to do. */
  static async wanted(redis: Redis, study: string): Promise<boolean> {
    const queue = studyQueue(study, redis);
    const { waiting, active } = await studyState(redis, queue, study);
    await queue.close();
    return waiting + active > 0;
  }

  /** Works until nothing waits or runs. @throws Refused. */
  async work(): Promise<void> {
    const { study, identity, threads, open } = this.options;
    const { redis } = this;
    const meta = await redis.hgetall(this.keys.meta);
    if (!meta.kind) return;
    const refuse = async (reason: string): Promise<never> => {
      await redis.hset(this.keys.refused, this.presence.id, reason);
      throw new Refused(`study ${study}: ${reason}`);
    };
    const reason = refusal(identity, meta);
    if (reason) await refuse(reason);
    const runner = await open(meta.kind, JSON.parse(meta.spec)).catch((error: Error) =>
      refuse(error.message),
    );
    const worker = new Worker(
      study,
      async (job) => {
        // a driver that looked just before it was done has asked for it again
        if (await hasResult(redis, study, job.id!)) return;
        const result = await runner.run(job.data);
        await keepResult(redis, study, job.id!, result);
        this.presence.done();
        await this.options.onJob?.(job.id!);
      },
      {
        connection: redis,
        prefix: queuePrefix,
        concurrency: threads,
        lockDuration: leaseMs,
        stalledInterval: leaseMs / 2,
        // a job is not to blame for workers that die
        maxStalledCount: 1000,
        drainDelay: 1,
        skipVersionCheck: true,
      },
    );
    worker.on('error', () => {});
    const queue = studyQueue(study, redis);
    try {
      for (let idle = 0; !this.ended && idle < 3;) {
        await this.presence.tell();
        const { waiting, active } = await studyState(redis, queue, study);
        idle = waiting + active > 0 ? 0 : idle + 1;
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    } finally {
      await worker.close();
      await queue.close();
      await runner.close();
      await this.presence.leave();
    }
  }
}
