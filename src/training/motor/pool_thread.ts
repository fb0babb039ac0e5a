import { parentPort, workerData } from 'node:worker_threads';
import { ShardCompute, shardCount, tallyLength } from './sharding.js';
import type { PoolRequest, PoolTask } from './compute_pool.js';

/** One thread of a machine that computes blocks for a driver elsewhere: its shards are index, index + threads, ... */
const { network, run, threads, index, parameters, gradients, tallies } = workerData as PoolTask;
const shards = shardCount(run);
const mine = Array.from({ length: Math.ceil((shards - index) / threads) }, (_, k) => index + k * threads);
const compute = new ShardCompute(network, run, mine);
const length = tallyLength(network);
const total = new Float64Array(length);

parentPort!.on('message', (request: PoolRequest) => {
  if (request.kind === 'begin') compute.begin(parameters);
  else if (request.kind === 'totals') {
    total.set(request.total);
    compute.setTotal(total);
  } else
    for (const shard of request.shards)
      if (request.kind === 'first')
        compute.forward(request.iteration, shard, tallies.subarray(shard * length, (shard + 1) * length));
      else {
        const gradient = compute.gradient(shard);
        gradients.set(gradient, shard * gradient.length);
      }
  parentPort!.postMessage('done');
});
