import { MetaGradient } from './meta_gradient.js';
import type { MotorNetworkConfig } from '../../snn/motor_network.js';
import { Random } from '../../kernels/random.js';
import type { RunConfig } from './run_config.js';
import { drawTask } from './task.js';
import { emptyTrial } from './trial.js';

/**
 * How a batch is cut, whoever computes it. Task k belongs to shard k mod `shards`; a shard's gradient adds up its tasks in
 * order; the batch's gradient is a fixed binary tree over the shards (treeSum). So threads and machines do not change a bit.
 */
export function shardCount({ shards, batch }: Pick<RunConfig, 'shards' | 'batch'>): number {
  return Math.min(shards, batch);
}

/** Tasks of a shard. */
export function tasksOf(shard: number, run: Pick<RunConfig, 'shards' | 'batch'>): number[] {
  const shards = shardCount(run);
  return Array.from({ length: Math.ceil((run.batch - shard) / shards) }, (_, k) => shard + k * shards);
}

/**
 * The fixed binary tree: neighbours first, then neighbours of those. `add(a, b)` adds leaf b's sum to leaf a's; `last` - `first`
 * leaves, the sum is left in `first`. A block of 2^k leaves at a multiple of 2^k is a subtree: it may be summed elsewhere.
 */
export function treeSum(first: number, last: number, add: (into: number, from: number) => void): void {
  for (let stride = 1; stride < last - first; stride *= 2)
    for (let leaf = first; leaf + stride < last; leaf += 2 * stride) add(leaf, leaf + stride);
}

/** Errors of a shard's tasks, at the head of its tally; then the spike counts of trainee and LSG. */
export const tallySums = ['velocityMse', 'positionMse', 'error'] as const;

/** Length of a shard's tally. */
export function tallyLength({ trainee, lsg }: MotorNetworkConfig): number {
  return tallySums.length + trainee.neurons + lsg.neurons;
}

/** Sum of all shards' tallies, in the shards' order. */
export function sumTallies(tallies: readonly Float64Array[], total: Float64Array): void {
  total.fill(0);
  for (const tally of tallies) for (let k = 0; k < total.length; k++) total[k] += tally[k];
}

/** Loss of the rate terms, from the whole batch's tally. */
export function rateLoss(
  network: MotorNetworkConfig,
  { loss, batch }: RunConfig,
  total: Float64Array,
): number {
  const at = tallySums.length + network.trainee.neurons;
  const one = (target: number, spikes: Float64Array, samples: number): number =>
    spikes.reduce((sum, n) => sum + loss.rate * (n / samples - target) ** 2, 0);
  return (
    one(loss.traineeRate, total.subarray(tallySums.length, at), 2 * network.steps * batch) +
    one(loss.lsgRate, total.subarray(at), network.steps * batch)
  );
}

/** Computes some shards of a batch in one thread. Draws depend on seed, iteration and task alone. */
export class ShardCompute {
  readonly meta: MetaGradient;
  private readonly mine = new Map<number, { slot: number; tasks: readonly number[] }>();
  private readonly trial;
  private readonly spikes;

  /** @param shards those it may be asked for. @param extra further floats of kernel memory for the caller. */
  constructor(
    private readonly network: MotorNetworkConfig,
    private readonly run: RunConfig,
    shards: readonly number[],
    extra = 0,
  ) {
    let slot = 0;
    for (const shard of shards) {
      const tasks = tasksOf(shard, run);
      this.mine.set(shard, { slot, tasks });
      slot += tasks.length;
    }
    this.meta = new MetaGradient(network, run, slot, extra);
    this.trial = emptyTrial(network.steps, network.joints);
    this.spikes = {
      trainee: new Float64Array(network.trainee.neurons),
      lsg: new Float64Array(network.lsg.neurons),
    };
  }

  /** Takes an iteration's parameters. */
  begin(parameters: Float32Array): void {
    this.meta.parameters.set(parameters);
    this.meta.clear();
  }

  /** Runs a shard's lessons; fills its tally. */
  forward(iteration: number, shard: number, tally: Float64Array): void {
    const { meta, network, run, trial } = this;
    meta.counts.trainee.fill(0);
    meta.counts.lsg.fill(0);
    tally.fill(0);
    const { slot, tasks } = this.mine.get(shard)!;
    for (let k = 0; k < tasks.length; k++) {
      const random = new Random(run.seed, iteration, tasks[k]);
      drawTask(run, network, random, trial);
      const noisy = run.noise !== null && random.uniform() < run.noise.share;
      const e = meta.forward(slot + k, trial, noisy ? random.uint32() : null);
      tally[0] += e.velocityMse;
      tally[1] += e.positionMse;
      tally[2] += e.error;
    }
    tally.set(meta.counts.trainee, tallySums.length);
    tally.set(meta.counts.lsg, tallySums.length + network.trainee.neurons);
  }

  /** Takes the whole batch's tally; returns the rate terms' loss. */
  setTotal(total: Float64Array): number {
    const { spikes } = this;
    const at = tallySums.length + spikes.trainee.length;
    spikes.trainee.set(total.subarray(tallySums.length, at));
    spikes.lsg.set(total.subarray(at, at + spikes.lsg.length));
    return this.meta.setRates(spikes);
  }

  /** A shard's gradient (a view, valid until the next call); its forward() came before. */
  gradient(shard: number): Float32Array {
    const { meta } = this;
    meta.gradient.fill(0);
    const { slot, tasks } = this.mine.get(shard)!;
    for (let k = 0; k < tasks.length; k++) meta.backward(slot + k);
    meta.finish();
    return meta.gradient;
  }
}
