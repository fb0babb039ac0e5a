import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Engine } from './connection.js';
import { present } from './presence.js';
import {
  blockWidth,
  epochKeys,
  fields,
  group,
  leaseMs,
  runKeys,
  runsKey,
  type Entry,
  type Identity,
  type RunProgress,
  type WorkerState,
} from './protocol.js';

/** A worker's part of an iteration: `first` and `second` are its results of the two collectives. */
interface Current {
  iteration: number;
  width: number;
  state: Uint8Array;
  totals: Uint8Array | null;
  first: (Buffer | null)[];
  second: (Buffer | null)[];
}

/** Thrown out of exchange() after stop(). */
export class Stopped extends Error {}

/** Options of a driver. */
export interface DriverOptions {
  run: string;
  identity: Identity;
  /** What workers need to know, sent to each as it joins. */
  spec: unknown;
  shards: number;
  /** How many the run has. */
  iterations: number;
  say(line: string): void;
  /** Somebody cancelled the run (`jobs --cancel`): exchange() ends as after stop(). */
  onCancel?(): void;
}

/**
 * Drives a run on an engine: publishes an iteration's state and blocks of shards, and gathers what workers make of them in
 * two collectives. Whatever is lost on the way is published again: a block's result is the same whoever computes it.
 */
export class ShardDriver {
  readonly epoch = randomUUID();
  workers: WorkerState[] = [];
  private readonly keys;
  private readonly own;
  private current: Current | null = null;
  private last = '0-0';
  private lost = false;
  private stopped = false;
  private seen = performance.now();
  private waiting = false;
  private timer: NodeJS.Timeout | null = null;
  private refused = new Set<string>();
  private begun: { iteration: number; at: number } | null = null;

  private constructor(
    private readonly redis: Redis,
    private readonly reader: Redis,
    private readonly options: DriverOptions,
  ) {
    this.keys = runKeys(options.run);
    this.own = epochKeys(options.run, this.epoch);
    redis.on('ready', () => (this.lost = true));
  }

  /** Becomes the run's driver. @throws where another one is at work. */
  static async open(engine: Engine, options: DriverOptions): Promise<ShardDriver> {
    const driver = new ShardDriver(await engine.connection(), await engine.connection(), options);
    await driver.lock();
    await driver.announce();
    driver.timer = setInterval(() => void driver.tend().catch(() => {}), 1000);
    return driver;
  }

  /** Ends the wait of exchange(). */
  stop(): void {
    this.stopped = true;
  }

  /**
   * One iteration. `toTotals` turns the blocks' first results into what all of them get; resolves with their second ones, and
   * the width of a block.
   */
  async exchange(
    iteration: number,
    state: Uint8Array,
    toTotals: (first: Buffer[], width: number) => Uint8Array,
  ): Promise<{ second: Buffer[]; width: number }> {
    const width = blockWidth(this.options.shards, this.workers.length);
    const blocks = Math.ceil(this.options.shards / width);
    const none = (): null[] => Array<null>(blocks).fill(null);
    const now: Current = { iteration, width, state, totals: null, first: none(), second: none() };
    this.current = now;
    this.begun ??= { iteration, at: performance.now() };
    let published = performance.now();
    await this.publish();
    while (now.second.includes(null)) {
      if (this.stopped) throw new Stopped();
      const any = await this.receive(now);
      if (now.totals === null && !now.first.includes(null)) {
        now.totals = toTotals(now.first as Buffer[], width);
        await this.redis.xadd(this.own.totals, 'MAXLEN', 2, '*', 'i', iteration, 'data', bytes(now.totals));
      }
      if (any) published = performance.now();
      else if (this.lost || performance.now() - published > 3 * leaseMs) {
        this.lost = false;
        published = performance.now();
        await this.announce();
        await this.publish();
      }
      if (this.workers.length === 0 && performance.now() - this.seen > 3000 && !this.waiting) {
        this.waiting = true;
        this.options.say('no workers: start some with oneshot-arm worker --engine URL');
      }
      if (this.workers.length > 0) this.waiting = false;
    }
    return { second: now.second as Buffer[], width };
  }

  /** Does nothing any more; the run may be resumed. */
  rest(): void {
    if (this.timer) clearInterval(this.timer);
  }

  /** The run has ended: workers leave it. */
  async close(): Promise<void> {
    this.rest();
    await this.redis.hset(this.keys.meta, 'epoch', '');
    await this.redis.expire(this.keys.meta, 60);
    await this.redis.del(this.keys.driver, this.keys.refused, ...this.own.all);
    await this.redis.srem(runsKey, this.options.run);
  }

