import type { JointLimits } from '../limits/joint_limits.js';
import { slowingFactor } from './peaks.js';
import { UniformSpline } from './spline.js';
import { timeLaw, type PathGeometry } from './time_law.js';
import { slowed, Trajectory } from './trajectory.js';

/** A path performed within limits, from rest to rest. */
export interface Retimed {
  trajectory: Trajectory;
  /** Time at which each of the path's knots but the first is reached, s. */
  knotTimesS: Float64Array;
}

/** Smallest time that the rate along the path is averaged over, s: bounds jerk even where no limit does. */
const shortestBlend = 0.02;
/** Multiples of acceleration limit over jerk limit that are tried: a rate that changes its slope abruptly needs longer ones. */
const blends = [1.15, 1.6, 2.3, 3.3];
/** Longest: where acceleration over jerk limit asks for more, uniform slowing does the rest. */
const longestBlend = 0.4;

/**
 * Gives the path through equidistant knots a time law that keeps velocity, acceleration and jerk limits: the given duration
 * where the limits allow it, slower where they do not, at rest at both ends. The path itself is a C2 spline through the knots and is kept.
 * @param knots rows x joints (rows >= 2), evenly spaced over `durationS`. Position limits are not looked at here.
 */
export function retime(knots: Float64Array, durationS: number, limits: readonly JointLimits[]): Retimed {
  const joints = limits.length;
  const rows = knots.length / joints;
  const spline = new UniformSpline(knots, joints);
  const moving = limits.flatMap((_, j) => (moves(knots, joints, j) ? [j] : []));
  const path = geometry(spline, moving, 2 * (rows - 1) + 1);
  const velocity = moving.map((j) => limits[j].velocity);
  const acceleration = moving.map((j) => limits[j].acceleration);
  const smooth = Math.max(shortestBlend, ...moving.map((m) => limits[m].acceleration / limits[m].jerk));
  let best: { raw: Trajectory; clock: Clock; factor: number } | undefined;
  for (const rate of rates(path, velocity, acceleration, durationS)) {
    if (best && best.raw.durationS * best.factor <= 1 / rate) break; // slower ones cannot win any more
    const x = timeLaw(path, velocity, acceleration, rate);
    for (const longer of blends) {
      const clock = blended(x, Math.min(longestBlend, longer * smooth));
      const raw = along(spline, clock, limits);
      const factor = Math.max(1, slowingFactor(raw, limits));
      if (!best || raw.durationS * factor < 0.999 * best.raw.durationS * best.factor)
        best = { raw, clock, factor };
      if (factor === 1) break; // longer blends only take longer
    }
  }
  const { raw, clock, factor } = best!;
  return {
    trajectory: factor > 1 ? slowed(raw, factor * (1 + 1e-9)) : raw,
    knotTimesS: timesOf(clock, rows).map((t) => t * factor),
  };
}

/**
 * Rates along the path to try, fastest first: the given timing, slowed only where a limit asks for it; and the given timing
 * slowed as a whole until its velocities fit, and until its accelerations fit, which for uneven paths is faster in the end.
 */
function rates(path: PathGeometry, velocity: number[], acceleration: number[], durationS: number): number[] {
  let [slowerForVelocity, slowerForAcceleration] = [1, 1];
  for (let k = 0; k < path.first.length; k++) {
    const j = k % path.joints;
    slowerForVelocity = Math.max(slowerForVelocity, Math.abs(path.first[k]) / durationS / velocity[j]);
    slowerForAcceleration = Math.max(
      slowerForAcceleration,
      Math.sqrt(Math.abs(path.second[k]) / acceleration[j]) / durationS,
    );
  }
  return [...new Set([1, slowerForVelocity, Math.max(slowerForVelocity, slowerForAcceleration)])].map(
    (slower) => 1 / (durationS * slower),
  );
}

function moves(knots: Float64Array, joints: number, j: number): boolean {
  for (let k = j; k < knots.length; k += joints) if (knots[k] !== knots[j]) return true;
  return false;
}

/** Derivatives of the moving joints along the path. */
function geometry(spline: UniformSpline, moving: readonly number[], points: number): PathGeometry {
  const joints = moving.length;
  const [value, d1, d2] = [0, 1, 2].map(() => new Float64Array(spline.columns));
  const first = new Float64Array(points * joints);
  const second = new Float64Array(points * joints);
  for (let i = 0; i < points; i++) {
    spline.sample(i / (points - 1), value, d1, d2);
    for (let c = 0; c < joints; c++) {
      first[i * joints + c] = d1[moving[c]];
      second[i * joints + c] = d2[moving[c]];
    }
  }
  return { points, joints, first, second };
}

