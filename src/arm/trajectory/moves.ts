import { reject } from '../../input_error.js';
import type { JointLimits } from '../limits/joint_limits.js';
import { Trajectory } from './trajectory.js';

// Peaks of the minimum-jerk profile 10 s^3 - 15 s^4 + 6 s^5 over unit distance and time.
const peakVelocity = 15 / 8;
const peakAcceleration = 10 / Math.sqrt(3);
const peakJerk = 60;

/**
 * A straight joint-space move from rest to rest (one quintic), as fast as the limits let it be, times `speed` (0..1].
 * @throws InputError where speed is outside (0, 1], an angle is not finite or an end lies outside the position limits (the start may: an arm found
 * outside may be brought back in).
 */
export function approachMove(
  from: ArrayLike<number>,
  to: ArrayLike<number>,
  limits: readonly JointLimits[],
  speed = 0.5,
): Trajectory {
  if (!(speed > 0 && speed <= 1)) reject('out-of-range', 'speed', 'more than 0, at most 1', speed);
  const n = limits.length;
  let duration = 1e-3;
  for (let j = 0; j < n; j++) {
    const { name, lower, upper, velocity, acceleration, jerk } = limits[j];
    if (!Number.isFinite(from[j])) reject('not-finite', `${name} (start)`, 'a finite angle', from[j]);
    if (!(to[j] >= lower && to[j] <= upper))
      reject('position-limit', `${name} (end)`, `an angle from ${lower} to ${upper} rad`, to[j]);
    const distance = Math.abs(to[j] - from[j]);
    duration = Math.max(
      duration,
      (peakVelocity * distance) / velocity,
      Math.sqrt((peakAcceleration * distance) / acceleration),
      Math.cbrt((peakJerk * distance) / jerk),
    );
  }
  const positions = new Float64Array(2 * n);
  for (let j = 0; j < n; j++) [positions[j], positions[n + j]] = [from[j], to[j]];
  return new Trajectory(
    limits.map((l) => l.name),
    Float64Array.of(0, duration / speed),
    positions,
    new Float64Array(2 * n),
    new Float64Array(2 * n),
  );
}

/**
 * From a moving state to rest, all joints in the same time so that the arm goes on in its direction; velocity falls as
 * 1 - 3 s^2 + 2 s^3, its peak deceleration 1.5 v / T and jerk 6 v / T^2 within the limits. Distance covered: v T / 2.
 * Position limits are not looked at: where a stop inside them is impossible the end lies beyond, for the caller to see.
 */
export function stoppingMove(
  position: ArrayLike<number>,
  velocity: ArrayLike<number>,
  limits: readonly JointLimits[],
): Trajectory {
  const n = limits.length;
  let duration = 1e-3;
  for (let j = 0; j < n; j++) {
    const v = Math.abs(velocity[j]);
    if (!Number.isFinite(v))
      reject('not-finite', `${limits[j].name} (velocity)`, 'a finite velocity', velocity[j]);
    duration = Math.max(duration, (1.5 * v) / limits[j].acceleration, Math.sqrt((6 * v) / limits[j].jerk));
  }
  const [positions, velocities] = [new Float64Array(2 * n), new Float64Array(2 * n)];
  for (let j = 0; j < n; j++) {
    positions[j] = position[j];
    positions[n + j] = position[j] + (velocity[j] * duration) / 2;
    velocities[j] = velocity[j];
  }
  return new Trajectory(
    limits.map((l) => l.name),
    Float64Array.of(0, duration),
    positions,
    velocities,
    new Float64Array(2 * n),
  );
}