  private async lock(): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      if (await this.redis.set(this.keys.driver, this.epoch, 'PX', 2 * leaseMs, 'NX')) return;
      if (attempt === 0) this.options.say('another driver held this run: waiting for its lease to end');
      if (attempt > 15) throw new Error(`run ${this.options.run}: another driver is at work on it`);
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }

  /** Says what the run is; safe to repeat. */
  private async announce(): Promise<void> {
    const { run, identity, spec } = this.options;
    const old = await this.redis.hget(this.keys.meta, 'epoch');
    if (old && old !== this.epoch) await this.redis.del(...epochKeys(run, old).all);
    await this.redis.hset(this.keys.meta, {
      epoch: this.epoch,
      build: identity.build,
      node: identity.node,
      spec: JSON.stringify(spec),
    });
    await this.redis.hdel(this.keys.meta, 'cancelled');
    await this.redis.persist(this.keys.meta);
    await this.redis.sadd(runsKey, run);
    try {
      await this.redis.xgroup('CREATE', this.own.jobs, group, '0', 'MKSTREAM');
    } catch (error) {
      if (!/BUSYGROUP/.test(String(error))) throw error;
    }
  }

  private async publish(): Promise<void> {
    const { iteration, width, state, totals, second } = this.current!;
    const head = Buffer.alloc(8);
    head.writeUInt32LE(iteration);
    const pipeline = this.redis.pipeline();
    pipeline.set(this.own.state, Buffer.concat([head, state]));
    pipeline.xtrim(this.own.results, 'MINID', this.last);
    second.forEach((done, block) => {
      if (done === null)
        pipeline.xadd(
          this.own.jobs,
          'MAXLEN',
          4 * second.length + 16,
          '*',
          'i',
          iteration,
          'p',
          block,
          'w',
          width,
        );
    });
    if (totals) pipeline.xadd(this.own.totals, 'MAXLEN', 2, '*', 'i', iteration, 'data', bytes(totals));
    for (const [error] of (await pipeline.exec())!) if (error) throw error;
  }

  /** Reads what workers sent. True where something new was among it. */
  private async receive(now: Current): Promise<boolean> {
    const reply = (await this.reader.xreadBuffer(
      'BLOCK',
      500,
      'STREAMS',
      this.own.results,
      this.last,
    )) as unknown as [Buffer, Entry[]][] | null;
    let any = false;
    for (const [id, list] of reply?.[0][1] ?? []) {
      this.last = String(id);
      const { s, i, p, data } = fields(list);
      const into = String(s) === 'f' ? now.first : now.second;
      const block = Number(p);
      // of another iteration, or computed twice: the bits are the same
      if (Number(i) !== now.iteration || into[block] !== null) continue;
      into[block] = data;
      any = true;
    }
    return any;
  }

  /** For workers and `jobs`. */
  private progress(): RunProgress {
    const { begun, options } = this;
    const iteration = this.current?.iteration ?? 0;
    const doneSince = begun ? iteration - begun.iteration : 0;
    const eachS = begun && doneSince > 0 ? (performance.now() - begun.at) / 1000 / doneSince : 0;
    return {
      iteration,
      iterations: options.iterations,
      remainingS: Math.round((options.iterations - iteration) * eachS),
    };
  }

  /** Every second: keeps the lock, looks who is there. */
  private async tend(): Promise<void> {
    await this.redis.set(this.keys.driver, this.epoch, 'PX', 2 * leaseMs);
    await this.redis.hset(this.keys.meta, this.progress());
    const { workers, gone } = await present(this.redis, this.keys);
    if (gone.length > 0) await this.redis.srem(this.keys.workers, ...gone);
    this.workers = workers;
    if (this.workers.length > 0) this.seen = performance.now();
    if (!this.stopped && (await this.redis.hget(this.keys.meta, 'cancelled')) !== null) {
      this.options.say('cancelled on the engine: stopping after a last checkpoint');
      this.stop();
      this.options.onCancel?.();
    }
    for (const [id, reason] of Object.entries(await this.redis.hgetall(this.keys.refused)))
      if (!this.refused.has(id)) {
        this.refused.add(id);
        this.options.say(`worker ${id} was refused: ${reason}`);
      }
  }
}

function bytes(data: Uint8Array): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

/** Ends a run: its driver, where one is at work, writes a last checkpoint; else what it left goes. */
export async function cancelRun(redis: Redis, run: string): Promise<void> {
  const keys = runKeys(run);
  if (await redis.exists(keys.driver)) {
    await redis.hset(keys.meta, 'cancelled', 1);
    return;
  }
  const epoch = await redis.hget(keys.meta, 'epoch');
  if (epoch) await redis.del(...epochKeys(run, epoch).all);
  await redis.hset(keys.meta, 'epoch', '');
  await redis.expire(keys.meta, 60);
  await redis.del(keys.refused);
  await redis.srem(runsKey, run);
}
