import { Random } from '../../kernels/random.js';
import { weightsPath } from '../../files/models.js';
import { readMotorWeights } from '../../files/motor_weights.js';
import { synapsesFor } from '../../lesson/backend.js';
import { channelsFor } from '../../lesson/channels.js';
import { linePlot } from '../../plot/figure.js';
import { MotorLearner } from '../../snn/motor_learner.js';
import {
  drawMotion,
  drawTarget,
  motionClasses,
  type Family,
  type MotionClass,
} from '../../training/motor/families.js';
import { emptyTrial, isClean, tcpErrorMeanM } from '../../training/motor/trial.js';
import type { TrialMotion } from '../../trial/trial_target.js';
import type { LessonOptions } from '../command.js';
import { table, writeResult } from '../output.js';
import { checkPlotFile, writePlot } from '../plot_file.js';
import { summarize, type Summary } from './summary.js';

/** Options of `evaluate motor`. */
export interface EvaluateMotorOptions extends LessonOptions {
  targets: number;
  family: Family;
  clean: boolean;
}

/** Separates evaluation targets from any that training drew with the same seed. */
const evaluationStream = 0xe7a1;

/** `evaluate motor`: fresh weights, one lesson and its recall for each target. */
export async function evaluateMotor(options: EvaluateMotorOptions): Promise<void> {
  checkPlotFile(options.plot);
  const path = weightsPath(options.weights, 'motor-default');
  const { manifest, weights } = readMotorWeights(path);
  const learner = new MotorLearner(
    weights,
    await synapsesFor(options.backend, options.seed, options.preset),
    options.seed,
  );
  const random = new Random(options.seed, evaluationStream);
  const trial = emptyTrial(weights.config.steps);
  const errors = new Map<MotionClass, number[]>();
  const before: number[] = [];
  const start = Date.now();
  let lessonMs = 0;
  for (let k = 0; k < options.targets; k++) {
    const kind = draw(options, k, random, trial);
    if (k > 0) learner.forget();
    const channels = channelsFor(weights.config, trial, [0, 0]);
    before.push(tcpErrorMeanM(trial, channels.joints(learner.recall())));
    const from = performance.now();
    for (let u = 0; u < options.updates; u++) {
      learner.expose(channels.shown);
      learner.update();
    }
    if (options.refine > 0) learner.refine(channels.shown, options.refine);
    if (options.backend === 'pcm') learner.synapses.advance(options.readAfter);
    const error = tcpErrorMeanM(trial, channels.joints(learner.recall()));
    lessonMs += performance.now() - from;
    errors.set(kind, [...(errors.get(kind) ?? []), error]);
    progress(k + 1, options.targets, start);
  }
  const all = [...errors.values()].flat();
  const classes = Object.fromEntries(
    motionClasses.flatMap((c) => (errors.has(c) ? [[c, summarize(errors.get(c)!)]] : [])),
  );
  const summary = summarize(all);
  const result = {
    ...summary,
    unit: 'm',
    before: { mean: summarize(before).mean },
    ...(options.family === 'diverse' ? { classes } : {}),
    family: options.family,
    clean: options.clean,
    backend: options.backend,
    weights: manifest.name,
    updates: options.updates,
    refine: options.refine,
    seed: options.seed,
    lessonMs: lessonMs / options.targets,
  };
  if (options.plot !== undefined) await writePlot(options.plot, distribution(errors));
  const rows = options.family === 'diverse' ? Object.entries(classes) : [];
  const text = [
    `tool-centre-point error of ${options.targets} lessons, cm (${manifest.name}, ${options.backend}, ${options.family}${options.clean ? ', clean' : ''})`,
    table([
      ['', 'n', 'mean', 'median', 'p95', 'std'],
      ...rows.map(([name, s]) => row(name, s)),
      row('all', summary),
    ]),
    `before the update: ${centimetres(result.before.mean)}; 95 % interval of the mean: ${summary.ci95.map(centimetres).join(' .. ')}; ${result.lessonMs.toFixed(1)} ms a lesson`,
  ].join('\n');
  writeResult(options.json, result, text);
}

/** Draws the k-th target; the diverse family takes its kinds in turn, so that all weigh the same. */
function draw(
  options: { family: Family; clean: boolean },
  k: number,
  random: Random,
  trial: TrialMotion,
): MotionClass {
  for (let attempt = 0; attempt < 10_000; attempt++) {
    let kind = motionClasses[k % motionClasses.length];
    if (options.family === 'diverse') drawMotion(kind, random, trial);
    else kind = drawTarget(options.family, random, trial);
    if (!options.clean || isClean(trial)) return kind;
  }
  throw new Error('no clean target in 10000 draws');
}

function row(name: string, s: Summary): string[] {
  return [name, String(s.n), ...[s.mean, s.median, s.p95, s.std].map(centimetres)];
}

function centimetres(metres: number): string {
  return (100 * metres).toFixed(2);
}

/** One line that overwrites itself on a terminal; four a run elsewhere. */
function progress(done: number, total: number, start: number): void {
  const terminal = process.stderr.isTTY;
  const every = terminal ? Math.max(1, Math.floor(total / 100)) : Math.ceil(total / 4);
  if (done % every !== 0 && done !== total) return;
  const leftS = (((Date.now() - start) / done) * (total - done)) / 1000;
  const line = `${done} of ${total} targets, ${leftS.toFixed(0)} s left`;
  process.stderr.write(terminal ? `\r${line}${done === total ? '\n' : ' '}` : `${line}\n`);
}

/** Share of targets below an error, a curve a class. */
function distribution(errors: ReadonlyMap<string, readonly number[]>): string {
  return linePlot({
    title: 'Share of targets below an error',
    xLabel: 'mean tool-centre-point error, cm',
    yLabel: 'share',
    series: [...errors].map(([name, values]) => {
      const sorted = Float64Array.from(values, (v) => 100 * v).sort();
      return { name, x: sorted, y: sorted.map((_, i) => (i + 1) / sorted.length) };
    }),
  });
}
