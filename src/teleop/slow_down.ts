/**
 * Limits of a teleoperated motion, as pure functions: joint velocities in, joint velocities out. All joints are slowed by the
 * same factor, so that the direction that was asked for is kept; a joint beyond its margin may always come back.
 */
import type { JointLimits } from '../arm/limits/joint_limits.js';

/**
 * Slows all joints alike by `override` (0 < override <= 1) or further, until none is faster than its limit. Returns the factor;
 * 0, and rest, where a velocity is not finite.
 */
export function slowToVelocityLimits(
  velocity: Float64Array,
  limits: readonly Pick<JointLimits, 'velocity'>[],
  override = 1,
): number {
  let factor = override;
  for (let j = 0; j < velocity.length; j++) {
    const speed = Math.abs(velocity[j]);
    if (!Number.isFinite(speed)) {
      velocity.fill(0);
      return 0;
    }
    if (speed > 0) factor = Math.min(factor, limits[j].velocity / speed);
  }
  for (let j = 0; j < velocity.length; j++) velocity[j] *= factor;
  return factor;
}

/**
 * Changes joint velocities from `current` towards `wanted` (written over by the result), all joints by the same part of the way,
 * so far that none changes by more than its acceleration limit x `seconds`.
 */
export function rampVelocity(
  current: Float64Array,
  wanted: Float64Array,
  limits: readonly Pick<JointLimits, 'acceleration'>[],
  seconds: number,
): void {
  let part = 1;
  for (let j = 0; j < wanted.length; j++) {
    const change = Math.abs(wanted[j] - current[j]);
    if (change > 0) part = Math.min(part, (limits[j].acceleration * seconds) / change);
  }
  if (part < 1)
    for (let j = 0; j < wanted.length; j++) wanted[j] = current[j] + part * (wanted[j] - current[j]);
}

/**
 * Stops all joints (or with `all` false itself alone) where one is within `marginRad` of a position limit and asked to go on
 * towards it; away is allowed. Returns the joint that was stopped, or -1.
 */
export function haltAtPositionLimits(
  velocity: Float64Array,
  position: ArrayLike<number>,
  limits: readonly Pick<JointLimits, 'lower' | 'upper'>[],
  marginRad: number,
  all = true,
): number {
  let stopped = -1;
  for (let j = 0; j < velocity.length; j++) {
    const { lower, upper } = limits[j];
    const outward =
      (velocity[j] > 0 && position[j] > upper - marginRad) ||
      (velocity[j] < 0 && position[j] < lower + marginRad);
    if (!outward) continue;
    velocity[j] = 0;
    stopped = j;
  }
  if (all && stopped >= 0) velocity.fill(0);
  return stopped;
}

/** What a teleoperated twist meets: nothing, slowed on the way into a singularity, halted there, slowed on the way out. */
export type Singularity = 'none' | 'approach' | 'halt' | 'leave';

/** Condition numbers of the Jacobian from which on it is slowed, and where it halts. */
export interface SingularityThresholds {
  lower: number;
  hardStop: number;
  /** Out of it it is slowed by as much as at a condition number lower by this factor of the range (>= 1). */
  leavingMultiplier: number;
}

export const defaultThresholds: SingularityThresholds = { lower: 17, hardStop: 30, leavingMultiplier: 2 };

/**
 * Factor on a twist near a singularity, in three stages: full speed below `lower`, linearly slower up to `hardStop`, none
 * beyond; going away from it the range is `leavingMultiplier` times as wide, so that it is never a trap.
 * @param condition of the Jacobian here. @param ahead the same a little further along the motion.
 */
export function singularitySlowDown(
  condition: number,
  ahead: number,
  { lower, hardStop, leavingMultiplier }: SingularityThresholds = defaultThresholds,
): { factor: number; status: Singularity } {
  const toward = ahead > condition;
  if (!(condition > lower)) return { factor: 1, status: 'none' };
  if (toward) {
    if (condition >= hardStop) return { factor: 0, status: 'halt' };
    return { factor: 1 - (condition - lower) / (hardStop - lower), status: 'approach' };
  }
  const upper = lower + leavingMultiplier * (hardStop - lower);
  // never quite zero: whoever leaves gets out
  return { factor: Math.max(0.1, 1 - (condition - lower) / (upper - lower)), status: 'leave' };
}
