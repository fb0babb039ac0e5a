import { readMotorWeights } from '../../files/motor_weights.js';
import { weightsPath } from '../../files/models.js';
import { Random } from '../../kernels/random.js';
import { MotorLearner } from '../../snn/motor_learner.js';
import { paperConfig, type MotorWeights } from '../../snn/motor_network.js';
import { drawArmMotion } from '../../training/motor/arm_families.js';
import { drawClean, drawMany } from '../../training/motor/families.js';
import { angleErrorMeanRad, integrate, tcpErrorMeanM } from '../../training/motor/trial.js';
import type { TrialMotion } from '../../trial/trial_target.js';
import { table } from '../output.js';
import { median, medianMicroseconds, type BenchOptions, type BenchReport } from './bench.js';
import { findPeer, jaxLessonUs } from './jax.js';
import { PlainLesson } from './plain_lesson.js';

const repeats = 60;
const packaged = ['motor-default', 'motor-arm', 'motor-paper'] as const;
/** Joints that move of those of an arm's weights. */
const armJoints = 6;

/** What one lesson costs with one set of weights, medians, microseconds. */
interface LessonTimes {
  weights: string;
  exposureUs: number;
  updateUs: number;
  recallUs: number;
  lessonUs: number;
  /** One step of the recall, streamed. */
  stepUs: number;
  plainUs: number;
  ratio: number;
  /** Mean error of both on the same target, of the tool (m; weights of an arm: of angles, rad): they compute the same, but for the order of sums. */
  error: number;
  plainError: number;
}

/** One lesson (exposure, update, recall): against plain JavaScript, and against JAX at the paper's sizes. */
export async function run(options: BenchOptions): Promise<BenchReport> {
  const lessons = packaged.map((name) =>
    lessonTimes(name, readMotorWeights(weightsPath(name, name)).weights, options.seed, repeats),
  );
  const peer = findPeer(options.install, 'lesson');
  const { steps, lsg, trainee } = paperConfig;
  const jaxUs =
    'missing' in peer
      ? null
      : jaxLessonUs(peer, { lsg: lsg.neurons, trainee: trainee.neurons, steps, seed: options.seed });
  const paper = lessons[packaged.indexOf('motor-paper')];
  const jax = jaxUs === null ? null : { us: jaxUs, ratio: jaxUs / paper.lessonUs };
  const text = [
    table([
      ['us', 'exposure', 'update', 'recall', 'a step of it', 'lesson', 'plain JavaScript', 'ratio'],
      ...lessons.map((l) => [
        l.weights,
        ...[l.exposureUs, l.updateUs, l.recallUs, l.stepUs, l.lessonUs, l.plainUs, l.ratio].map((x) =>
          x.toFixed(1),
        ),
      ]),
    ]),
    'missing' in peer
      ? `JAX: skipped, ${peer.missing}`
      : `JAX (jit, all cores), the paper's sizes: ${jax!.us.toFixed(1)} us, ${jax!.ratio.toFixed(1)} times as long`,
  ].join('\n');
  return { result: { lessons, jax }, text };
}

/** What is learned: a clean motion of two joints, or a motion of six joints with weights of an arm. */
function drawMotion({ config }: MotorWeights, seed: number): TrialMotion {
  const random = new Random(seed, 0xbe);
  const { steps, joints, stepS } = config;
  const [motion] = drawMany(1, steps, (trial) => joints === 2 && drawClean(random, trial), joints);
  if (joints > 2) {
    const moving = new Float32Array(steps * armJoints);
    drawArmMotion(random, moving, armJoints, stepS, 'brownian');
    moving.forEach((v, k) => (motion.velocities[joints * Math.floor(k / armJoints) + (k % armJoints)] = v));
    integrate(motion, joints, stepS);
  }
  return motion;
}

/** Times lessons on one motion; ours and the peer's alternate. */
export function lessonTimes(name: string, weights: MotorWeights, seed: number, count: number): LessonTimes {
  const { steps, joints, stepS } = weights.config;
  const target = drawMotion(weights, seed);
  const errorOf = (velocities: Float32Array): number =>
    joints === 2 ? tcpErrorMeanM(target, velocities) : angleErrorMeanRad(target, velocities, joints, stepS);
  const learner = new MotorLearner(weights);
  const plain = new PlainLesson(weights);
  const lesson = (): void => {
    learner.forget();
    learner.expose(target);
    learner.update();
    learner.recall();
  };
  lesson();
  const error = errorOf(learner.recall());
  const plainError = errorOf(plain.run(target));
  const rounds = Array.from({ length: 3 }, () => ({
    ours: medianMicroseconds(lesson, count),
    plain: medianMicroseconds(() => plain.run(target), Math.max(1, Math.round(count / 3))),
  }));
  const lessonUs = median(rounds.map((r) => r.ours));
  const plainUs = median(rounds.map((r) => r.plain));
  const exposureUs = medianMicroseconds(() => learner.expose(target), count);
  const updates = Float64Array.from({ length: count }, () => {
    learner.forget();
    learner.expose(target);
    const start = performance.now();
    learner.update();
    return 1000 * (performance.now() - start);
  });
  const recallUs = medianMicroseconds(() => learner.recall(), count);
  const row = new Float64Array(learner.config.joints);
  const streams = Array.from({ length: count }, () => learner.recallStream());
  const streamUs = streams.map((stream) => {
    const start = performance.now();
    while (stream.next(row));
    return 1000 * (performance.now() - start);
  });
  return {
    weights: name,
    exposureUs,
    updateUs: median(updates),
    recallUs,
    lessonUs,
    stepUs: median(streamUs) / steps,
    plainUs,
    ratio: plainUs / lessonUs,
    error,
    plainError,
  };
}
