import {
  fitCosts,
  iterationTime,
  machineSpread,
  type IterationCosts,
  type Measured,
  type Network,
} from '../../engine/iteration_model.js';
import { figure, type Panel } from '../../plot/figure.js';
import type { MotorNetworkConfig } from '../../snn/motor_network.js';
import { EngineTrainer } from '../../training/motor/engine_trainer.js';
import { parameterCount } from '../../training/motor/parameters.js';
import { defaultNetwork, defaultRun } from '../../training/motor/run_config.js';
import { ShardCompute, tallyLength } from '../../training/motor/sharding.js';
import { blockWidth } from '../../engine/protocol.js';
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
/** LSG sizes and batches that the fit sees. */
const sizes = [64, 256, 512];
const fitBatch = 16;

/** Time of a training iteration through an engine: measured here, fitted, and predicted for networks and numbers of workers. */
export async function run(options: BenchOptions): Promise<BenchReport> {
  if (options.engine === undefined) return { result: null, text: 'skipped: needs --engine' };
  const name = `scale-${process.pid}`;
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const measured: Measured[] = [];
  const tasks = new Map(sizes.map((lsg) => [lsg, timeTasks(networkOf(lsg), options.seed)]));
  const { taskS, taskSpread } = tasks.get(defaultNetwork.lsg.neurons)!;
  const measure = async (lsg: number, workers: number, batch: number): Promise<Measured> => {
    const network = networkOf(lsg);
    const task = tasks.get(lsg)!.taskS;
    const { shards } = defaultRun;
    const iterations = Math.max(20, Math.round((10 * workers) / (task * batch)));
    // the fastest window: what else runs on the machine is no part of the model
    const best = await besideWorkers(options.engine!, name, workers, async () =>
      Math.max(
        ...(await rates(
          (common) => new EngineTrainer({ ...common, engine: options.engine!, name, say }),
          { batch, iterations, seed: options.seed },
          network,
        )),
      ),
    );
    const blocks = Math.ceil(shards / blockWidth(shards, workers));
    const bytes = 4 * parameterCount(network);
    const one = { workers, batch, shards, bytes, blocks, taskS: task, iterationS: 1 / best };
    say(`LSG ${lsg}, ${workers} workers, batch ${batch}: ${(1000 / best).toFixed(0)} ms`);
    return one;
  };
  for (const workers of [1, 2]) for (const lsg of sizes) measured.push(await measure(lsg, workers, fitBatch));
  const { fixedS, perByteS, residualS } = fitCosts(measured, taskSpread);
  const costs: IterationCosts = { taskS, taskSpread, fixedS, perByteS };
  // not part of the fit
  const held = [await measure(256, 1, 32), await measure(256, 2, 32)];
  const check = [...measured, ...held].map((m) => ({
    ...m,
    modelS: iterationTime({ ...costs, taskS: m.taskS }, m, null, m.blocks).totalS,
  }));
  const predictions = predictRuns(costs, measured[1].bytes);
  if (options.plot !== undefined) await writePlot(options.plot, plot(predictions));
  const text = [
    `a task takes ${(1000 * taskS).toFixed(2)} ms of a core (spread ${(100 * taskSpread).toFixed(0)} %); an iteration ` +
      `${(1000 * fixedS).toFixed(1)} ms, and ${(1e9 * perByteS).toFixed(2)} ns a byte through the engine; left over ${(1000 * residualS).toFixed(1)} ms (rms)`,
    '',
    table([
      ['measured here', 'MB', 'ms', 'model, ms'],
      ...check.map((m, k) => [
        `${m.workers} workers, batch ${m.batch}${k >= measured.length ? ' (not in the fit)' : ''}`,
        (m.bytes / 1e6).toFixed(2),
        (1000 * m.iterationS).toFixed(0),
        (1000 * m.modelS).toFixed(0),
      ]),
    ]),
    ...predictions.map((p) => `\n${predictionTable(p)}`),
  ].join('\n');
  return {
    result: { costs, residualS, machineSpread, measured: check, predictions },
    text,
  };
}

function networkOf(neurons: number): MotorNetworkConfig {
  return { ...defaultNetwork, lsg: { ...defaultNetwork.lsg, neurons } };
}

/** CPU time of single tasks, both passes: mean and coefficient of variation. */
function timeTasks(network: MotorNetworkConfig, seed: number): { taskS: number; taskSpread: number } {
  const count = 60;
  const run = { ...defaultRun, batch: count, shards: count, seed };
  const all = Array.from({ length: count }, (_, k) => k);
  const compute = new ShardCompute(network, run, all);
  const tally = new Float64Array(tallyLength(network));
  const total = new Float64Array(tally.length);
  const times = Array<number>(count).fill(0);
  const timed = (k: number, work: () => void): void => {
    const from = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(from);
    times[k] += (user + system) / 1e6;
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
  const taskS = times.reduce((a, b) => a + b, 0) / count;
  const variance = times.reduce((a, t) => a + (t - taskS) ** 2, 0) / count;
  return { taskS, taskSpread: Math.sqrt(variance) / taskS };
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
