import type { Profile } from '../../arm/kinematics/profile.js';
import { pathLengthM } from '../../arm/target/path_length.js';
import { readArm } from '../../files/arms.js';
import { readWeightsFor } from '../../files/weights_for_arm.js';
import { InputError } from '../../input_error.js';
import { Random } from '../../kernels/random.js';
import { synapsesFor } from '../../lesson/backend.js';
import { teachSequence } from '../../lesson/lesson.js';
import { lessonsOf, type Sequence } from '../../lesson/sequence.js';
import { MotorLearner } from '../../snn/motor_learner.js';
import type { ArmOptions, LessonOptions } from '../command.js';
import { table, writeResult } from '../output.js';
import { armMotionKinds, drawArmMotion, type ArmMotionKind } from './arm_motions.js';
import { summarize } from './summary.js';

/** Options of `evaluate motor --arm`. */
export interface EvaluateArmOptions extends LessonOptions, ArmOptions {
  targets: number;
}

const evaluationStream = 0xa4a1;

/** `evaluate motor --arm`: lessons on an arm by kind of motion, errors in cm and per cent of the tool's path. */
export async function evaluateArm(options: EvaluateArmOptions): Promise<void> {
  const arm = readArm(options);
  const { profile } = arm;
  const { header: manifest, weights } = readWeightsFor(arm, options.weights);
  const reachM = reach(profile);
  const factory = await synapsesFor(options.backend, options.seed, options.preset);
  const learner = new MotorLearner(weights, factory, options.seed);
  const random = new Random(options.seed, evaluationStream);
  const found = new Map<ArmMotionKind, { errorM: number; percent: number; lessons: number; ms: number }[]>();
  for (let k = 0; k < options.targets; k++) {
    const kind = armMotionKinds[k % armMotionKinds.length];
    const sequence = drawn(() =>
      lessonsOf(drawArmMotion(kind, profile, reachM, random), profile, weights.config),
    );
    if (k > 0) learner.forget();
    const { after, timeMs } = teachSequence(learner, sequence, profile, {
      updates: options.updates,
      refine: options.refine,
      readAfterS: options.backend === 'pcm' ? options.readAfter : 0,
      now: () => performance.now(),
    });
    const lessons = sequence.lessons.length;
    const percent = (100 * after.tcpErrorMeanM) / pathLengthM(sequence.whole.positions);
    const one = { errorM: after.tcpErrorMeanM, percent, lessons, ms: timeMs.total / lessons };
    found.set(kind, [...(found.get(kind) ?? []), one]);
  }
  const all = [...found.values()].flat();
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
      seed: options.seed,
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

/** Farthest that the tool comes from the base over many postures, m. */
function reach(profile: Profile): number {
  const random = new Random(0, evaluationStream);
  const point = new Float64Array(3);
  let farthest = 0;
  for (let k = 0; k < 2000; k++) {
    const q = Float64Array.from(profile.limits, ({ lower, upper }) => {
      const [low, high] = [Math.max(lower, -Math.PI), Math.min(upper, Math.PI)];
      return low + random.uniform() * (high - low);
    });
    profile.forward(q, 0, point, 0);
    farthest = Math.max(farthest, Math.hypot(...point));
  }
  return farthest;
}

/** Draws until the arm can do it. */
function drawn(draw: () => Sequence): Sequence {
  for (let attempt = 0; ; attempt++)
    try {
      return draw();
    } catch (error) {
      if (!(error instanceof InputError) || attempt > 100) throw error;
    }
}
