import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import type { Block } from '../../engine/protocol.js';
import type { BlockCompute } from '../../engine/shard_worker.js';
import { motorConfigSchema } from '../../files/motor_weights.js';
import { parseWith } from '../../files/validate.js';
import type { MotorNetworkConfig } from '../../snn/motor_network.js';
import { parameterCount } from './parameters.js';
import { runSchema, type RunConfig } from './run_config.js';
import { shardCount, tallyLength, treeSum } from './sharding.js';
import { checkMemory, threadFile } from './trainer.js';

/** What a thread is started with. */
export interface PoolTask {
  network: MotorNetworkConfig;
  run: RunConfig;
  threads: number;
  index: number;
  parameters: Float32Array;
  /** A gradient for each shard. */
  gradients: Float32Array;
  /** A tally for each shard. */
  tallies: Float64Array;
}

/** What a thread is asked; it answers when it is done. */
export type PoolRequest =
  | { kind: 'begin' }
  | { kind: 'totals'; total: Float64Array }
  | { kind: 'first' | 'second'; iteration: number; shards: number[] };

const specSchema = z.object({ network: motorConfigSchema, run: runSchema });

/** Computes blocks of shards in threads: this thread stays free for the engine's leases. */
export class ComputePool implements BlockCompute {
  private readonly threads: { worker: Worker; failed: Promise<never> }[];
  private readonly count: number;
  private readonly parameters: Float32Array;
  private readonly gradients: Float32Array;
  private readonly tallies: Float64Array;
  private readonly run: RunConfig;
  private readonly length: number;

  /** @param spec {network, run} as the driver sent it. @throws InputError. */
  constructor(spec: unknown, threads: number) {
    const { network, run } = parseWith(specSchema, spec, 'the run');
    this.run = run;
    const shards = shardCount(run);
    const workers = Math.min(threads, shards);
    checkMemory(network, run, workers);
    this.count = parameterCount(network);
    this.length = tallyLength(network);
    const shared = (bytes: number): SharedArrayBuffer => new SharedArrayBuffer(bytes);
    this.parameters = new Float32Array(shared(4 * this.count));
    this.gradients = new Float32Array(shared(4 * this.count * shards));
    this.tallies = new Float64Array(shared(8 * this.length * shards));
    const { parameters, gradients, tallies } = this;
    this.threads = Array.from({ length: workers }, (_, index) => {
      const task: PoolTask = { network, run, threads: workers, index, parameters, gradients, tallies };
      const worker = new Worker(threadFile('pool_thread.js'), { workerData: task });
      const failed = new Promise<never>((_, fail) => worker.on('error', fail));
      failed.catch(() => {});
      return { worker, failed };
    });
  }

  async begin(state: Uint8Array): Promise<void> {
    new Uint8Array(this.parameters.buffer).set(state);
    await this.ask(() => ({ kind: 'begin' }));
  }

  async first(block: Block): Promise<Uint8Array> {
    const [from, to] = await this.compute('first', block);
    return new Uint8Array(this.tallies.buffer, 8 * this.length * from, 8 * this.length * (to - from));
  }

  async totals(data: Uint8Array): Promise<void> {
    const total = new Float64Array(new Uint8Array(data).buffer);
    await this.ask(() => ({ kind: 'totals', total }));
  }

  async second(block: Block): Promise<Uint8Array> {
    const [from, to] = await this.compute('second', block);
    const leaf = (k: number): Float32Array => this.gradients.subarray(k * this.count, (k + 1) * this.count);
    treeSum(from, to, (into, other) => {
      const [a, b] = [leaf(into), leaf(other)];
      for (let k = 0; k < a.length; k++) a[k] += b[k];
    });
    return new Uint8Array(this.gradients.buffer, 4 * this.count * from, 4 * this.count);
  }

  async close(): Promise<void> {
    await Promise.all(this.threads.map(({ worker }) => worker.terminate()));
  }

  private async compute(
    kind: 'first' | 'second',
    { iteration, block, width }: Block,
  ): Promise<[number, number]> {
    const [from, to] = [block * width, Math.min(shardCount(this.run), (block + 1) * width)];
    const n = this.threads.length;
    const all = Array.from({ length: to - from }, (_, k) => from + k);
    await this.ask((index) => ({ kind, iteration, shards: all.filter((shard) => shard % n === index) }));
    return [from, to];
  }

  private async ask(request: (index: number) => PoolRequest): Promise<void> {
    await Promise.all(
      this.threads.map(({ worker, failed }, index) => {
        const answer = new Promise((resolve) => worker.once('message', resolve));
        worker.postMessage(request(index));
        return Promise.race([answer, failed]);
      }),
    );
  }
}