/** s over time on an even grid: value at cell boundaries, and cell rates. */
interface Clock {
  stepS: number;
  s: Float64Array;
}

/** Time law as s(t), its rate averaged twice over `blendS`, so that s is three times differentiable almost everywhere. */
function blended(x: Float64Array, blendS: number): Clock {
  const h = 1 / (x.length - 1);
  const times = new Float64Array(x.length);
  for (let i = 1; i < x.length; i++)
    times[i] = times[i - 1] + (2 * h) / Math.max(1e-9, Math.sqrt(x[i - 1]) + Math.sqrt(x[i]));
  const total = times[x.length - 1];
  const stepS = Math.max(0.002, total / 20000);
  const cells = Math.ceil(total / stepS);
  const width = Math.max(1, Math.round(blendS / stepS));
  // Rates a cell (as increments of s), the last cell ends at s = 1.
  const rate = new Float64Array(cells + 2 * (width - 1));
  let i = 0;
  let before = 0;
  for (let k = 1; k <= cells; k++) {
    const t = Math.min(total, k * stepS);
    while (i < x.length - 2 && times[i + 1] < t) i++;
    const tau = t - times[i];
    const [v0, v1] = [Math.sqrt(x[i]), Math.sqrt(x[i + 1])];
    const span = times[i + 1] - times[i];
    const s = k === cells ? 1 : i * h + v0 * tau + (0.5 * (v1 - v0) * tau * tau) / span;
    rate[k - 1] = s - before;
    before = s;
  }
  boxFilter(rate, width);
  boxFilter(rate, width);
  const s = new Float64Array(rate.length + 1);
  for (let k = 0; k < rate.length; k++) s[k + 1] = s[k] + rate[k];
  s[rate.length] = 1;
  return { stepS, s };
}

/** Causal moving average in place; zeros before the start. */
function boxFilter(values: Float64Array, width: number): void {
  const input = values.slice();
  let sum = 0;
  for (let k = 0; k < values.length; k++) {
    sum += input[k] - (k >= width ? input[k - width] : 0);
    values[k] = sum / width;
  }
}

/** Joint motion along the path by the clock: knots every few cells, derivatives by the chain rule. */
function along(spline: UniformSpline, { stepS, s }: Clock, limits: readonly JointLimits[]): Trajectory {
  const joints = spline.columns;
  const last = s.length - 1;
  const every = Math.max(1, Math.round(0.01 / stepS));
  const knots = Math.ceil(last / every) + 1;
  const times = new Float64Array(knots);
  const [p, v, a] = [0, 1, 2].map(() => new Float64Array(knots * joints));
  const [value, d1, d2] = [0, 1, 2].map(() => new Float64Array(joints));
  for (let i = 0; i < knots; i++) {
    const k = Math.min(last, i * every);
    times[i] = k * stepS;
    const [behind, ahead] = [k > 0 ? s[k] - s[k - 1] : 0, k < last ? s[k + 1] - s[k] : 0];
    const resting = k === 0 || k === last;
    const rate = resting ? 0 : (ahead + behind) / (2 * stepS);
    const change = resting ? 0 : (ahead - behind) / stepS ** 2;
    spline.sample(s[k], value, d1, d2);
    for (let j = 0; j < joints; j++) {
      p[i * joints + j] = value[j];
      v[i * joints + j] = d1[j] * rate;
      a[i * joints + j] = d1[j] * change + d2[j] * rate * rate;
    }
  }
  return new Trajectory(
    limits.map((l) => l.name),
    times,
    p,
    v,
    a,
  );
}

/** Times at which the clock passes the knots 1..rows-1. */
function timesOf({ stepS, s }: Clock, rows: number): Float64Array {
  const times = new Float64Array(rows - 1);
  let k = 0;
  for (let i = 1; i < rows; i++) {
    const wanted = i / (rows - 1);
    while (k < s.length - 2 && s[k + 1] < wanted) k++;
    const gap = s[k + 1] - s[k];
    times[i - 1] = (k + (gap > 0 ? Math.min(1, (wanted - s[k]) / gap) : 1)) * stepS;
  }
  return times;
}
