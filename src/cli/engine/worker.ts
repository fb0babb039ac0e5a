import { Engine } from '../../engine/connection.js';
import { runKeys, runsKey } from '../../engine/protocol.js';
import { ShardWorker, type ShardWorkerOptions } from '../../engine/shard_worker.js';
import { buildIdentity } from '../../training/motor/build_identity.js';
import { ComputePool } from '../../training/motor/compute_pool.js';
import { writeResult } from '../output.js';

/** Options of `worker`. */
export interface WorkerOptions {
  engine: string;
  threads: number;
  run?: string;
  idleExit?: number;
  json?: string;
  /** For tests: told where the worker is with a block. */
  onMoment?: ShardWorkerOptions['onMoment'];
}

/** Serves whatever runs on the engine until it is interrupted, refused, or idle for too long. */
export async function runWorker(options: WorkerOptions): Promise<void> {
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const engine = await Engine.connect(options.engine, say);
  let leaving = false;
  let busy: ShardWorker | null = null;
  let blocks = 0;
  const leave = (): void => {
    leaving = true;
    busy?.stop();
  };
  process.once('SIGINT', leave);
  process.once('SIGTERM', leave);
  try {
    const redis = await engine.connection();
    let idleSince = performance.now();
    say(`waiting for work, ${options.threads} threads`);
    while (!leaving) {
      for (const run of options.run === undefined ? await redis.smembers(runsKey) : [options.run]) {
        // without its driver a run goes on when that is resumed, perhaps with another build
        if (leaving || !(await redis.exists(runKeys(run).driver))) continue;
        if (!(await redis.hget(runKeys(run).meta, 'epoch'))) continue;
        say(`run ${run}: joined`);
        let reported = performance.now();
        const from = blocks;
        busy = await ShardWorker.open(engine, {
          run,
          identity: buildIdentity(),
          threads: options.threads,
          load: async (spec) => new ComputePool(spec, options.threads),
          async onMoment(moment, block) {
            if (moment === 'acknowledged') blocks++;
            await options.onMoment?.(moment, block);
            if (performance.now() - reported < 5000) return;
            say(`run ${run}: iteration ${block.iteration}, ${blocks - from} blocks done`);
            reported = performance.now();
          },
          say,
        });
        await busy.work();
        busy = null;
        say(`run ${run}: left, ${blocks - from} blocks done`);
        idleSince = performance.now();
      }
      if (options.idleExit !== undefined && performance.now() - idleSince > 1000 * options.idleExit) break;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  } finally {
    engine.close();
  }
  writeResult(options.json, { blocks }, `${blocks} blocks done`);
}
