import type { JointLimits } from '../limits/joint_limits.js';
import { slowed, type Trajectory } from './trajectory.js';

/** Quantities that slow motion reduces, with the power of the slowing factor by which it does. */
export const dynamicKinds = [
  ['velocity', 1],
  ['acceleration', 2],
  ['jerk', 3],
] as const;

/** Visits a trajectory densely: every `stepS` or finer, at least 4 times a segment and 256 times in all. State arrays are reused. */
export function scan(
  trajectory: Trajectory,
  stepS: number,
  visit: (timeS: number, p: Float64Array, v: Float64Array, a: Float64Array, jerk: Float64Array) => void,
): void {
  const n = trajectory.joints.length;
  const [p, v, a, jerk] = [
    new Float64Array(n),
    new Float64Array(n),
    new Float64Array(n),
    new Float64Array(n),
  ];
  const { timesS } = trajectory;
  const least = Math.max(4, Math.ceil(256 / (timesS.length - 1)));
  for (let i = 0; i + 1 < timesS.length; i++) {
    const parts = Math.max(least, Math.ceil((timesS[i + 1] - timesS[i]) / stepS));
    for (let k = 0; k < parts; k++) {
      const t = timesS[i] + ((timesS[i + 1] - timesS[i]) * k) / parts;
      trajectory.sample(t, p, v, a, jerk);
      visit(t, p, v, a, jerk);
    }
  }
  trajectory.sample(trajectory.durationS, p, v, a, jerk);
  visit(trajectory.durationS, p, v, a, jerk);
}

/** Factor >= 1 by which a motion must be slowed so that velocity, acceleration and jerk keep the limits. */
export function slowingFactor(trajectory: Trajectory, limits: readonly JointLimits[]): number {
  let factor = 1;
  scan(trajectory, 0.005, (_, __, v, a, jerk) => {
    for (let j = 0; j < limits.length; j++) {
      factor = Math.max(
        factor,
        Math.abs(v[j]) / limits[j].velocity,
        Math.sqrt(Math.abs(a[j]) / limits[j].acceleration),
        Math.cbrt(Math.abs(jerk[j]) / limits[j].jerk),
      );
    }
  });
  return factor;
}

/** The same path, slowed uniformly as much as the limits ask for and no more. */
export function slowedToLimits(trajectory: Trajectory, limits: readonly JointLimits[]): Trajectory {
  const factor = slowingFactor(trajectory, limits);
  return factor > 1 ? slowed(trajectory, factor * (1 + 1e-9)) : trajectory;
}
