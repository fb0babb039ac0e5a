import { availableParallelism } from 'node:os';
import { paperConfig } from '../../snn/motor_network.js';
import { paperRun } from '../../training/motor/run_config.js';
import { MotorTrainer } from '../../training/motor/trainer.js';
import { table } from '../output.js';
import { median, type BenchOptions, type BenchReport } from './bench.js';
import { findPeer, jaxIterationsPerS } from './jax.js';

interface Sizes {
  lsg: number;
  steps: number;
  workers: number;
}

const batch = 16;
const trainee = paperConfig.trainee.neurons;
/** Alternating runs of the two. */
const rounds = 3;

/** Meta-training's iterations a second: against the JAX script at equal sizes, and by LSG size, trial length and workers. */
export async function run(options: BenchOptions): Promise<BenchReport> {
  if (options.engine !== undefined) {
    const { compareWithEngine } = await import('./train_engine.js');
    return compareWithEngine(options.engine, options.seed);
  }
  const cores = availableParallelism();
  const peer = { lsg: 400, steps: paperConfig.steps, workers: cores };
  const jaxPeer = findPeer(options.install, 'train');
  const pairs: { ours: number; jax: number; ratio: number }[] = [];
  if (!('missing' in jaxPeer))
    for (let k = 0; k < rounds; k++) {
      const ours = await iterationsPerS(peer, 150, options.seed + k);
      const sizes = { ...peer, trainee, batch, iterations: 100, seed: options.seed + k };
      const jax = jaxIterationsPerS(jaxPeer, sizes);
      pairs.push({ ours, jax, ratio: ours / jax });
      process.stderr.write(
        `${k + 1}/${rounds}: ${ours.toFixed(2)} and ${jax.toFixed(2)} iterations a second\n`,
      );
    }
  const scaling: (Sizes & { iterationsPerS: number })[] = [];
  const counts = [...new Set([1, Math.ceil(cores / 2), cores])];
  for (const workers of counts)
    for (const lsg of [128, 256, 400, 800]) await add({ lsg, steps: 249, workers });
  for (const steps of [62, 125, 498]) await add({ lsg: 400, steps, workers: cores });
  async function add(sizes: Sizes): Promise<void> {
    scaling.push({ ...sizes, iterationsPerS: await iterationsPerS(sizes, 30, options.seed) });
    process.stderr.write(`LSG ${sizes.lsg}, T ${sizes.steps}, ${sizes.workers} workers\n`);
  }
  const medianRatio = median(pairs.map((p) => p.ratio));
  const text = [
    !('missing' in jaxPeer)
      ? table([
          [`T 249, LSG 400, trainee ${trainee}, batch ${batch}`, 'it/s', 'JAX it/s', 'ratio'],
          ...pairs.map((p, k) => [`run ${k + 1}`, p.ours.toFixed(2), p.jax.toFixed(2), p.ratio.toFixed(2)]),
        ]) + `\nmedian ratio ${medianRatio.toFixed(2)}`
      : `JAX: skipped, ${jaxPeer.missing}`,
    '',
    table([
      ['LSG', 'T', 'workers', 'it/s'],
      ...scaling.map((s) => [`${s.lsg}`, `${s.steps}`, `${s.workers}`, s.iterationsPerS.toFixed(2)]),
    ]),
  ].join('\n');
  return {
    result: { batch, trainee, jax: pairs.length > 0 ? { pairs, medianRatio } : null, scaling },
    text,
  };
}

/** Iterations a second of a run from the release's initialisation, its first progress report not counted. */
async function iterationsPerS(sizes: Sizes, iterations: number, seed: number): Promise<number> {
  let first: { iteration: number; at: number } | null = null;
  let rate = 0;
  const trainer = new MotorTrainer({
    network: { ...paperConfig, steps: sizes.steps, lsg: { ...paperConfig.lsg, neurons: sizes.lsg } },
    run: { ...paperRun, batch, iterations, seed },
    workers: Math.min(sizes.workers, batch),
    resume: null,
    initial: null,
    startedFrom: null,
    checkpointIntervalS: 3600,
    onProgress(progress) {
      const at = performance.now();
      if (first) rate = (1000 * (progress.iteration - first.iteration)) / (at - first.at);
      else {
        first = { iteration: progress.iteration, at };
        rate = progress.iterationsPerS;
      }
    },
    onCheckpoint() {},
  });
  await trainer.start();
  return rate;
}
