import { Engine } from '../../engine/connection.js';
import { runKeys, runsKey, type WorkerState } from '../../engine/protocol.js';
import { table, writeResult } from '../output.js';

/** Options of `jobs`. */
export interface JobsOptions {
  engine: string;
  json?: string;
}

/** Training runs of an engine, with their workers and who was refused. */
export async function showJobs(options: JobsOptions): Promise<void> {
  const engine = await Engine.connect(options.engine, (line) => process.stderr.write(`${line}\n`));
  try {
    const redis = await engine.connection();
    const runs = [];
    for (const run of (await redis.smembers(runsKey)).sort()) {
      const keys = runKeys(run);
      const [driver, ids, refused] = [
        await redis.exists(keys.driver),
        await redis.smembers(keys.workers),
        await redis.hgetall(keys.refused),
      ];
      const states = ids.length > 0 ? await redis.mget(ids.map(keys.worker)) : [];
      const workers = states.flatMap((s) => (s === null ? [] : [JSON.parse(s) as WorkerState]));
      runs.push({ run, driver: driver === 1, workers, refused });
    }
    const text =
      runs.length === 0
        ? 'nothing runs'
        : runs
            .map(({ run, driver, workers, refused }) =>
              [
                `run ${run}: ${driver ? 'its driver is at work' : 'its driver is away'}, ${workers.length} workers`,
                ...(workers.length === 0
                  ? []
                  : [
                      table([
                        ['worker', 'threads', 'blocks/s'],
                        ...workers.map((w) => [w.id, `${w.threads}`, w.blocksPerS.toFixed(1)]),
                      ]),
                    ]),
                ...Object.entries(refused).map(([id, reason]) => `refused ${id}: ${reason}`),
              ].join('\n'),
            )
            .join('\n\n');
    writeResult(options.json, { runs }, text);
  } finally {
    engine.close();
  }
}
