import type { Redis } from 'ioredis';
import { Engine } from './connection.js';
import { Presence } from './presence.js';
import {
  epochKeys,
  fields,
  group,
  leaseMs,
  runKeys,
  type Block,
  type Entry,
  runProgress,
  type Identity,
  type RunProgress,
} from './protocol.js';

/** What a worker computes; calls come one after the other. */
export interface BlockCompute {
  begin(state: Uint8Array): Promise<void>;
  first(block: Block): Promise<Uint8Array>;
  totals(data: Uint8Array): Promise<void>;
  second(block: Block): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Where a worker is with a block, for progress and tests. */
export type Moment = 'taken' | 'counted' | 'sent' | 'acknowledged';

/** Options of a worker at a run. */
export interface ShardWorkerOptions {
  run: string;
  identity: Identity;
  threads: number;
  load(spec: unknown): Promise<BlockCompute>;
  onMoment?(moment: Moment, block: Block): void | Promise<void>;
  say(line: string): void;
}

/** Why a worker may not join, or null. */
export function refusal(own: Identity, meta: Record<string, string>): string | null {
  if (Number(meta.node) !== own.node) return `Node ${own.node} here, ${meta.node} at the driver`;
  if (meta.build !== own.build)
    return `another build here (${own.build.slice(0, 12)}) than at the driver (${String(meta.build).slice(0, 12)})`;
  return null;
}

/** Thrown where driver and worker do not fit. */
export class Refused extends Error {}

/** A worker at a run: takes blocks, keeps its leases while it computes, takes over those of workers that went silent. */
export class ShardWorker {
  private readonly keys;
  private readonly presence: Presence;
  private readonly held = new Map<string, Block>();
  private compute!: BlockCompute;
  private own!: ReturnType<typeof epochKeys>;
  private loaded = -1;
  private total: { iteration: number; data: Buffer } | null = null;
  private totalSet = -1;
  private ended = false;
  private queue: Promise<unknown> = Promise.resolve();
  private looked = 0;
  private lastTotal = '0-0';
  private missing = 0;
  private told: RunProgress | null = null;

  constructor(
    private readonly redis: Redis,
    private readonly jobs: Redis,
    private readonly reader: Redis,
    private readonly options: ShardWorkerOptions,
  ) {
    this.keys = runKeys(options.run);
    this.presence = new Presence(redis, this.keys, options.threads, 5);
  }

  static async open(engine: Engine, options: ShardWorkerOptions): Promise<ShardWorker> {
    const [redis, jobs, reader] = await Promise.all([1, 2, 3].map(() => engine.connection()));
    return new ShardWorker(redis, jobs, reader, options);
  }

  /** How far the run is, as its driver told last. */
  get progress(): RunProgress | null {
    return this.told;
  }

  /** Blocks of a second. */
  get blocksPerS(): number {
    return this.presence.perS;
  }

  /** Leaves after the block at hand. */
  stop(): void {
    this.ended = true;
  }

  /** Works until the run ends, another driver takes it, or stop(). @throws Refused. */
  async work(): Promise<void> {
    const meta = await this.redis.hgetall(this.keys.meta);
    if (!meta.epoch) return;
    const reason = refusal(this.options.identity, meta);
    if (reason) {
      await this.redis.hset(this.keys.refused, this.presence.id, reason);
      throw new Refused(`run ${this.options.run}: ${reason}`);
    }
    this.own = epochKeys(this.options.run, meta.epoch);
    this.compute = await this.options.load(JSON.parse(meta.spec));
    let full: Error | null = null;
    const failed = (error: Error): void => {
      // a worker without a block writes nothing else; other troubles pass, or come back with a block
      if (!/^OOM/.test(error.message)) return;
      full = error;
      this.ended = true;
    };
    const beat = setInterval(() => void this.beat(meta.epoch).catch(failed), 1000);
    const renew = setInterval(() => void this.renew().catch(() => {}), leaseMs / 3);
    try {
      await this.beat(meta.epoch);
      await Promise.all([this.guarded(() => this.takeJobs()), this.guarded(() => this.takeTotals())]);
      await this.queue;
      if (full) throw full;
    } finally {
      this.ended = true;
      clearInterval(beat);
      clearInterval(renew);
      await this.compute.close();
      await this.presence.leave();
    }
  }

  /** Runs a loop's body until the end; a failure ends the other loop too. */
  private async guarded(body: () => Promise<void>): Promise<void> {
    try {
      while (!this.ended) await body();
    } catch (error) {
      this.ended = true;
      throw error;
    }
  }

  private async takeJobs(): Promise<void> {
    const entry = (await this.expired()) ?? (await this.next());
    if (!entry) return;
    const [id, list] = entry;
    const { i, p, w } = fields(list);
    const block = { iteration: Number(i), block: Number(p), width: Number(w) };
    await this.serial(() => this.firstPart(String(id), block));
  }

