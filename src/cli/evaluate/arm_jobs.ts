import type { Profile } from '../../arm/kinematics/profile.js';
import { pathLengthM } from '../../arm/target/path_length.js';
import { readArm, type Arm } from '../../files/arms.js';
import { readWeightsFor } from '../../files/weights_for_arm.js';
import { InputError } from '../../input_error.js';
import { Random } from '../../kernels/random.js';
import { synapsesFor } from '../../lesson/backend.js';
import { teachSequence } from '../../lesson/lesson.js';
import { lessonsOf, type Sequence } from '../../lesson/sequence.js';
import { MotorLearner } from '../../snn/motor_learner.js';
import { withTrialSteps } from '../../snn/trial_length.js';
import {
  fingerprint,
  type JobKind,
  type LessonSpec,
  sameHere,
  type Slice,
  sliceSeed,
  sliceStream,
} from '../jobs/kinds.js';
import { armMotionKinds, drawArmMotion, type ArmMotionKind } from './arm_motions.js';

/** What all jobs of an `evaluate motor --arm` share. */
export interface ArmSpec extends LessonSpec {
  /** Fingerprint. */
  arm: string;
  tcpLink?: string;
  baseLink?: string;
  joints?: readonly string[];
}

/** What one motion came to. */
export interface ArmLesson {
  kind: ArmMotionKind;
  errorM: number;
  percent: number;
  lessons: number;
  ms: number;
}

const evaluationStream = 0xa4a1;

/** Checksum of what an arm is. */
export function armFingerprint({ description, limits, tcpLink, profile }: Arm): string {
  const { joints, learned, startAngles } = profile;
  return fingerprint({ description, limits, tcpLink, joints, learned, startAngles });
}

/** Motions from..to, kinds in turn. */
export const armJobs: JobKind<ArmSpec, Slice, ArmLesson[]> = {
  async open(spec, files) {
    const { tcpLink, baseLink, joints } = spec;
    const arm = readArm({ arm: files.arm, tcpLink, baseLink, joints });
    const { profile } = arm;
    const { manifest, weights: trained } = readWeightsFor(arm, files.weights);
    sameHere('weights', fingerprint(trained), spec.weights, manifest);
    const weights = withTrialSteps(trained, spec.steps ?? trained.config.steps);
    sameHere('arm', armFingerprint(arm), spec.arm, files.arm);
    const reachM = reach(profile);
    return async (slice) => {
      const seed = sliceSeed(spec.seed, slice);
      const learner = new MotorLearner(weights, await synapsesFor(spec.backend, seed, spec.preset), seed);
      const random = new Random(spec.seed, ...sliceStream(evaluationStream, slice));
      return Array.from({ length: slice.to - slice.from }, (_, at) => {
        const kind = armMotionKinds[(slice.from + at) % armMotionKinds.length];
        const sequence = drawn(() =>
          lessonsOf(drawArmMotion(kind, profile, reachM, random), profile, weights.config),
        );
        if (at > 0) learner.forget();
        const { after, timeMs } = teachSequence(learner, sequence, profile, {
          updates: spec.updates,
          refine: spec.refine,
          rehearse: spec.rehearse,
          readAfterS: spec.backend === 'pcm' ? spec.readAfter! : 0,
          now: () => performance.now(),
        });
        const lessons = sequence.lessons.length;
        const percent = (100 * after.tcpErrorMeanM) / pathLengthM(sequence.whole.positions);
        return { kind, errorM: after.tcpErrorMeanM, percent, lessons, ms: timeMs.total / lessons };
      });
    };
  },
};

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
