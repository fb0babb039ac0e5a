import { weightsPath } from '../../files/models.js';
import { readMotorWeights } from '../../files/motor_weights.js';
import { synapsesFor } from '../../lesson/backend.js';
import { linePlot } from '../../plot/figure.js';
import { motionClasses, type Family, type MotionClass } from '../../training/motor/families.js';
import type { LessonOptions } from '../command.js';
import { fingerprint, slices } from '../jobs/kinds.js';
import type { JobOptions } from '../jobs/options.js';
import { portableWeights, runJobs } from '../jobs/run_jobs.js';
import { table, writeResult } from '../output.js';
import { checkPlotFile, writePlot } from '../plot_file.js';
import { addLedgers } from '../../synapses/synapses.js';
import type { MotorPart, MotorSpec } from './motor_jobs.js';
import { summarize, type Summary } from './summary.js';

/** Options of `evaluate motor`. */
export interface EvaluateMotorOptions extends LessonOptions, JobOptions {
  targets: number;
  family: Family;
  clean: boolean;
  steps?: number;
  renew: boolean;
}

/** `evaluate motor`: fresh weights, one lesson and its recall for each target. */
export async function evaluateMotor(options: EvaluateMotorOptions): Promise<void> {
  checkPlotFile(options.plot);
  const { manifest, weights } = readMotorWeights(weightsPath(options.weights, 'motor-default'));
  const { targets, family, clean, backend, preset, updates, refine, readAfter, seed, steps } = options;
  // knows a preset's name before anything starts
  await synapsesFor(backend, seed, preset);
  const spec: MotorSpec = {
    weights: fingerprint(weights),
    ...{ family, clean, backend, updates, refine, seed, steps },
    ...(options.rehearse ? { rehearse: true as const } : {}),
    ...(backend === 'pcm' ? { preset, readAfter } : {}),
    ...(options.renew ? { renew: true as const } : {}),
  };
  const size = options.perJob ?? (backend === 'pcm' || refine > 0 || updates > 1 ? 100 : 250);
  const parts = await runJobs<MotorPart>(
    {
      kind: 'motor',
      spec,
      files: { weights: portableWeights(options.weights) },
      parts: slices(targets, size),
      title: `evaluate motor, ${targets} targets, ${manifest.name}, ${backend}, seed ${seed}`,
    },
    options,
  );
  const lessons = parts.flatMap((part) => part.lessons);
  const errors = new Map<MotionClass, number[]>();
  for (const { kind, errorM } of lessons) errors.set(kind, [...(errors.get(kind) ?? []), errorM]);
  const before = lessons.map((lesson) => lesson.beforeM);
  const lessonMs = parts.reduce((sum, part) => sum + part.ms, 0);
  const all = lessons.map((lesson) => lesson.errorM);
  const classes = Object.fromEntries(
    motionClasses.flatMap((c) => (errors.has(c) ? [[c, summarize(errors.get(c)!)]] : [])),
  );
  const summary = summarize(all);
  const total = addLedgers(...lessons.map((lesson) => lesson.spent));
  /** Of a lesson, in the mean. */
  const spent = {
    devicesWritten: total.devicesWritten / targets,
    pulses: total.pulses / targets,
    energyJ: { program: total.energyJ.program / targets, read: total.energyJ.read / targets },
  };
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
    rehearse: options.rehearse === true,
    ...(backend === 'pcm' ? { readAfter, renew: options.renew } : {}),
    seed: options.seed,
    steps: steps ?? weights.config.steps,
    lessonMs: lessonMs / options.targets,
    ...(backend === 'pcm' ? { spent } : {}),
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
    ...(backend === 'pcm'
      ? [
          `a lesson: ${Math.round(spent.devicesWritten)} devices written, ${Math.round(spent.pulses)} pulses; ${microjoules(spent.energyJ.program)} writing, ${microjoules(spent.energyJ.read)} reading`,
        ]
      : []),
  ].join('\n');
  writeResult(options.json, result, text);
}

function row(name: string, s: Summary): string[] {
  return [name, String(s.n), ...[s.mean, s.median, s.p95, s.std].map(centimetres)];
}

function microjoules(joules: number): string {
  return `${(1e6 * joules).toFixed(1)} uJ`;
}

function centimetres(metres: number): string {
  return (100 * metres).toFixed(2);
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
