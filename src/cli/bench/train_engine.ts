import { EngineTrainer } from '../../training/motor/engine_trainer.js';
import { MotorTrainer } from '../../training/motor/trainer.js';
import { table } from '../output.js';
import { median } from './bench.js';
import { besideWorkers, rates } from './engine_workers.js';

/** Alternating runs of the two, and a run's iterations: some 5 windows of 2 s, of which the first does not count. */
const rounds = 9;
const iterations = 70;

/** What `bench train --engine` found. */
export interface EngineComparison {
  pairs: { threads: number; engine: number; ratio: number }[];
  medianRatio: number;
}

/** Iterations a second of motor-default (batch 32): two threads here against one driver and two workers through an engine. */
export async function compareWithEngine(
  url: string,
  seed: number,
): Promise<{ result: EngineComparison; text: string }> {
  const pairs: EngineComparison['pairs'] = [];
  const name = `bench-${process.pid}`;
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const here = async (run: { iterations: number; seed: number }): Promise<number> =>
    median(await rates((common) => new MotorTrainer({ ...common, workers: 2 }), run));
  const through = async (run: { iterations: number; seed: number }): Promise<number> =>
    median(await rates((common) => new EngineTrainer({ ...common, engine: url, name, say }), run));
  await besideWorkers(url, name, 2, async () => {
    for (let k = 0; k < rounds; k++) {
      const run = { iterations, seed: seed + k };
      // each of them is first in turn
      const early = k % 2 === 0 ? await here(run) : await through(run);
      const late = k % 2 === 0 ? await through(run) : await here(run);
      const [threads, engine] = k % 2 === 0 ? [early, late] : [late, early];
      pairs.push({ threads, engine, ratio: engine / threads });
      say(`${k + 1}/${rounds}: ${threads.toFixed(2)} and ${engine.toFixed(2)} iterations a second`);
    }
  });
  const medianRatio = median(pairs.map((p) => p.ratio));
  const text =
    table([
      ['motor-default, batch 32', 'two threads, it/s', 'driver and two workers, it/s', 'ratio'],
      ...pairs.map((p, k) => [`run ${k + 1}`, p.threads.toFixed(2), p.engine.toFixed(2), p.ratio.toFixed(2)]),
    ]) + `\nmedian ratio ${medianRatio.toFixed(2)}`;
  return { result: { pairs, medianRatio }, text };
}
