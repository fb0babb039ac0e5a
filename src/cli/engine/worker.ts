import type { Redis } from 'ioredis';
import { Engine, isLost, Left } from '../../engine/connection.js';
import { JobThreads } from '../../engine/job_threads.js';
import { progressText, runKeys, runsKey, studiesKey } from '../../engine/protocol.js';
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
  let away = false;
  const done = { blocks: 0, jobs: 0 };
  await Engine.use(options.engine, say, async (engine) => {
    const server = new Server(engine, options, done, say);
    const leave = (): void => {
      server.stop();
      engine.leave();
    };
    process.once('SIGINT', leave);
    process.once('SIGTERM', leave);
    await engine.unlessLeft(server.serve()).catch((error: unknown) => {
      if (!(error instanceof Left)) throw error;
      away = true;
    });
  });
  if (away) say('left without the engine: others take over what this worker had at hand');
  writeResult(options.json, done, `${done.blocks} blocks and ${done.jobs} jobs done`);
  // threads may still compute what nobody can be sent any more
  if (away) process.exit(0);
}

/** Looks for runs and studies, and works at one after the other. */
class Server {
  private leaving = false;
  private busy: { stop(): void } | null = null;
  private idleSince = performance.now();
  private readonly declined = new Set<string>();

  constructor(
    private readonly engine: Engine,
    private readonly options: WorkerOptions,
    private readonly done: { blocks: number; jobs: number },
    private readonly say: (line: string) => void,
  ) {}

  /** Leaves after the blocks or jobs at hand. */
  stop(): void {
    this.leaving = true;
    this.busy?.stop();
  }

  async serve(): Promise<void> {
    const { run: only, idleExit, threads } = this.options;
    const redis = await this.engine.connection();
    this.say(`waiting for work, ${threads} threads`);
    while (!this.leaving) {
      // a queue that is opened while the engine is away fails, where all else waits
      await this.lookForWork(redis, only).catch((error: unknown) => {
        if (!isLost(error)) throw error;
      });
      if (idleExit !== undefined && performance.now() - this.idleSince > 1000 * idleExit) break;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }

  private async lookForWork(redis: Redis, only: string | undefined): Promise<void> {
    for (const run of only === undefined ? await redis.smembers(runsKey) : [only]) {
      // without its driver a run goes on when that is resumed, perhaps with another build
      if (this.leaving || !(await redis.exists(runKeys(run).driver))) continue;
      if (await redis.hget(runKeys(run).meta, 'epoch')) await this.atRun(run);
    }
    for (const study of only === undefined ? await redis.smembers(studiesKey) : [])
      if (!this.leaving && !this.declined.has(study) && (await StudyWorker.wanted(redis, study)))
        await this.atStudy(study);
  }

  private async atRun(run: string): Promise<void> {
    const { engine, options, done, say } = this;
    say(`run ${run}: joined`);
    let reported = performance.now();
    const from = done.blocks;
    const worker = await ShardWorker.open(engine, {
      run,
      identity: buildIdentity(),
      threads: options.threads,
      load: async (spec) => new ComputePool(spec, options.threads),
      async onMoment(moment, block) {
        if (moment === 'acknowledged') done.blocks++;
        await options.onMoment?.(moment, block);
        if (performance.now() - reported < 5000 || !worker.progress) return;
        const how = `${done.blocks - from} blocks done, ${worker.blocksPerS.toFixed(1)} a second`;
        say(`run ${run}: ${progressText(worker.progress)}; ${how}`);
        reported = performance.now();
      },
      say,
    });
    await this.work(worker);
    say(`run ${run}: left, ${done.blocks - from} blocks done`);
  }

  private async atStudy(study: string): Promise<void> {
    const { engine, options, done, say } = this;
    say(`study ${study}: joined`);
    const from = done.jobs;
    const worker = await StudyWorker.open(engine, {
      study,
      identity: buildIdentity(),
      threads: options.threads,
      open: async (kind, spec) => JobThreads.open(jobThreadFile(), { kind, spec }, options.threads),
      onJob: () => void done.jobs++,
    });
    await this.work(worker).catch((error: Error) => {
      if (!(error instanceof Refused)) throw error;
      this.declined.add(study);
      say(error.message);
    });
    say(`study ${study}: left, ${done.jobs - from} jobs done`);
  }

  private async work(worker: { stop(): void; work(): Promise<void> }): Promise<void> {
    this.busy = worker;
    if (this.leaving) worker.stop();
    await worker.work().finally(() => {
      this.busy = null;
      this.idleSince = performance.now();
    });
  }
}
