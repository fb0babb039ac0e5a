import { reject } from '../../input_error.js';
import type { TrialTarget } from '../../trial/trial_target.js';
import { monotoneSlopes, sampleHermite } from '../interpolation/hermite.js';
import type { Profile } from '../kinematics/profile.js';
import { followTool } from './follow_tool.js';
import { durationS, type Target } from './target.js';

export interface TrialOptions {
  /** Steps of a trial (249). */
  steps?: number;
  /** Arm time of a step, s (0.01). */
  stepS?: number;
  /** Largest distance of a path from the reachable surface that is let through, m (0.02). */
  maxResidualM?: number;
  /** Largest error of the tool's orientation that is let through, rad (0.1). */
  maxResidualRad?: number;
  /** Coordinates the network's encoder can tell apart, lower <= c < upper in m, where it has such a range (binary code: -1, 1). */
  coordinateRangeM?: readonly [number, number];
}

/**
 * Maps a target of any length and sampling onto the trial: the same path, its time scaled to steps * stepS, through a
 * monotone cubic (exact where the samplings agree). So a target of duration D is learned with velocities scaled by
 * D / (steps * stepS), and performed in D again.
 * @throws InputError where angles leave the profile's limits, a path is further from the surface than maxResidualM, or
 * coordinates leave coordinateRangeM.
 */
export function trialTarget(target: Target, profile: Profile, options: TrialOptions = {}): TrialTarget {
  const { steps = 249, stepS = 0.01, maxResidualM = 0.02, maxResidualRad = 0.1, coordinateRangeM } = options;
  const n = profile.learned;
  const duration = durationS(target);
  const queries = Float64Array.from({ length: steps + 1 }, (_, k) => (duration * k) / steps);
  let knots: Float64Array;
  let residualM: number | null = null;
  let residualRad: number | null = null;
  if (target.kind !== 'joints') {
    const followed = followTool(target, profile, queries, { maxResidualM, maxResidualRad });
    ({ knots, residualM, residualRad } = followed);
  } else {
    checkAngles(target.angles, profile);
    knots = new Float64Array((steps + 1) * n);
    const slopes = target.slopes ?? monotoneSlopes(target.timesS, target.angles, n);
    sampleHermite(target.timesS, target.angles, slopes, n, queries, knots);
  }
  checkAngles(knots, profile, target.kind === 'joints' ? 'angles' : target.kind, duration / steps);

  const velocities = new Float32Array(steps * n);
  const angles = new Float32Array(steps * n);
  const positions = new Float32Array(steps * 3);
  const q = Float64Array.from(knots.subarray(0, n));
  for (let k = 0; k < steps; k++) {
    for (let j = 0; j < n; j++) {
      velocities[k * n + j] = (knots[(k + 1) * n + j] - knots[k * n + j]) / stepS;
      q[j] += velocities[k * n + j] * stepS;
      angles[k * n + j] = q[j];
    }
    profile.forward(q, 0, positions, 3 * k);
  }
  if (coordinateRangeM) checkRange(positions, coordinateRangeM, duration / steps);
  return {
    velocities,
    angles,
    positions,
    steps,
    stepS,
    durationS: duration,
    joints: profile.joints.slice(0, n),
    startAngles: knots.slice(0, n),
    residualM,
    residualRad,
  };
}

/** A trial's target made from trial velocities directly (task families, recorded trials, skills); starts at the profile's start angles where none are given. */
export function trialFromVelocities(
  velocities: Float32Array,
  profile: Profile,
  stepS = 0.01,
  startAngles: readonly number[] = profile.startAngles,
): TrialTarget {
  const n = profile.learned;
  const steps = velocities.length / n;
  const angles = new Float32Array(steps * n);
  const positions = new Float32Array(steps * 3);
  const q = Float64Array.from(startAngles);
  for (let k = 0; k < steps; k++) {
    for (let j = 0; j < n; j++) angles[k * n + j] = q[j] += velocities[k * n + j] * stepS;
    profile.forward(q, 0, positions, 3 * k);
  }
  return {
    velocities,
    angles,
    positions,
    steps,
    stepS,
    durationS: steps * stepS,
    joints: profile.joints.slice(0, n),
    startAngles: Float64Array.from(startAngles),
    residualM: null,
    residualRad: null,
  };
}

function checkAngles(angles: Float64Array, profile: Profile, field = 'angles', stepS = 0): void {
  const n = profile.learned;
  for (let k = 0; k < angles.length; k++) {
    const { lower, upper } = profile.limits[k % n];
    if (!(angles[k] >= lower - 1e-9 && angles[k] <= upper + 1e-9)) {
      const when = stepS
        ? ` at ${(Math.floor(k / n) * stepS).toFixed(3)} s`
        : ` at sample ${Math.floor(k / n)}`;
      reject(
        'beyond-limit',
        `${field}: ${profile.joints[k % n]}${when}`,
        `an angle from ${lower.toFixed(4)} to ${upper.toFixed(4)} rad${degreesQuestion(angles[k], lower, upper)}`,
        Number(angles[k].toFixed(4)),
      );
    }
  }
}

/** Asks about the unit where a value makes sense in degrees and none in rad: beyond a turn, and within the joint's range as degrees. */
function degreesQuestion(value: number, lower: number, upper: number): string {
  const asDegrees = (value * Math.PI) / 180;
  return Math.abs(value) > 2 * Math.PI && asDegrees >= lower && asDegrees <= upper
    ? ` (is it in degrees? then ${Number(asDegrees.toFixed(4))} rad)`
    : '';
}

function checkRange(positions: Float32Array, [lower, upper]: readonly [number, number], stepS: number): void {
  for (let k = 0; k < positions.length; k++)
    if (!(positions[k] >= lower && positions[k] < upper))
      reject(
        'out-of-range',
        `tool-centre-point ${'xyz'[k % 3]} at ${((Math.floor(k / 3) + 1) * stepS).toFixed(3)} s`,
        `${lower} m <= ${'xyz'[k % 3]} < ${upper} m, the range of the network's position code`,
        Number(positions[k].toFixed(4)),
      );
}
