import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EngineTrainer } from '../../training/motor/engine_trainer.js';
import { defaultNetwork, defaultRun } from '../../training/motor/run_config.js';
import type { RunOptions } from '../../training/motor/run_record.js';
import { MotorTrainer } from '../../training/motor/trainer.js';
import { table } from '../output.js';
import { median } from './bench.js';

/** Alternating runs of the two, and a run's iterations: those before the first report are not counted. */
const rounds = 5;
const iterations = 80;

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
  const run = `bench-${process.pid}`;
  const workers = [startWorker(url, run), startWorker(url, run)];
  const ended = new Promise<never>((_, fail) =>
    workers.forEach((w) => w.once('exit', () => fail(new Error('a worker of the benchmark ended')))),
  );
  ended.catch(() => {});
  try {
    for (let k = 0; k < rounds; k++) {
      const threads = await rateOf((common) => new MotorTrainer({ ...common, workers: 2 }), seed + k);
      const say = (line: string): void => void process.stderr.write(`${line}\n`);
      const engine = await Promise.race([
        ended,
        rateOf((common) => new EngineTrainer({ ...common, engine: url, name: run, say }), seed + k),
      ]);
      pairs.push({ threads, engine, ratio: engine / threads });
      say(`${k + 1}/${rounds}: ${threads.toFixed(2)} and ${engine.toFixed(2)} iterations a second`);
    }
  } finally {
    for (const worker of workers) worker.kill('SIGTERM');
  }
  const medianRatio = median(pairs.map((p) => p.ratio));
  const text =
    table([
      ['motor-default, batch 32', 'two threads, it/s', 'driver and two workers, it/s', 'ratio'],
      ...pairs.map((p, k) => [`run ${k + 1}`, p.threads.toFixed(2), p.engine.toFixed(2), p.ratio.toFixed(2)]),
    ]) + `\nmedian ratio ${medianRatio.toFixed(2)}`;
  return { result: { pairs, medianRatio }, text };
}

function startWorker(url: string, run: string): ChildProcess {
  const beside = join(__dirname, '../main.js');
  const main = existsSync(beside) ? beside : join(__dirname, '../../../dist/src/cli/main.js');
  return spawn(process.execPath, [main, 'worker', '--engine', url, '--run', run, '--threads', '1'], {
    stdio: 'ignore',
  });
}

/** Iterations a second between a run's first report and its last. */
async function rateOf(
  trainer: (common: RunOptions) => { start(): Promise<void> },
  seed: number,
): Promise<number> {
  let first: { iteration: number; at: number } | null = null;
  let rate = 0;
  await trainer({
    network: defaultNetwork,
    run: { ...defaultRun, iterations, seed },
    resume: null,
    initial: null,
    startedFrom: null,
    checkpointIntervalS: 3600,
    onProgress({ iteration, iterationsPerS }) {
      const at = performance.now();
      if (first) rate = (1000 * (iteration - first.iteration)) / (at - first.at);
      else {
        first = { iteration, at };
        rate = iterationsPerS;
      }
    },
    onCheckpoint() {},
  }).start();
  return rate;
}
