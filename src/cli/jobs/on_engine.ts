import { Engine } from '../../engine/connection.js';
import type { Identity } from '../../engine/protocol.js';
import { Study, type StudyJob } from '../../engine/study.js';
import { Failure } from '../command.js';
import type { JobProgress } from './progress.js';
import type { JobList, Outcome } from './run_jobs.js';

/** Gives jobs to an engine's workers and gathers what they find, until each is done or has failed. */
export async function runOnEngine(
  url: string,
  { name, identity, kind, spec, files, title }: JobList<unknown> & { name: string; identity: Identity },
  jobs: readonly StudyJob[],
  missing: readonly number[],
  { done, failed }: Outcome,
  progress: JobProgress,
): Promise<void> {
  const say = (line: string): void => progress.say(line);
  await Engine.use(url, say, async (engine) => {
    const study = await Study.open(engine, { name, identity, kind, spec: { own: spec, files }, title });
    let open = [...missing];
    const gather = async (): Promise<void> => {
      const results = await study.results(open.map((k) => jobs[k]));
      open.forEach((k, i) => results[i] !== undefined && done(k, results[i]));
      open = open.filter((_, i) => results[i] === undefined);
    };
    await gather();
    if (open.length < missing.length)
      progress.say(`${missing.length - open.length} of ${jobs.length} jobs are on the engine already`);
    if (open.length > 0) await study.add(open.map((k) => jobs[k]));
    const refused = new Set<string>();
    let seen = performance.now();
    let waiting = false;
    while (open.length > 0) {
      await new Promise((resolve) => setTimeout(resolve, 300));
      if (await study.cancelled()) throw new Failure(`study ${name}: cancelled`);
      const state = await study.state();
      await gather();
      if (state.failed > 0) {
        const reasons = await study.failures();
        for (const k of open) if (reasons.has(jobs[k].key)) failed(k, reasons.get(jobs[k].key)!);
        open = open.filter((k) => !reasons.has(jobs[k].key));
      }
      // an engine that lost its memory gets the jobs again; the results were read after the counts
      if (state.waiting + state.active === 0 && open.length > 0) await study.add(open.map((k) => jobs[k]));
      for (const [id, reason] of Object.entries(await study.refused()))
        if (!refused.has(id)) {
          refused.add(id);
          progress.say(`worker ${id} was refused: ${reason}`);
        }
      progress.workers = state.workers.length;
      if (state.workers.length > 0) seen = performance.now();
      if (performance.now() - seen > 3000 && !waiting)
        progress.say('no workers: start some with oneshot-arm worker --engine URL');
      waiting = performance.now() - seen > 3000;
      progress.draw();
    }
    await study.close();
  });
}
