import type { JointLimits } from '../limits/joint_limits.js';
import { derivative, TurningPoints } from './quintic.js';
import type { Trajectory } from './trajectory.js';

/** Called with a joint's extreme of position (order 0), velocity (1), acceleration (2) or jerk (3) within one segment. */
export type PeakVisitor = (order: 0 | 1 | 2 | 3, joint: number, timeS: number, value: number) => void;

/**
 * Visits the largest velocity, acceleration and jerk, by magnitude, and every extreme position of every joint in every segment.
 * Exact: extremes of the segments' polynomials lie at their ends and where the next derivative is zero.
 */
export function eachPeak(trajectory: Trajectory, visit: PeakVisitor): void {
  const { timesS, joints } = trajectory;
  const c = new Float64Array(6);
  const turns = new TurningPoints();
  for (let i = 0; i + 1 < timesS.length; i++) {
    const T = timesS[i + 1] - timesS[i];
    for (let j = 0; j < joints.length; j++) {
      trajectory.coefficients(i, j, c);
      turns.ofJerk(c, T);
      for (let order = 3 as 0 | 1 | 2 | 3; order >= 0; order--) {
        if (order < 3) turns.below(c, order);
        let at = 0;
        let peak = derivative(c, order, 0);
        for (let k = 0; k < turns.count; k++) {
          const value = derivative(c, order, turns.x[k]);
          if (order === 0) visit(0, j, timesS[i] + turns.x[k], value);
          else if (Math.abs(value) > Math.abs(peak)) [peak, at] = [value, turns.x[k]];
        }
        if (order > 0) visit(order, j, timesS[i] + at, peak);
      }
    }
  }
}

/** Visits a trajectory's positions densely: every `stepS` or finer, at least 4 times a segment and 256 times in all. */
export function scan(
  trajectory: Trajectory,
  stepS: number,
  visit: (timeS: number, p: Float64Array, v: Float64Array, a: Float64Array, jerk: Float64Array) => void,
): void {
  const n = trajectory.joints.length;
  const [p, v, a, jerk] = [0, 1, 2, 3].map(() => new Float64Array(n));
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
  eachPeak(trajectory, (order, j, _, value) => {
    if (order === 0) return;
    const size = Math.abs(value);
    const { velocity, acceleration, jerk } = limits[j];
    const ratio =
      order === 1 ? size / velocity : order === 2 ? Math.sqrt(size / acceleration) : Math.cbrt(size / jerk);
    if (ratio > factor) factor = ratio;
  });
  return factor;
}
