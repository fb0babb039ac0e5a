/** The one polynomial that joints move on: c0 + c1 x + .. + c5 x^5, x seconds after a segment's start. */
import type { Numbers, WritableNumbers } from '../kinematics/surface.js';

/**
 * The quintic from position p0, velocity v0, acceleration a0 to p1, v1, a1 in T seconds, into `out` (6 coefficients). A lower
 * polynomial that meets all six comes out as it is.
 */
export function quintic(
  p0: number,
  v0: number,
  a0: number,
  p1: number,
  v1: number,
  a1: number,
  T: number,
  out: WritableNumbers,
): void {
  // What the parabola that starts with p0, v0, a0 misses at the segment's end fixes the three higher coefficients.
  const dp = (p1 - p0 - (v0 + 0.5 * a0 * T) * T) / (T * T * T);
  const dv = (v1 - v0 - a0 * T) / (T * T);
  const da = (a1 - a0) / T;
  out[0] = p0;
  out[1] = v0;
  out[2] = 0.5 * a0;
  out[3] = 10 * dp - 4 * dv + 0.5 * da;
  out[4] = (-15 * dp + 7 * dv - da) / T;
  out[5] = (6 * dp - 3 * dv + 0.5 * da) / (T * T);
}

/** Position (order 0), velocity (1), acceleration (2) or jerk (3) of a polynomial of degree 5 at x. */
export function derivative(c: Numbers, order: number, x: number): number {
  if (order === 0) return c[0] + x * (c[1] + x * (c[2] + x * (c[3] + x * (c[4] + x * c[5]))));
  if (order === 1) return c[1] + x * (2 * c[2] + x * (3 * c[3] + x * (4 * c[4] + x * 5 * c[5])));
  if (order === 2) return 2 * c[2] + x * (6 * c[3] + x * (12 * c[4] + x * 20 * c[5]));
  return 6 * c[3] + x * (24 * c[4] + x * 60 * c[5]);
}

/** Finds where a polynomial and its derivatives are extreme within [0, T]. Exact up to bisection; allocates its buffers once. */
export class TurningPoints {
  /** Points found, rising: 0, the zeros of the next derivative, T. */
  readonly x = new Float64Array(10);
  count = 0;

  /** Begins with jerk (order 3): 0, where jerk's own derivative is zero, T. */
  ofJerk(c: Numbers, T: number): void {
    const vertex = -c[4] / (5 * c[5]);
    this.x[0] = 0;
    this.count = 1;
    if (vertex > 0 && vertex < T) this.x[this.count++] = vertex;
    this.x[this.count++] = T;
  }

  /** From the turning points of one order to those of the order below: the zeros of `order + 1`, monotone between the points so far. */
  below(c: Numbers, order: number): void {
    const { x } = this;
    const T = x[this.count - 1];
    let found = 1;
    let [low, atLow] = [0, derivative(c, order + 1, 0)];
    for (let k = 1; k < this.count; k++) {
      const high = x[k];
      const atHigh = derivative(c, order + 1, high);
      if (atLow * atHigh < 0) x[found++] = bisect(c, order + 1, low, high, atLow);
      [low, atLow] = [high, atHigh];
    }
    x[found++] = T;
    this.count = found;
  }
}

function bisect(c: Numbers, order: number, from: number, to: number, atFrom: number): number {
  let [low, high] = [from, to];
  for (let n = 0; n < 40; n++) {
    const middle = 0.5 * (low + high);
    if (derivative(c, order, middle) * atFrom > 0) low = middle;
    else high = middle;
  }
  return 0.5 * (low + high);
}
