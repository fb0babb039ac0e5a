import { parentPort, workerData } from 'node:worker_threads';
import { Random } from '../../kernels/random.js';
import type { MotorNetworkConfig } from '../../snn/motor_network.js';
import { drawTask } from './task.js';
import { MetaGradient } from './meta_gradient.js';
import { rateAt, type RunConfig } from './run_config.js';
import { SharedState, sums } from './shared_state.js';
import { emptyTrial } from './trial.js';

/** What a worker is started with. */
export interface WorkerTask {
  network: MotorNetworkConfig;
  run: RunConfig;
  buffer: SharedArrayBuffer;
  workers: number;
  index: number;
  /** First iteration to do. */
  start: number;
}

/** Messages of worker 0. */
export type WorkerMessage =
  | {
      kind: 'progress';
      iteration: number;
      loss: number;
      velocityRmse: number;
      error: number;
      norm: number;
    }
  | { kind: 'published'; iteration: number; last: boolean };

/**
 * One worker of meta-training: its share of every batch's tasks (index, index + workers, ...), its slice of the optimizer.
 * The draws depend on seed, iteration and task alone, so a run is the same for a seed and a number of workers.
 */
function work(task: WorkerTask): void {
  const { network, run, workers, index } = task;
  const shared = new SharedState(task.buffer, network, workers);
  const mine = Array.from(
    { length: Math.ceil((run.batch - index) / workers) },
    (_, k) => index + k * workers,
  );
  const { count } = shared;
  const chunk = Math.ceil(count / workers / 16) * 16;
  const from = Math.min(count, index * chunk);
  const length = Math.min(count, from + chunk) - from;
  const meta = new MetaGradient(network, run, mine.length, 5 * length + 1024);
  const { kernel } = meta;
  const [slice, sliceGradient, first, second, mean] = Array.from({ length: 5 }, () => kernel.f32(length));
  const whole = (values: Float32Array): Float32Array => values.subarray(from, from + length);
  first.set(whole(shared.moments[0]));
  second.set(whole(shared.moments[1]));
  mean.set(whole(shared.mean));
  const trial = emptyTrial(network.steps, network.joints);
  const tally = shared.tallies[index];
  const spikes = {
    trainee: new Float64Array(network.trainee.neurons),
    lsg: new Float64Array(network.lsg.neurons),
  };
  const window = { loss: 0, velocity: 0, error: 0, norm: 0, n: 0, since: performance.now() };

  for (let iteration = task.start; iteration < run.iterations; iteration++) {
    meta.parameters.set(shared.parameters);
    meta.clear();
    tally.fill(0);
    for (let slot = 0; slot < mine.length; slot++) {
      const random = new Random(run.seed, iteration, mine[slot]);
      drawTask(run.family, network, random, trial);
      const noisy = run.noise !== null && random.uniform() < run.noise.share;
      const e = meta.forward(slot, trial, noisy ? random.uint32() : null);
      tally[0] += e.velocityMse;
      tally[1] += e.positionMse;
      tally[2] += e.error;
    }
    tally.set(meta.counts.trainee, sums.length);
    tally.set(meta.counts.lsg, sums.length + network.trainee.neurons);
    shared.barrier();

    spikes.trainee.fill(0);
    spikes.lsg.fill(0);
    for (const t of shared.tallies) {
      for (let j = 0; j < spikes.trainee.length; j++) spikes.trainee[j] += t[sums.length + j];
      for (let j = 0; j < spikes.lsg.length; j++) spikes.lsg[j] += t[sums.length + spikes.trainee.length + j];
    }
    const rateLoss = meta.setRates(spikes);
    for (let slot = 0; slot < mine.length; slot++) meta.backward(slot);
    meta.finish();
    shared.gradients[index].set(meta.gradient);
    shared.barrier();

    sliceGradient.set(whole(shared.gradients[0]));
    for (let w = 1; w < workers; w++) {
      slice.set(whole(shared.gradients[w]));
      kernel.exports.add(sliceGradient.byteOffset, slice.byteOffset, length);
    }
    tally[3] = length > 0 ? kernel.exports.sumOfSquares(sliceGradient.byteOffset, length) : 0;
    if (index === 0) shared.decide(iteration + 1 === run.iterations);
    shared.barrier();

    let squares = 0;
    for (const t of shared.tallies) squares += t[3];
    const norm = Math.sqrt(squares);
    if (!Number.isFinite(norm))
      throw new Error(`iteration ${iteration}: the gradient is not finite; lower the rate`);
    if (length > 0) {
      slice.set(whole(shared.parameters));
      const t = iteration + 1;
      const keep = Math.min(run.averageKeep, t / (t + 9));
      kernel.exports.adam(
        slice.byteOffset,
        sliceGradient.byteOffset,
        first.byteOffset,
        second.byteOffset,
        mean.byteOffset,
        length,
        Math.min(1, run.clipNorm / norm),
        rateAt(run, iteration) / (1 - 0.9 ** t),
        0.9,
        0.999,
        1 / (1 - 0.999 ** t),
        1e-8,
        keep,
      );
      shared.parameters.set(slice, from);
    }
    const { decision } = shared;
    if (decision) {
      shared.moments[0].set(first, from);
      shared.moments[1].set(second, from);
      shared.mean.set(mean, from);
    }
    if (index === 0) {
      const total = (k: number): number => shared.tallies.reduce((s, t) => s + t[k], 0) / run.batch;
      window.loss += run.loss.velocity * total(0) + run.loss.position * total(1) + rateLoss;
      window.velocity += total(0);
      window.error += total(2);
      window.norm += norm;
      window.n++;
    }
    shared.barrier();

    if (index === 0) {
      const { n } = window;
      if (decision || performance.now() - window.since > 2000) {
        post({
          kind: 'progress',
          iteration: iteration + 1,
          loss: window.loss / n,
          velocityRmse: Math.sqrt(window.velocity / n),
          error: window.error / n,
          norm: window.norm / n,
        });
        Object.assign(window, { loss: 0, velocity: 0, error: 0, norm: 0, n: 0, since: performance.now() });
      }
      if (decision) post({ kind: 'published', iteration: iteration + 1, last: decision === 2 });
    }
    if (decision) {
      shared.awaitTaken();
      shared.barrier();
      if (decision === 2) return;
    }
  }
}

function post(message: WorkerMessage): void {
  parentPort!.postMessage(message);
}

const task = workerData as WorkerTask;
try {
  work(task);
} catch (error) {
  new SharedState(task.buffer, task.network, task.workers).fail();
  throw error;
}
