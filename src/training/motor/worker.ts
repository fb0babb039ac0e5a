import { parentPort, workerData } from 'node:worker_threads';
import type { MotorNetworkConfig } from '../../snn/motor_network.js';
import { Optimizer } from './optimizer.js';
import type { RunConfig } from './run_config.js';
import { Window, type Report } from './run_record.js';
import { SharedState } from './shared_state.js';
import { ShardCompute, shardCount, sumTallies, tallyLength } from './sharding.js';

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
  ({ kind: 'progress' } & Report) | { kind: 'published'; iteration: number; last: boolean };

/**
 * One worker of meta-training: its shards of every batch (index, index + workers, ...), its pieces of the optimizer.
 * What it computes does not depend on the number of workers (sharding.ts).
 */
function work(task: WorkerTask): void {
  const { network, run, workers, index } = task;
  const shards = shardCount(run);
  const shared = new SharedState(task.buffer, network, workers, shards);
  const mine = Array.from({ length: Math.ceil((shards - index) / workers) }, (_, k) => index + k * workers);
  const pieces = [index, index + 1].map((w) => Math.floor((w * shards) / workers));
  const extra = Optimizer.elements(shared.count, run, pieces[1] - pieces[0]);
  const compute = new ShardCompute(network, run, mine, extra);
  const optimizer = new Optimizer(compute.meta.kernel, run, shared.count, pieces[0], pieces[1]);
  const state = { first: shared.moments[0], second: shared.moments[1], mean: shared.mean };
  optimizer.load({ parameters: shared.parameters, ...state });
  const total = new Float64Array(tallyLength(network));
  const window = new Window();

  for (let iteration = task.start; iteration < run.iterations; iteration++) {
    compute.begin(shared.parameters);
    for (const shard of mine) compute.forward(iteration, shard, shared.tallies[shard]);
    shared.barrier();

    sumTallies(shared.tallies, total);
    const rateLoss = compute.setTotal(total);
    for (const shard of mine) shared.gradients[shard].set(compute.gradient(shard));
    shared.barrier();

    optimizer.reduce(shared.gradients, shared.squares);
    if (index === 0) shared.decide(iteration + 1 === run.iterations);
    shared.barrier();

    const norm = optimizer.step(iteration, shared.squares, shared.parameters);
    const { decision } = shared;
    if (decision) optimizer.save(state);
    if (index === 0) window.add(run, total, rateLoss, norm);
    shared.barrier();

    if (index === 0) {
      if (decision || window.due) post({ kind: 'progress', ...window.take(iteration + 1) });
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
  new SharedState(task.buffer, task.network, task.workers, shardCount(task.run)).fail();
  throw error;
}
