import { readdirSync, readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';
import { Engine } from '../../engine/connection.js';
import {
  engineBytes,
  fitCost,
  iterationTime,
  machineSpread,
  workerBytes,
  type IterationCosts,
  type Network,
} from '../../engine/iteration_model.js';
import { blockWidth } from '../../engine/protocol.js';
import { figure, type Panel } from '../../plot/figure.js';
import { EngineTrainer } from '../../training/motor/engine_trainer.js';
import { parameterCount } from '../../training/motor/parameters.js';
import { defaultNetwork, defaultRun } from '../../training/motor/run_config.js';
import { ShardCompute, tallyLength } from '../../training/motor/sharding.js';
import { table } from '../output.js';
import { writePlot } from '../plot_file.js';
import type { BenchOptions, BenchReport } from './bench.js';
import { besideWorkers, rates } from './engine_workers.js';

const networks: [name: string, network: Network][] = [
  ['1 Gb/s', { bitsPerS: 1e9, roundTripS: 200e-6 }],
  ['10 Gb/s', { bitsPerS: 10e9, roundTripS: 100e-6 }],
  ['100 Gb/s', { bitsPerS: 100e9, roundTripS: 50e-6 }],
];
/** Predicted runs: motor-default's batch, and one that many share. */
const predicted = [
  { batch: 32, shards: 32 },
  { batch: 2048, shards: 256 },
];
const workerCounts = [1, 2, 4, 8, 16, 32, 64, 128, 256];
/** LSG sizes that the fit sees, at this batch. */
const sizes = [64, 256, 512];
const fitBatch = 16;
/** Iterations of a measurement; those before its first report (2 s) do not count. */
const measuredIterations = 60;

/** An iteration's CPU time here. */
interface Point {
  workers: number;
  blocks: number;
  /** Of the parameters. */
  bytes: number;
  /** Of a task, in the thread that computes. */
  taskS: number;
  /** Of driver and engine. */
  sharedS: number;
  /** Of a worker beside its tasks. */
  ownS: number;
}

/**
 * Time of a training iteration through an engine: measured here, fitted, and predicted for networks and numbers of workers.
 * What is measured is CPU time of driver, engine and workers, which wait for each other: other work on the machine matters little.
 */
export async function run(options: BenchOptions): Promise<BenchReport> {
  const { engine: url, seed } = options;
  if (url === undefined) return { result: null, text: 'skipped: needs --engine' };
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const measured: Point[] = [];
  await Engine.use(url, say, async (engine) => {
    const redis = await engine.connection();
    for (const workers of [1, 2]) for (const lsg of sizes) measured.push(await measure(redis, lsg, workers));
  });
  async function measure(redis: Redis, lsg: number, workers: number): Promise<Point> {
    const network = { ...defaultNetwork, lsg: { ...defaultNetwork.lsg, neurons: lsg } };
    const name = `scale-${process.pid}`;
    const samples: Promise<Sample>[] = [];
    await besideWorkers(url!, name, workers, (pids) =>
      rates(
        (common) => new EngineTrainer({ ...common, engine: url!, name, say: () => {} }),
        { batch: fitBatch, iterations: measuredIterations, seed },
        network,
        (iteration) => samples.push(sample(redis, pids, iteration)),
      ),
    );
    const [first, last] = [await samples[0], await samples[samples.length - 1]];
    const n = last.iteration - first.iteration;
    const { shards } = defaultRun;
    const point = {
      workers,
      blocks: Math.ceil(shards / blockWidth(shards, workers)),
      bytes: 4 * parameterCount(network),
      taskS: (last.computeS - first.computeS) / n / fitBatch,
      sharedS: (last.sharedS - first.sharedS) / n,
      ownS: (last.ownS - first.ownS) / n / workers,
    };
    const ms = [point.taskS, point.sharedS, point.ownS].map((s) => (1000 * s).toFixed(2));
    say(
      `LSG ${lsg}, ${workers} workers: a task ${ms[0]} ms; an iteration's driver and engine ${ms[1]} ms, a worker's other work ${ms[2]} ms (${n} iterations)`,
    );
    return point;
  }
  const shared = fitCost(
    measured.map((m) => ({ bytes: engineBytes(m.workers, m.blocks, m.bytes), costS: m.sharedS })),
  );
  const own = fitCost(
    measured.map((m) => ({ bytes: workerBytes(m.workers, m.blocks, m.bytes), costS: m.ownS })),
  );
  const like = measured.filter((_, k) => sizes[k % sizes.length] === defaultNetwork.lsg.neurons);
  const taskS = like.reduce((sum, p) => sum + p.taskS, 0) / like.length;
  const costs: IterationCosts = {
    taskS,
    taskSpread: spreadOfTasks(seed),
    shared: shared.cost,
    own: own.cost,
  };
  const predictions = predictRuns(costs, like[0].bytes);
  if (options.plot !== undefined) await writePlot(options.plot, plot(predictions));
  const two = { workers: 2, batch: defaultRun.batch, shards: defaultRun.shards, bytes: like[0].bytes };
  const here = iterationTime(costs, two, null, 2);
  const ratio = here.computeS / here.totalS;
  const text = [
    `CPU time: a task of motor-default ${(1000 * taskS).toFixed(2)} ms (spread ${(100 * costs.taskSpread).toFixed(0)} %); an iteration's`,
    `  driver and engine ${costText(shared)}`,
    `  worker beside its tasks ${costText(own)}`,
    `model of bench train --engine (batch 32, two workers, no network): ratio ${ratio.toFixed(2)}`,
    '',
    table([
      ['batch 16, ms', 'MB', 'a task', 'driver and engine', 'fitted', 'worker, other', 'fitted'],
      ...measured.map((m) => [
        `${m.workers} workers`,
        (m.bytes / 1e6).toFixed(2),
        (1000 * m.taskS).toFixed(2),
        (1000 * m.sharedS).toFixed(1),
        fitted(shared, engineBytes(m.workers, m.blocks, m.bytes)),
        (1000 * m.ownS).toFixed(1),
        fitted(own, workerBytes(m.workers, m.blocks, m.bytes)),
      ]),
    ]),
    ...predictions.map((p) => `\n${predictionTable(p)}`),
  ].join('\n');
  return {
    result: {
      costs,
      residualsS: { shared: shared.residualS, own: own.residualS },
      ratio,
      machineSpread,
      measured,
      predictions,
    },
    text,
  };
}

type Fit = ReturnType<typeof fitCost>;
const costText = ({ cost, residualS }: Fit): string =>
  `${(1000 * cost.fixedS).toFixed(1)} ms and ${(1e9 * cost.perByteS).toFixed(2)} ns a byte (left over ${(1000 * residualS).toFixed(1)} ms rms)`;
const fitted = ({ cost }: Fit, bytes: number): string =>
  (1000 * (cost.fixedS + cost.perByteS * bytes)).toFixed(1);

/** CPU time up to an iteration, s. */
interface Sample {
  iteration: number;
  computeS: number;
  sharedS: number;
  ownS: number;
}

/** Of the workers' computing threads; of this process and the engine; of the workers' other threads. Needs Linux. */
async function sample(redis: Redis, pids: readonly number[], iteration: number): Promise<Sample> {
  const own = process.cpuUsage();
  const workers = pids.map(threadTimes);
  const info = await redis.info('cpu');
  const of = (name: string): number => Number(new RegExp(`${name}:([\\d.]+)`).exec(info)![1]);
  const computeS = workers.reduce((sum, { busiest }) => sum + busiest, 0);
  const all = workers.reduce((sum, { total }) => sum + total, 0);
  const sharedS = (own.user + own.system) / 1e6 + of('used_cpu_user') + of('used_cpu_sys');
  return { iteration, computeS, sharedS, ownS: all - computeS };
}

/** CPU time of a process, and of the busiest of its threads, s (proc(5): utime and stime in ticks of 1/100 s). */
function threadTimes(pid: number): { total: number; busiest: number } {
  const times = readdirSync(`/proc/${pid}/task`).map((thread) => {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  });
  return { total: times.reduce((a, b) => a + b, 0), busiest: Math.max(...times) };
}

/** Coefficient of variation of the CPU time of motor-default's tasks, both passes. */
function spreadOfTasks(seed: number): number {
  const count = 60;
  const run = { ...defaultRun, batch: count, shards: count, seed };
  const all = Array.from({ length: count }, (_, k) => k);
  const compute = new ShardCompute(defaultNetwork, run, all);
  const tally = new Float64Array(tallyLength(defaultNetwork));
  const total = new Float64Array(tally.length);
  const times = Array<number>(count).fill(0);
  const timed = (k: number, work: () => void): void => {
    const from = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(from);
    times[k] += user + system;
  };
  // twice: the first time warms up
  for (let round = 0; round < 2; round++) {
    times.fill(0);
    total.fill(0);
    for (const k of all) {
      timed(k, () => compute.forward(0, k, tally));
      tally.forEach((n, i) => (total[i] += n));
    }
    compute.setTotal(total);
    for (const k of all) timed(k, () => compute.gradient(k));
  }
  const mean = times.reduce((a, b) => a + b, 0) / count;
  return Math.sqrt(times.reduce((a, t) => a + (t - mean) ** 2, 0) / count) / mean;
}

/** Speed-up over one core, by network and number of workers. */
interface Prediction {
  batch: number;
  shards: number;
  lines: { network: string; speedUp: number[] }[];
}

function predictRuns(costs: IterationCosts, bytes: number): Prediction[] {
  return predicted.map(({ batch, shards }) => ({
    batch,
    shards,
    lines: networks.map(([network, link]) => ({
      network,
      speedUp: workerCounts
        .filter((workers) => workers <= shards)
        .map((workers) => {
          const blocks = Math.ceil(shards / blockWidth(shards, workers));
          const { totalS } = iterationTime(costs, { workers, batch, shards, bytes }, link, blocks);
          return (batch * costs.taskS) / totalS;
        }),
    })),
  }));
}

function predictionTable({ batch, lines }: Prediction): string {
  return table([
    [`cores' worth of work, batch ${batch}`, ...workerCounts.slice(0, lines[0].speedUp.length).map(String)],
    ...lines.map(({ network, speedUp }) => [network, ...speedUp.map((s) => s.toFixed(1))]),
  ]);
}

function plot(predictions: readonly Prediction[]): string {
  return figure(
    predictions.map(({ batch, shards, lines }): Panel => {
      const x = workerCounts.slice(0, lines[0].speedUp.length);
      return {
        kind: 'lines',
        title: `batch ${batch}, ${shards} shards (predicted)`,
        xLabel: 'workers of one core',
        yLabel: 'speed-up over one core',
        logX: true,
        logY: true,
        series: [
          ...lines.map(({ network, speedUp }) => ({ name: network, x, y: speedUp })),
          { name: 'ideal', x, y: x, dashed: true },
        ],
      };
    }),
  );
}
