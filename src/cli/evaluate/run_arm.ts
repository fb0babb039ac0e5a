import { readArm } from '../../files/arms.js';
import { readWeightsFor } from '../../files/weights_for_arm.js';
import { synapsesFor } from '../../lesson/backend.js';
import type { ArmOptions, LessonOptions } from '../command.js';
import { fingerprint, slices } from '../jobs/kinds.js';
import type { JobOptions } from '../jobs/options.js';
import { portableWeights, runJobs } from '../jobs/run_jobs.js';
import { table, writeResult } from '../output.js';
import { armFingerprint, type ArmLesson, type ArmSpec } from './arm_jobs.js';
import type { ArmMotionKind } from './arm_motions.js';
import { summarize } from './summary.js';

/** Options of `evaluate motor --arm`. */
export interface EvaluateArmOptions extends LessonOptions, ArmOptions, JobOptions {
  targets: number;
  steps?: number;
}

/** `evaluate motor --arm`: lessons on an arm by kind of motion, errors in cm and per cent of the tool's path. */
export async function evaluateArm(options: EvaluateArmOptions): Promise<void> {
  const arm = readArm(options);
  const { profile } = arm;
  const { header: manifest, weights } = readWeightsFor(arm, options.weights);
  const { targets, backend, preset, updates, refine, readAfter, seed, steps } = options;
  const { tcpLink, baseLink, joints } = options;
  await synapsesFor(backend, seed, preset);
  const parts = await runJobs<ArmLesson[]>(
    {
      kind: 'arm',
      spec: {
        weights: fingerprint(weights),
        arm: armFingerprint(arm),
        ...{ tcpLink, baseLink, joints, backend, updates, refine, seed, steps },
        ...(options.rehearse ? { rehearse: true as const } : {}),
        ...(backend === 'pcm' ? { preset, readAfter } : {}),
      } satisfies ArmSpec,
      files: { weights: portableWeights(options.weights), arm: portableWeights(options.arm) },
      parts: slices(targets, options.perJob ?? 100),
      title: `evaluate motor --arm ${arm.name}, ${targets} motions, ${backend}, seed ${seed}`,
    },
    options,
  );
  const found = new Map<ArmMotionKind, ArmLesson[]>();
  for (const lesson of parts.flat()) found.set(lesson.kind, [...(found.get(lesson.kind) ?? []), lesson]);
  const all = parts.flat();
  const summary = (list: typeof all) => ({
    ...summarize(list.map((x) => x.errorM)),
    percentOfPath: summarize(list.map((x) => x.percent)),
    lessons: summarize(list.map((x) => x.lessons)).mean,
  });
  const kinds = Object.fromEntries([...found].map(([kind, list]) => [kind, summary(list)]));
  const total = summary(all);
  const lessonMs = summarize(all.map((x) => x.ms)).median;
  const row = (name: string, s: typeof total): string[] => [
    name,
    String(s.n),
    (100 * s.mean).toFixed(2),
    (100 * s.p95).toFixed(2),
    s.percentOfPath.mean.toFixed(2),
    s.percentOfPath.ci95.map((x) => x.toFixed(2)).join(' .. '),
    s.lessons.toFixed(1),
  ];
  writeResult(
    options.json,
    {
      ...total,
      unit: 'm',
      arm: arm.name,
      joints: profile.learned,
      kinds,
      backend: options.backend,
      weights: manifest.name,
      updates: options.updates,
      refine: options.refine,
      rehearse: options.rehearse === true,
      seed: options.seed,
      steps: steps ?? weights.config.steps,
      lessonMs,
    },
    [
      `tool-centre-point error of ${options.targets} motions of ${arm.name} (${profile.learned} joints; ${manifest.name}, ${options.backend})`,
      table([
        ['', 'n', 'mean, cm', 'p95, cm', '% of path', '95 % interval', 'lessons'],
        ...Object.entries(kinds).map(([kind, s]) => row(kind, s)),
        row('all', total),
      ]),
      `${lessonMs.toFixed(1)} ms a lesson`,
    ].join('\n'),
  );
}
