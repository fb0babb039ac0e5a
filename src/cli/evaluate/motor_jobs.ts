import { weightsPath } from '../../files/models.js';
import { readMotorWeights } from '../../files/motor_weights.js';
import { Random } from '../../kernels/random.js';
import { synapsesFor } from '../../lesson/backend.js';
import { channelsFor } from '../../lesson/channels.js';
import { difference } from '../../lesson/lesson.js';
import { anglesAt } from '../../lesson/sequence.js';
import { MotorLearner } from '../../snn/motor_learner.js';
import type { MotorNetworkConfig } from '../../snn/motor_network.js';
import { withTrialSteps } from '../../snn/trial_length.js';
import type { Ledger } from '../../synapses/synapses.js';
import type { TrialMotion } from '../../trial/trial_target.js';
import {
  drawMotion,
  drawTarget,
  motionClasses,
  type Family,
  type MotionClass,
} from '../../training/motor/families.js';
import { completeTrial, emptyTrial, isClean, tcpErrorMeanM } from '../../training/motor/trial.js';
import {
  fingerprint,
  type JobKind,
  type LessonSpec,
  sameHere,
  type Slice,
  sliceSeed,
  sliceStream,
} from '../jobs/kinds.js';

/** What all jobs of an `evaluate motor` share. */
export interface MotorSpec extends LessonSpec {
  family: Family;
  clean: boolean;
}

/** A job's lessons, in order, and how long they took together. */
export interface MotorPart {
  lessons: { kind: MotionClass; errorM: number; beforeM: number; spent: Ledger }[];
  ms: number;
}

/** Separates evaluation targets from any that training drew with the same seed. */
const evaluationStream = 0xe7a1;

/** Device time from a readout written again to the recall, s: as from a lesson's write. */
const renewedS = 32;

/** Lessons on targets from..to. */
export const motorJobs: JobKind<MotorSpec, Slice, MotorPart> = {
  async open(spec, files) {
    const path = weightsPath(files.weights, 'motor-default');
    const { weights: trained } = readMotorWeights(path);
    sameHere('weights', fingerprint(trained), spec.weights, path);
    const drawn = emptyTrial(trained.config.steps);
    const weights = withTrialSteps(trained, spec.steps ?? trained.config.steps);
    const { stepS } = weights.config;
    return async (slice) => {
      const seed = sliceSeed(spec.seed, slice);
      const learner = new MotorLearner(weights, await synapsesFor(spec.backend, seed, spec.preset), seed);
      const random = new Random(spec.seed, ...sliceStream(evaluationStream, slice));
      const part: MotorPart = { lessons: [], ms: 0 };
      for (let k = slice.from; k < slice.to; k++) {
        const kind = draw(spec, k, random, drawn);
        const trial = onSteps(drawn, trained.config, weights.config);
        if (k > slice.from) learner.forget();
        const channels = channelsFor(weights.config, trial, [0, 0]);
        const beforeM = tcpErrorMeanM(trial, channels.joints(learner.recall()), stepS);
        const before = structuredClone(learner.ledger);
        const start = performance.now();
        for (let u = 0; u < spec.updates; u++) {
          learner.expose(channels.shown);
          if (spec.rehearse) learner.rehearse(channels.shown);
          learner.update();
        }
        if (spec.refine > 0) learner.refine(channels.shown, spec.refine);
        if (spec.backend === 'pcm') learner.synapses.advance(spec.readAfter!);
        if (spec.renew) {
          learner.renewReadout();
          learner.synapses.advance(renewedS);
        }
        const errorM = tcpErrorMeanM(trial, channels.joints(learner.recall()), stepS);
        part.ms += performance.now() - start;
        part.lessons.push({ kind, errorM, beforeM, spent: difference(learner.ledger, before) });
      }
      return part;
    };
  },
};

/** The same motion in the same time on other steps. */
function onSteps(
  motion: TrialMotion,
  from: MotorNetworkConfig,
  { steps, stepS }: MotorNetworkConfig,
): TrialMotion {
  if (steps === from.steps) return motion;
  const course = { ...from, durationS: from.steps * from.stepS, startAngles: new Float64Array(2) };
  const times = Float64Array.from({ length: steps + 1 }, (_, k) => Math.min(k * stepS, course.durationS));
  const angles = anglesAt(course, motion.velocities, times);
  const trial = emptyTrial(steps);
  for (let k = 0; k < 2 * steps; k++) trial.velocities[k] = (angles[k + 2] - angles[k]) / stepS;
  completeTrial(trial, stepS);
  return trial;
}

/** Draws the k-th target; the diverse family takes its kinds in turn, so that all weigh the same. */
function draw(
  { family, clean }: Pick<MotorSpec, 'family' | 'clean'>,
  k: number,
  random: Random,
  trial: TrialMotion,
): MotionClass {
  for (let attempt = 0; attempt < 10_000; attempt++) {
    let kind = motionClasses[k % motionClasses.length];
    if (family === 'diverse') drawMotion(kind, random, trial);
    else kind = drawTarget(family, random, trial);
    if (!clean || isClean(trial)) return kind;
  }
  throw new Error('no clean target in 10000 draws');
}
