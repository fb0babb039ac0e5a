import { Engine } from '../../engine/connection.js';
import { JobThreads } from '../../engine/job_threads.js';
import { runKeys, runsKey, studiesKey } from '../../engine/protocol.js';
import { Refused, ShardWorker, type ShardWorkerOptions } from '../../engine/shard_worker.js';
import { StudyWorker } from '../../engine/study_worker.js';
import { buildIdentity } from '../../training/motor/build_identity.js';
import { ComputePool } from '../../training/motor/compute_pool.js';
import { jobThreadFile } from '../jobs/run_jobs.js';
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
  let leaving = false;
  let busy: { stop(): void } | null = null;
  let blocks = 0;
  let jobs = 0;
  const leave = (): void => {
    leaving = true;
    busy?.stop();
  };
  process.once('SIGINT', leave);
  process.once('SIGTERM', leave);
  await Engine.use(options.engine, say, async (engine) => {
    const redis = await engine.connection();
    let idleSince = performance.now();
    say(`waiting for work, ${options.threads} threads`);
    const declined = new Set<string>();
    while (!leaving) {
      for (const run of options.run === undefined ? await redis.smembers(runsKey) : [options.run]) {
        // without its driver a run goes on when that is resumed, perhaps with another build
        if (leaving || !(await redis.exists(runKeys(run).driver))) continue;
        if (!(await redis.hget(runKeys(run).meta, 'epoch'))) continue;
        say(`run ${run}: joined`);
        let reported = performance.now();
        const from = blocks;
        const at = await ShardWorker.open(engine, {
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
        busy = at;
        await at.work();
        busy = null;
        say(`run ${run}: left, ${blocks - from} blocks done`);
        idleSince = performance.now();
      }
      for (const study of options.run === undefined ? await redis.smembers(studiesKey) : []) {
        if (leaving || declined.has(study) || !(await StudyWorker.wanted(redis, study))) continue;
        say(`study ${study}: joined`);
        const from = jobs;
        const at = await StudyWorker.open(engine, {
          study,
          identity: buildIdentity(),
          threads: options.threads,
          open: async (kind, spec) => JobThreads.open(jobThreadFile(), { kind, spec }, options.threads),
          async onJob() {
            jobs++;
          },
        });
        busy = at;
        await at.work().catch((error: Error) => {
          if (!(error instanceof Refused)) throw error;
          declined.add(study);
          say(error.message);
        });
        busy = null;
        say(`study ${study}: left, ${jobs - from} jobs done`);
        idleSince = performance.now();
      }
      if (options.idleExit !== undefined && performance.now() - idleSince > 1000 * options.idleExit) break;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  });
  writeResult(options.json, { blocks, jobs }, `${blocks} blocks and ${jobs} jobs done`);
}
