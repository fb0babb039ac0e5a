import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readJson, writeAtomic } from '../../files/json_file.js';
import { motorConfigSchema, readMotorWeights, writeMotorWeights } from '../../files/motor_weights.js';
import { parseWith } from '../../files/validate.js';
import { linePlot } from '../../plot/figure.js';
import { reject } from '../../input_error.js';
import { paperConfig, tensorShapes, type MotorNetworkConfig } from '../../snn/motor_network.js';
import {
  readCheckpoint,
  writeCheckpoint,
  type CheckpointHeader,
  type CurvePoint,
} from '../../training/motor/checkpoint.js';
import { unflatten } from '../../training/motor/parameters.js';
import {
  defaultNetwork,
  defaultRun,
  paperRun,
  runSchema,
  type RunConfig,
} from '../../training/motor/run_config.js';
import { MotorTrainer, type Progress } from '../../training/motor/trainer.js';
import { writeResult } from '../output.js';

/** Options of `train motor`. */
export interface TrainMotorOptions {
  json?: string;
  /** Given by the user, or undefined: a resumed run keeps its own. */
  seed?: number;
  workers: number;
  preset: 'default' | 'paper';
  config?: string;
  resume?: string;
  init?: string;
  out: string;
  iterations?: number;
  batch?: number;
  rate?: number;
  checkpoint: number;
}

/** Runs `train motor`: to the end, or to a checkpoint at Ctrl-C. Writes checkpoint, log.jsonl, curve.svg and weights. */
export async function trainMotor(options: TrainMotorOptions): Promise<void> {
  const resume = options.resume === undefined ? null : readCheckpoint(options.resume);
  const { network, run } = resume ? continued(resume.header, options) : fresh(options);
  const folder = options.resume ?? options.out;
  const initial = options.init === undefined || resume ? null : readMotorWeights(options.init).weights;
  if (initial) requireSameNetwork(network, initial.config);
  let latest: CheckpointHeader | null = resume?.header ?? null;
  const trainer = new MotorTrainer({
    network,
    run,
    workers: options.workers,
    resume,
    initial,
    startedFrom: resume ? resume.header.startedFrom : (options.init ?? null),
    checkpointIntervalS: options.checkpoint,
    onProgress(progress) {
      appendFileSync(join(folder, 'log.jsonl'), JSON.stringify(progress) + '\n');
      showProgress(progress);
    },
    onCheckpoint(header, state) {
      latest = header;
      writeCheckpoint(folder, header, state);
      writeAtomic(join(folder, 'curve.svg'), curvePlot(header.curve));
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
          quality: { validationTcpErrorMeanM: header.curve[header.curve.length - 1]?.validationM ?? null },
        },
        { config: network, tensors: unflatten(network, run.averageKeep > 0 ? state.mean : state.parameters) },
      );
    },
  });
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
  const end = latest as CheckpointHeader | null;
  const measured = end?.curve.filter((p) => p.validationM !== null).at(-1) ?? null;
  const result = {
    folder,
    iterations: end?.iteration ?? 0,
    of: run.iterations,
    elapsedS: end?.elapsedS ?? 0,
    validationTcpErrorMeanM: measured?.validationM ?? null,
    stopped,
  };
  const cm = measured?.validationM == null ? '-' : (100 * measured.validationM).toFixed(2);
  writeResult(
    options.json,
    result,
    `\n${result.iterations} of ${run.iterations} iterations in ${Math.round(result.elapsedS)} s; validation TCP error ${cm} cm; ${folder}` +
      (stopped ? `\ngo on with: oneshot-arm train motor --resume ${folder}` : ''),
  );
}

function fresh(options: TrainMotorOptions): { network: MotorNetworkConfig; run: RunConfig } {
  const preset =
    options.preset === 'paper'
      ? { network: paperConfig, run: paperRun }
      : { network: defaultNetwork, run: defaultRun };
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
  const { iterations, batch, rate, seed } = options;
  const changed = Object.fromEntries(
    Object.entries({ iterations, batch, rate, seed }).filter(([, v]) => v !== undefined),
  );
  return parseWith(z.object({ run: runSchema }), { run: { ...run, ...changed } }, source).run;
}

function requireSameNetwork(wanted: MotorNetworkConfig, given: MotorNetworkConfig): void {
  const [a, b] = [JSON.stringify(tensorShapes(wanted)), JSON.stringify(tensorShapes(given))];
  if (a !== b) reject('wrong-shape', '--init', `weights of shapes ${a}`, b);
}

function showProgress(p: Progress): void {
  const left =
    p.remainingS > 5400 ? `${(p.remainingS / 3600).toFixed(1)} h` : `${Math.ceil(p.remainingS / 60)} min`;
  const line =
    `${p.iteration}/${p.iterations}  loss ${p.loss.toFixed(4)}  velocity RMSE ${p.velocityRmseRadPerS.toFixed(3)} rad/s  ` +
    `TCP ${(100 * p.tcpErrorM).toFixed(2)} cm  validation ${p.validationM === null ? '-' : (100 * p.validationM).toFixed(2)} cm  ` +
    `${p.iterationsPerS.toFixed(1)} it/s  ${left} left`;
  process.stderr.write(process.stderr.isTTY ? `\r${line}\x1b[K` : `${line}\n`);
}

function curvePlot(curve: CurvePoint[]): string {
  const measured = curve.filter((p) => p.validationM !== null);
  return linePlot({
    title: 'Meta-training',
    xLabel: 'iteration',
    yLabel: 'mean TCP error (cm)',
    logY: true,
    series: [
      { name: 'training batch', x: curve.map((p) => p.iteration), y: curve.map((p) => 100 * p.tcpErrorM) },
      {
        name: 'validation',
        x: measured.map((p) => p.iteration),
        y: measured.map((p) => 100 * p.validationM!),
      },
    ],
  });
}
