import { appendFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { readJson, writeAtomic } from '../../files/json_file.js';
import { motorConfigSchema, readMotorWeights, writeMotorWeights } from '../../files/motor_weights.js';
import { parseWith } from '../../files/validate.js';
import { linePlot } from '../../plot/figure.js';
import { reject } from '../../input_error.js';
import { Random } from '../../kernels/random.js';
import {
  paperConfig,
  tensorShapes,
  type MotorNetworkConfig,
  type MotorWeights,
} from '../../snn/motor_network.js';
import {
  readCheckpoint,
  writeCheckpoint,
  type CheckpointHeader,
  type CurvePoint,
} from '../../training/motor/checkpoint.js';
import { unflatten } from '../../training/motor/parameters.js';
import {
  armNetwork,
  armRun,
  defaultNetwork,
  defaultRun,
  paperRun,
  runSchema,
  type RunConfig,
} from '../../training/motor/run_config.js';
import type { WorkerState } from '../../engine/protocol.js';
import { EngineTrainer } from '../../training/motor/engine_trainer.js';
import { shardCount } from '../../training/motor/sharding.js';
import type { Progress, RunOptions } from '../../training/motor/run_record.js';
import { MotorTrainer } from '../../training/motor/trainer.js';
import { widen } from '../../training/motor/widen.js';
import { writeResult } from '../output.js';

/** Options of `train motor`. */
export interface TrainMotorOptions {
  json?: string;
  /** Given by the user, or undefined: a resumed run keeps its own. */
  seed?: number;
  /** undefined: as many as there are cores and shards. */
  workers?: number;
  shards?: number;
  preset: 'default' | 'paper' | 'arm';
  config?: string;
  resume?: string;
  init?: string;
  out: string;
  overwrite: boolean;
  iterations?: number;
  batch?: number;
  rate?: number;
  checkpoint: number;
  /** URL of an engine whose workers compute. */
  engine?: string;
  /** Name of the run on the engine. */
  run: string;
}

/** Runs `train motor`: to the end, or to a checkpoint at Ctrl-C. Writes checkpoint, log.jsonl, curve.svg and weights. */
export async function trainMotor(options: TrainMotorOptions): Promise<void> {
  const resume = options.resume === undefined ? null : readCheckpoint(options.resume);
  if (!resume) refuseExistingRun(options);
  const { network, run } = resume ? continued(resume.header, options) : fresh(options);
  const folder = options.resume ?? options.out;
  const initial = options.init === undefined || resume ? null : initialWeights(network, run, options.init);
  let latest: CheckpointHeader | null = resume?.header ?? null;
  const common: RunOptions = {
    network,
    run,
    resume,
    initial,
    startedFrom: resume ? resume.header.startedFrom : (options.init ?? null),
    checkpointIntervalS: options.checkpoint,
    onProgress(progress) {
      appendFileSync(join(folder, 'log.jsonl'), JSON.stringify(progress) + '\n');
      showProgress(progress, run, trainer instanceof EngineTrainer ? trainer.workers : null);
    },
    onCheckpoint(header, state) {
      latest = header;
      writeCheckpoint(folder, header, state);
      writeAtomic(join(folder, 'curve.svg'), curvePlot(header.curve, run));
      writeMotorWeights(
        join(folder, 'weights', 'manifest.json'),
        {
          name: `motor-${options.preset}`,
          made: {
            command: `oneshot-arm train motor (run and network as in this manifest), ${header.iteration} of ${run.iterations} iterations`,
            seed: run.seed,
            trainingTimeS: Math.round(header.elapsedS),
            workers: header.workers,
            startedFrom: header.startedFrom,
            run,
          },
          quality: { [validationName(run)]: header.curve[header.curve.length - 1]?.validation ?? null },
        },
        { config: network, tensors: unflatten(network, run.averageKeep > 0 ? state.mean : state.parameters) },
      );
    },
  };
  const trainer =
    options.engine === undefined
      ? new MotorTrainer({
          ...common,
          workers: options.workers ?? Math.min(availableParallelism(), shardCount(run)),
        })
      : new EngineTrainer({ ...common, engine: options.engine, name: options.run, say });
  mkdirSync(folder, { recursive: true });
  let stopped = false;
  const interrupt = (): void => {
    stopped = true;
    process.stderr.write('\nstopping after a last checkpoint\n');
    trainer.stop();
  };
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  await trainer.start();
  stopped ||= trainer instanceof EngineTrainer && trainer.cancelled;
  const end = latest as CheckpointHeader | null;
  const measured = end?.curve.filter((p) => p.validation !== null).at(-1)?.validation ?? null;
  const result = {
    folder,
    iterations: end?.iteration ?? 0,
    of: run.iterations,
    elapsedS: end?.elapsedS ?? 0,
    [validationName(run)]: measured,
    stopped,
  };
  writeResult(
    options.json,
    result,
    `\n${result.iterations} of ${run.iterations} iterations in ${Math.round(result.elapsedS)} s; validation error ${shown(measured, run)}; ${folder}` +
      (stopped ? `\ngo on with: oneshot-arm train motor --resume ${folder}` : ''),
  );
}

/** A run that is there is gone on with, or started afresh, only by name. */
function refuseExistingRun({ out, overwrite }: TrainMotorOptions): void {
  const left = ['checkpoint.json', 'log.jsonl'].filter((file) => existsSync(join(out, file)));
  if (left.length > 0 && !overwrite)
    reject(
      'exists',
      '--out',
      `a folder without a run (or --resume ${out} to go on with it, --overwrite to start afresh)`,
      `${out}, which has ${left.join(' and ')}`,
    );
  for (const file of left) rmSync(join(out, file));
}

function fresh(options: TrainMotorOptions): { network: MotorNetworkConfig; run: RunConfig } {
  const preset = {
    paper: { network: paperConfig, run: paperRun },
    default: { network: defaultNetwork, run: defaultRun },
    arm: { network: armNetwork, run: armRun },
  }[options.preset];
  const loose = z.strictObject({
    network: z.record(z.string(), z.unknown()).optional(),
    run: z.record(z.string(), z.unknown()).optional(),
  });
  const given =
    options.config === undefined ? {} : parseWith(loose, readJson(options.config), options.config);
  const source = options.config ?? 'options';
  const network = parseWith(
    z.object({ network: motorConfigSchema }),
    { network: { ...preset.network, ...given.network } },
    source,
  ).network;
  return {
    network,
    run: withOptions({ ...preset.run, ...(given.run as Partial<RunConfig>) }, options, source),
  };
}

function continued(
  header: CheckpointHeader,
  options: TrainMotorOptions,
): { network: MotorNetworkConfig; run: RunConfig } {
  return {
    network: header.network,
    run: withOptions(header.run, options, `${options.resume}/checkpoint.json`),
  };
}

function withOptions(run: RunConfig, options: TrainMotorOptions, source: string): RunConfig {
  const { iterations, batch, shards, rate, seed } = options;
  const changed = Object.fromEntries(
    Object.entries({ iterations, batch, shards, rate, seed }).filter(([, v]) => v !== undefined),
  );
  return parseWith(z.object({ run: runSchema }), { run: { ...run, ...changed } }, source).run;
}

/** The weights of --init: of the same network, or of one with fewer channels, widened. */
function initialWeights(network: MotorNetworkConfig, run: RunConfig, path: string): MotorWeights {
  const { weights } = readMotorWeights(path);
  const shapes = (config: MotorNetworkConfig): string => JSON.stringify(tensorShapes(config));
  if (shapes(network) === shapes(weights.config)) return weights;
  return { config: network, tensors: widen(weights, network, new Random(run.seed, 0x71de)) };
}

/** What validation measures, as a field. */
function validationName({ family }: RunConfig): string {
  return family === 'arm' ? 'validationAngleErrorMeanRad' : 'validationTcpErrorMeanM';
}

/** An error of the run with its unit. */
function shown(error: number | null, { family }: RunConfig): string {
  if (error === null) return '-';
  return family === 'arm' ? `${((180 / Math.PI) * error).toFixed(2)} deg` : `${(100 * error).toFixed(2)} cm`;
}

function say(line: string): void {
  process.stderr.write(process.stderr.isTTY ? `\r${line}\x1b[K\n` : `${line}\n`);
}

function showProgress(p: Progress, run: RunConfig, workers: readonly WorkerState[] | null): void {
  const left =
    p.remainingS > 5400 ? `${(p.remainingS / 3600).toFixed(1)} h` : `${Math.ceil(p.remainingS / 60)} min`;
  const line =
    `${p.iteration}/${p.iterations}  loss ${p.loss.toFixed(4)}  velocity RMSE ${p.velocityRmseRadPerS.toFixed(3)} rad/s  ` +
    `${run.family === 'arm' ? 'angles' : 'TCP'} ${shown(p.error, run)}  validation ${shown(p.validation, run)}  ` +
    `${p.iterationsPerS.toFixed(1)} it/s  ${left} left` +
    (workers
      ? `  ${workers.length} workers (${workers.map((w) => w.blocksPerS.toFixed(1)).join(', ')} blocks/s)`
      : '');
  process.stderr.write(process.stderr.isTTY ? `\r${line}\x1b[K` : `${line}\n`);
}

function curvePlot(curve: CurvePoint[], { family }: RunConfig): string {
  const scale = family === 'arm' ? 180 / Math.PI : 100;
  const measured = curve.filter((p) => p.validation !== null);
  return linePlot({
    title: 'Meta-training',
    xLabel: 'iteration',
    yLabel: family === 'arm' ? 'mean angle error (degrees)' : 'mean TCP error (cm)',
    logY: true,
    series: [
      { name: 'training batch', x: curve.map((p) => p.iteration), y: curve.map((p) => scale * p.error) },
      {
        name: 'validation',
        x: measured.map((p) => p.iteration),
        y: measured.map((p) => scale * p.validation!),
      },
    ],
  });
}
