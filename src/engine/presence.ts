import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Redis } from 'ioredis';
import type { runKeys, WorkerState } from './protocol.js';

type Keys = Pick<ReturnType<typeof runKeys>, 'workers' | 'worker'>;

/** How long a worker counts as alive after it last told, ms. */
const aliveMs = 4000;

/** A worker's side: tells a run or study that it is there, and at which rate it works. */
export class Presence {
  readonly id = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;
  private finished: number[] = [];

  constructor(
    private readonly redis: Redis,
    private readonly keys: Keys,
    private readonly threads: number,
    /** The rate is that of the last so many seconds. */
    private readonly windowS: number,
  ) {}

  /** A block or job is done. */
  done(): void {
    this.finished.push(performance.now());
  }

  /** Blocks or jobs of a second. */
  get perS(): number {
    const now = performance.now();
    this.finished = this.finished.filter((at) => now - at < 1000 * this.windowS);
    return this.finished.length / this.windowS;
  }

  async tell(): Promise<void> {
    const { id, threads, perS: blocksPerS } = this;
    const state: WorkerState = { id, host: hostname(), pid: process.pid, threads, blocksPerS };
    await this.redis.set(this.keys.worker(id), JSON.stringify(state), 'PX', aliveMs);
    await this.redis.sadd(this.keys.workers, id);
  }

  /** Tells that it left. */
  async leave(): Promise<void> {
    await this.redis.del(this.keys.worker(this.id)).catch(() => {});
  }
}

/** Who is at a run or study: those alive, and the ids of those that are gone and still listed. */
export async function present(redis: Redis, keys: Keys): Promise<{ workers: WorkerState[]; gone: string[] }> {
  const ids = await redis.smembers(keys.workers);
  const states = ids.length === 0 ? [] : await redis.mget(ids.map(keys.worker));
  return {
    workers: states.flatMap((text) => (text === null ? [] : [JSON.parse(text) as WorkerState])),
    gone: ids.filter((_, k) => states[k] === null),
  };
}
