import type { JointLimits } from '../limits/joint_limits.js';
import { slowed, type Trajectory } from './trajectory.js';

/** Called with a joint's extreme of velocity (order 1), acceleration (2) or jerk (3) within one segment. */
export type PeakVisitor = (order: 1 | 2 | 3, joint: number, timeS: number, value: number) => void;

/**
 * Visits the largest velocity, acceleration and jerk, by magnitude, of every joint in every segment. Exact: extremes of the
 * segments' polynomials lie at their ends and where the next derivative is zero.
 */
export function eachPeak(trajectory: Trajectory, visit: PeakVisitor): void {
  const { timesS, joints } = trajectory;
  const c = new Float64Array(6);
  const turns = new Float64Array(8);
  for (let i = 0; i + 1 < timesS.length; i++) {
    const T = timesS[i + 1] - timesS[i];
    for (let j = 0; j < joints.length; j++) {
      trajectory.coefficients(i, j, c);
      for (let order = 3 as 1 | 2 | 3; order >= 1; order--) {
        // turns: 0, zeros of derivative order + 1 in rising order, T (from the order above)
        const n = order === 3 ? verticesOfJerk(c, T, turns) : zerosBetween(c, order + 1, turns);
        let at = 0;
        let peak = derivative(c, order, 0);
        for (let k = 1; k < n; k++) {
          const value = derivative(c, order, turns[k]);
          if (Math.abs(value) > Math.abs(peak)) [peak, at] = [value, turns[k]];
        }
        visit(order, j, timesS[i] + at, peak);
      }
    }
  }
}

let count = 0;

/** 0, where jerk's own derivative is zero, T. */
function verticesOfJerk(c: Float64Array, T: number, turns: Float64Array): number {
  const vertex = -c[4] / (5 * c[5]);
  turns[0] = 0;
  count = 1;
  if (vertex > 0 && vertex < T) turns[count++] = vertex;
  turns[count++] = T;
  return count;
}

/** Zeros of a derivative that is monotone between the turns so far: they replace the turns between both ends. */
function zerosBetween(c: Float64Array, order: number, turns: Float64Array): number {
  const T = turns[count - 1];
  let found = 1;
  let [low, atLow] = [0, derivative(c, order, 0)];
  for (let k = 1; k < count; k++) {
    const high = turns[k];
    const atHigh = derivative(c, order, high);
    if (atLow * atHigh < 0) turns[found++] = bisect(c, order, low, high, atLow);
    [low, atLow] = [high, atHigh];
  }
  turns[found++] = T;
  count = found;
  return found;
}

function bisect(c: Float64Array, order: number, from: number, to: number, atFrom: number): number {
  let [low, high] = [from, to];
  for (let n = 0; n < 40; n++) {
    const middle = 0.5 * (low + high);
    if (derivative(c, order, middle) * atFrom > 0) low = middle;
    else high = middle;
  }
  return 0.5 * (low + high);
}

function derivative(c: Float64Array, order: number, x: number): number {
  if (order === 1) return c[1] + x * (2 * c[2] + x * (3 * c[3] + x * (4 * c[4] + x * 5 * c[5])));
  if (order === 2) return 2 * c[2] + x * (6 * c[3] + x * (12 * c[4] + x * 20 * c[5]));
  return 6 * c[3] + x * (24 * c[4] + x * 60 * c[5]);
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
    const size = Math.abs(value);
    const { velocity, acceleration, jerk } = limits[j];
    const ratio =
      order === 1 ? size / velocity : order === 2 ? Math.sqrt(size / acceleration) : Math.cbrt(size / jerk);
    if (ratio > factor) factor = ratio;
  });
  return factor;
}

/** The same path, slowed uniformly as much as the limits ask for and no more. */
export function slowedToLimits(trajectory: Trajectory, limits: readonly JointLimits[]): Trajectory {
  const factor = slowingFactor(trajectory, limits);
  return factor > 1 ? slowed(trajectory, factor * (1 + 1e-9)) : trajectory;
}
