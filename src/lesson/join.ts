import type { Profile } from '../arm/kinematics/profile.js';
import { trialFromVelocities } from '../arm/target/trial.js';
import { reject } from '../input_error.js';
import type { TrialTarget } from '../trial/trial_target.js';
import { anglesAt, maxSteps, smoothStep } from './sequence.js';

/** A motion that was taught, and what is recalled of it. */
export interface Part {
  /** Named in the error. */
  name: string;
  target: TrialTarget;
  /** steps x joints of the target, rad/s on its trial's clock. */
  velocities: ArrayLike<number>;
}

/** Most of a part's end that is bent to where the next begins, s, and as a share of the part. */
const bend = { longestS: 1, share: 0.5 };

/**
 * Motions that follow each other as one, on even steps of their own time. What is recalled of one ends somewhat off where the next
 * begins: the end of each is bent smoothly to the next one's start.
 */
export function joinMotions(
  parts: readonly Part[],
  profile: Profile,
): { target: TrialTarget; velocities: Float32Array } {
  const durationS = parts.reduce((sum, { target }) => sum + target.durationS, 0);
  const finestS = Math.min(...parts.map(({ target }) => target.durationS / target.steps));
  const steps = Math.min(maxSteps, Math.ceil(durationS / finestS - 1e-9));
  const stepS = durationS / steps;
  const joined = (velocities: (part: Part) => ArrayLike<number>): Float32Array =>
    differences(anglesOfAll(parts, velocities, steps, stepS), profile.learned, stepS);
  const most = (key: 'residualM' | 'residualRad'): number | null =>
    parts.reduce<number | null>(
      (max, { target: { [key]: r } }) => (r === null ? max : Math.max(max ?? 0, r)),
      null,
    );
  return {
    target: {
      ...trialFromVelocities(
        joined((p) => p.target.velocities),
        profile,
        stepS,
        [...parts[0].target.startAngles],
      ),
      durationS,
      residualM: most('residualM'),
      residualRad: most('residualRad'),
    },
    velocities: joined((p) => p.velocities),
  };
}

/**
 * Whether each motion begins where the one before ends. @param joinRad how far a joint may be off, rad.
 * @throws InputError naming the motion that does not.
 */
export function checkJoins(
  parts: readonly Pick<Part, 'name' | 'target'>[],
  profile: Profile,
  joinRad: number,
): void {
  parts.slice(1).forEach((next, i) => meets(parts[i], next, profile, joinRad));
}

function meets(
  before: Pick<Part, 'name' | 'target'>,
  next: Pick<Part, 'name' | 'target'>,
  profile: Profile,
  joinRad: number,
): void {
  const n = profile.learned;
  const end = before.target.angles.subarray((before.target.steps - 1) * n);
  next.target.startAngles.forEach((q, j) => {
    const off = Math.abs(q - end[j]);
    if (off > joinRad)
      reject(
        'ends-apart',
        next.name,
        `a motion that begins within ${joinRad} rad of where ${before.name} ends`,
        `${profile.joints[j]} ${off.toFixed(3)} rad off`,
      );
  });
}

/** Angles on the steps of the whole, (steps + 1) x joints. */
function anglesOfAll(
  parts: readonly Part[],
  velocities: (part: Part) => ArrayLike<number>,
  steps: number,
  stepS: number,
): Float64Array {
  const n = parts[0].target.startAngles.length;
  const out = new Float64Array((steps + 1) * n);
  let beginsS = 0;
  parts.forEach((part, i) => {
    const { durationS } = part.target;
    const next = parts[i + 1] as Part | undefined;
    const first = Math.ceil(beginsS / stepS - 1e-9);
    const last = next ? Math.ceil((beginsS + durationS) / stepS - 1e-9) - 1 : steps;
    // its own end comes last: the bend is measured there
    const times = Float64Array.from({ length: last - first + 2 }, (_, k) =>
      k > last - first ? durationS : Math.min(durationS, Math.max(0, (first + k) * stepS - beginsS)),
    );
    const own = anglesAt(part.target, velocities(part), times);
    const bendS = Math.min(bend.longestS, bend.share * durationS);
    const end = own.subarray((times.length - 1) * n);
    for (let k = first; k <= last; k++) {
      const weight = smoothStep(1 - (durationS - times[k - first]) / bendS);
      for (let j = 0; j < n; j++) {
        const gap = next ? next.target.startAngles[j] - end[j] : 0;
        out[k * n + j] = own[(k - first) * n + j] + weight * gap;
      }
    }
    beginsS += durationS;
  });
  return out;
}

function differences(angles: Float64Array, n: number, stepS: number): Float32Array {
  return Float32Array.from({ length: angles.length - n }, (_, k) => (angles[k + n] - angles[k]) / stepS);
}