  private async next(): Promise<Entry | null> {
    try {
      const reply = (await this.jobs.xreadgroupBuffer(
        'GROUP',
        group,
        this.presence.id,
        'COUNT',
        1,
        'BLOCK',
        500,
        'STREAMS',
        this.own.jobs,
        '>',
      )) as unknown as [Buffer, Entry[]][] | null;
      return reply?.[0][1][0] ?? null;
    } catch (error) {
      // the engine lost the group, or the run is over: its driver makes a new one, or the heart beat ends this
      if (!/NOGROUP|UNBLOCKED/.test(String(error))) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
      return null;
    }
  }

  private async expired(): Promise<Entry | null> {
    if (performance.now() - this.looked < leaseMs / 4) return null;
    this.looked = performance.now();
    try {
      const reply = await this.jobs.callBuffer(
        'XAUTOCLAIM',
        this.own.jobs,
        group,
        this.presence.id,
        leaseMs,
        '0-0',
        'COUNT',
        1,
      );
      const entry = (reply as [Buffer, Entry[]])[1][0];
      return entry?.[1] ? entry : null;
    } catch (error) {
      if (!/NOGROUP/.test(String(error))) throw error;
      return null;
    }
  }

  private async takeTotals(): Promise<void> {
    const reply = (await this.reader.xreadBuffer(
      'BLOCK',
      500,
      'STREAMS',
      this.own.totals,
      this.lastTotal,
    )) as unknown as [Buffer, Entry[]][] | null;
    for (const [id, list] of reply?.[0][1] ?? []) {
      this.lastTotal = String(id);
      const { i, data } = fields(list);
      this.total = { iteration: Number(i), data };
      await this.serial(() => this.secondParts());
    }
  }

  private async firstPart(id: string, block: Block): Promise<void> {
    this.held.set(id, block);
    await this.options.onMoment?.('taken', block);
    if (!(await this.loadState(block.iteration))) {
      this.held.delete(id);
      await this.redis.xack(this.own.jobs, group, id);
      return;
    }
    await this.send('f', block, await this.compute.first(block));
    await this.options.onMoment?.('counted', block);
    await this.secondParts();
  }

  /** True where the iteration's state is there; false where the run is past it. */
  private async loadState(iteration: number): Promise<boolean> {
    if (this.loaded === iteration) return true;
    const bytes = await this.redis.getBuffer(this.own.state);
    if (bytes === null || bytes.readUInt32LE() !== iteration) return false;
    // blocks of an earlier iteration were finished by others
    for (const [id, held] of this.held)
      if (held.iteration < iteration) {
        this.held.delete(id);
        await this.redis.xack(this.own.jobs, group, id);
      }
    await this.compute.begin(bytes.subarray(8));
    this.loaded = iteration;
    return true;
  }

  private async secondParts(): Promise<void> {
    if (this.total?.iteration !== this.loaded) return;
    for (const [id, block] of [...this.held]) {
      if (block.iteration !== this.loaded) continue;
      if (this.totalSet !== this.loaded) await this.compute.totals(this.total.data);
      this.totalSet = this.loaded;
      await this.send('b', block, await this.compute.second(block));
      await this.options.onMoment?.('sent', block);
      await this.redis.xack(this.own.jobs, group, id);
      this.held.delete(id);
      this.presence.done();
      await this.options.onMoment?.('acknowledged', block);
    }
  }

  private async send(stage: 'f' | 'b', { iteration, block }: Block, data: Uint8Array): Promise<void> {
    const buffer = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    const sent = await this.redis
      .pipeline()
      .xadd(
        this.own.results,
        '*',
        's',
        stage,
        'i',
        iteration,
        'p',
        block,
        'by',
        this.presence.id,
        'data',
        buffer,
      )
      .expire(this.own.results, 3600)
      .exec();
    for (const [error] of sent!) if (error) throw error;
  }

  private serial(work: () => Promise<void>): Promise<void> {
    const next = this.queue.then(work);
    this.queue = next.catch(() => {});
    return next;
  }

  private async renew(): Promise<void> {
    const ids = [...this.held.keys()];
    if (ids.length > 0) await this.redis.xclaim(this.own.jobs, group, this.presence.id, 0, ...ids, 'JUSTID');
  }

  /** Tells that this worker is there, and looks whether its run still is. */
  private async beat(epoch: string): Promise<void> {
    await this.presence.tell();
    const meta = await this.redis.hgetall(this.keys.meta);
    const current = meta.epoch ?? null;
    this.told = runProgress(meta);
    // an engine that lost its memory has no run for a moment: the driver announces it again
    if (current !== epoch && (current !== null || ++this.missing > 20)) this.ended = true;
    if (current === epoch) this.missing = 0;
  }
}
