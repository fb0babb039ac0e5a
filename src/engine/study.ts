import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { Engine } from './connection.js';
import { present } from './presence.js';
import { queuePrefix, studiesKey, studyKeys, type Identity, type WorkerState } from './protocol.js';

/** Independent jobs that share a kind and what it is told. */
export interface StudyDescription {
  /** Unique for identity, kind and spec. */
  name: string;
  identity: Identity;
  kind: string;
  spec: unknown;
  /** For people. */
  title: string;
}

/** One job: its key is unique, whoever asks for it and when. */
export interface StudyJob {
  key: string;
  part: unknown;
}

/** How far a study is. */
export interface StudyState {
  waiting: number;
  active: number;
  failed: number;
  workers: WorkerState[];
}

/** How long a study's results are kept after the last of them, s. */
const keptS = 30 * 86_400;

/** The queue of a study. `redis` is shared; a queue that is closed leaves it open. */
export function studyQueue(name: string, redis: Redis): Queue {
  const queue = new Queue(name, { connection: redis, prefix: queuePrefix, skipVersionCheck: true });
  queue.on('error', () => {});
  return queue;
}

/** A study on an engine, from the side of who wants its results. */
export class Study {
  private readonly keys;

  private constructor(
    readonly queue: Queue,
    private readonly redis: Redis,
    private readonly description: StudyDescription,
  ) {
    this.keys = studyKeys(description.name);
  }

  /** Announces a study, or finds the one that is there. */
  static async open(engine: Engine, description: StudyDescription): Promise<Study> {
    const redis = await engine.connection();
    const study = new Study(studyQueue(description.name, redis), redis, description);
    await study.announce(0);
    return study;
  }

  /** Results that are there, undefined where there is none. */
  async results(jobs: readonly StudyJob[]): Promise<unknown[]> {
    if (jobs.length === 0) return [];
    const found = await this.redis.hmget(this.keys.results, ...jobs.map(({ key }) => key));
    return found.map((text) => (text === null ? undefined : (JSON.parse(text) as unknown)));
  }

  /** Puts jobs into the queue; those that wait or run already stay, those that failed are tried again. */
  async add(jobs: readonly StudyJob[]): Promise<void> {
    await this.announce(jobs.length);
    for (let k = 0; k < jobs.length; k += 1000)
      await this.queue.addBulk(
        jobs.slice(k, k + 1000).map(({ key, part }) => ({
          name: 'job',
          data: part,
          opts: { jobId: key, removeOnComplete: true, removeOnFail: false },
        })),
      );
    const own = new Set(jobs.map(({ key }) => key));
    for (const job of await this.queue.getFailed()) if (own.has(job.id!)) await job.retry('failed');
  }

  /** Why jobs failed, by key. */
  async failures(): Promise<Map<string, string>> {
    const failed = await this.queue.getFailed();
    return new Map(failed.map((job) => [job.id!, job.failedReason]));
  }

  /** Whether somebody took the study away (`jobs --cancel`). */
  async cancelled(): Promise<boolean> {
    return (await this.redis.hget(this.keys.meta, 'cancelled')) !== null;
  }

  async state(): Promise<StudyState> {
    return studyState(this.redis, this.queue, this.description.name);
  }

  async refused(): Promise<Record<string, string>> {
    return this.redis.hgetall(this.keys.refused);
  }

  async close(): Promise<void> {
    await this.queue.close();
  }

  private async announce(total: number): Promise<void> {
    const { name, identity, kind, spec, title } = this.description;
    await this.redis.hdel(this.keys.meta, 'cancelled');
    await this.redis.del(this.keys.refused);
    await this.redis.hset(this.keys.meta, {
      ...identity,
      kind,
      spec: JSON.stringify(spec),
      title,
      ...(total > 0 ? { total } : {}),
    });
    await this.redis.expire(this.keys.meta, keptS);
    await this.redis.sadd(studiesKey, name);
  }
}

/** Counts of a study's queue, and who works at it. */
export async function studyState(redis: Redis, queue: Queue, name: string): Promise<StudyState> {
  const counts = await queue.getJobCounts('waiting', 'active', 'failed', 'delayed', 'prioritized');
  return {
    waiting: counts.waiting + counts.delayed + counts.prioritized,
    active: counts.active,
    failed: counts.failed,
    workers: await workersOf(redis, name),
  };
}

/** Workers of a run or study that are alive. */
export async function workersOf(redis: Redis, name: string): Promise<WorkerState[]> {
  return (await present(redis, studyKeys(name))).workers;
}

/** Keeps a job's result; a second one of the same job is the same. */
export async function keepResult(redis: Redis, name: string, key: string, result: unknown): Promise<void> {
  const { results, meta } = studyKeys(name);
  await redis.hset(results, key, JSON.stringify(result));
  await redis.expire(results, keptS);
  await redis.expire(meta, keptS);
}

/** Whether a job's result is kept. */
export async function hasResult(redis: Redis, name: string, key: string): Promise<boolean> {
  return (await redis.hexists(studyKeys(name).results, key)) === 1;
}

/** Tries a study's failed jobs again; resolves with how many. */
export async function retryStudy(redis: Redis, name: string): Promise<number> {
  const queue = studyQueue(name, redis);
  const failed = await queue.getFailed();
  for (const job of failed) await job.retry('failed');
  await queue.close();
  return failed.length;
}

/** Takes a study's jobs out of the queue; its results stay, who waits for it is told. */
export async function cancelStudy(redis: Redis, name: string): Promise<void> {
  const keys = studyKeys(name);
  await redis.hset(keys.meta, 'cancelled', 1);
  const queue = studyQueue(name, redis);
  await queue.obliterate({ force: true });
  await queue.close();
  await redis.srem(studiesKey, name);
}
