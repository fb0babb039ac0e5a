/**
 * Time along a given path: how fast its parameter s may grow so that joint velocities and accelerations keep their limits.
 * With x = (ds/dt)^2 and u = d2s/dt2, joint velocity is q' sqrt(x) and acceleration q' u + q'' x, both linear in (x, u), and over
 * a grid interval of length h, x grows by 2 h u. One backward pass finds the largest x from which the rest can be done, one
 * forward pass takes as much as it may (reachability analysis after Pham & Pham, "A new approach to time-optimal path
 * parameterization", 2018). The path's own timing is an upper bound: the motion is slowed only where a limit asks for it.
 */
export interface PathGeometry {
  /** Grid points of s over 0..1, equidistant. */
  points: number;
  joints: number;
  /** points x joints: dq/ds and d2q/ds2. */
  first: Float64Array;
  second: Float64Array;
}

/**
 * x = (ds/dt)^2 at every grid point, 0 at both ends.
 * @param velocity, acceleration limits a joint, > 0. @param maxRate upper bound of ds/dt, 1/s.
 */
export function timeLaw(
  path: PathGeometry,
  velocity: ArrayLike<number>,
  acceleration: ArrayLike<number>,
  maxRate: number,
): Float64Array {
  const { points, joints, first } = path;
  const h = 1 / (points - 1);
  const ceiling = new Float64Array(points);
  for (let i = 0; i < points; i++) {
    let rate = maxRate;
    for (let j = 0; j < joints; j++)
      rate = Math.min(rate, velocity[j] / Math.max(1e-12, Math.abs(first[i * joints + j])));
    ceiling[i] = rate * rate;
  }
  ceiling[0] = ceiling[points - 1] = 0;
  const lines = new Lines(2 * joints);
  const reachable = ceiling; // shrinks backward to the controllable set's upper end
  for (let i = points - 2; i > 0; i--) {
    lines.of(path, i, h, acceleration);
    reachable[i] = lines.largestX(ceiling[i], reachable[i + 1]);
  }
  const x = new Float64Array(points);
  for (let i = 0; i + 1 < points; i++) {
    lines.of(path, i, h, acceleration);
    x[i + 1] = lines.largestY(x[i], reachable[i + 1]);
  }
  return x;
}

/** Constraints |a x + b y| <= c on x at a grid point and y = x at the next, taken at both ends of the interval. */
class Lines {
  private readonly a: Float64Array;
  private readonly b: Float64Array;
  private readonly c: Float64Array;
  private low = 0;
  private high = 0;

  constructor(private readonly count: number) {
    this.a = new Float64Array(count);
    this.b = new Float64Array(count);
    this.c = new Float64Array(count);
  }

  of({ joints, first, second }: PathGeometry, i: number, h: number, acceleration: ArrayLike<number>): void {
    for (let j = 0; j < joints; j++) {
      // u = (y - x) / 2h
      const here = first[i * joints + j] / (2 * h);
      const next = first[(i + 1) * joints + j] / (2 * h);
      this.a[2 * j] = second[i * joints + j] - here;
      this.b[2 * j] = here;
      this.a[2 * j + 1] = -next;
      this.b[2 * j + 1] = second[(i + 1) * joints + j] + next;
      this.c[2 * j] = this.c[2 * j + 1] = acceleration[j];
    }
  }

  /** Largest x <= xMax for which some y in 0..yMax fits: a vertex of the polygon that contains (0, 0). */
  largestX(xMax: number, yMax: number): number {
    // x = xMax may fit as it is; else the optimum lies where two constraints meet.
    this.intervalOfY(xMax, yMax);
    if (this.low <= this.high) return xMax;
    let best = 0;
    const consider = (y: number): void => {
      if (!(y >= 0 && y <= yMax)) return;
      const x = Math.min(xMax, this.largestXAt(y));
      if (x > best) best = x;
    };
    consider(0);
    consider(yMax);
    for (let m = 0; m < this.count; m++)
      for (let n = m + 1; n < this.count; n++)
        for (let sign = -1; sign <= 1; sign += 2) {
          // a_m x + b_m y = c_m meets a_n x + b_n y = sign c_n; the mirror images have y < 0 or the same y.
          const determinant = this.a[m] * this.b[n] - this.a[n] * this.b[m];
          if (Math.abs(determinant) < 1e-300) continue;
          const y = (this.a[m] * sign * this.c[n] - this.a[n] * this.c[m]) / determinant;
          consider(Math.abs(y));
        }
    return best;
  }

  /** Largest y <= yMax that fits an x; 0 where rounding leaves none. */
  largestY(x: number, yMax: number): number {
    this.intervalOfY(x, yMax);
    return Math.max(0, this.low <= this.high ? this.high : 0.5 * (this.low + this.high));
  }

  /** Range of y that fits an x, into low and high. */
  private intervalOfY(x: number, yMax: number): void {
    this.low = 0;
    this.high = yMax;
    for (let m = 0; m < this.count; m++) {
      const a = this.a[m] * x;
      const b = this.b[m];
      const c = this.c[m];
      if (Math.abs(b) < 1e-12) {
        if (Math.abs(a) > c * (1 + 1e-9)) this.low = Infinity;
        continue;
      }
      const half = c / Math.abs(b);
      this.low = Math.max(this.low, -a / b - half);
      this.high = Math.min(this.high, -a / b + half);
    }
  }

  private largestXAt(y: number): number {
    let low = 0;
    let high = Infinity;
    for (let m = 0; m < this.count; m++) {
      const a = this.a[m];
      const b = this.b[m] * y;
      const c = this.c[m];
      if (Math.abs(a) < 1e-12) {
        if (Math.abs(b) > c * (1 + 1e-9)) return 0;
        continue;
      }
      const half = c / Math.abs(a);
      low = Math.max(low, -b / a - half);
      high = Math.min(high, -b / a + half);
    }
    return low <= high * (1 + 1e-9) ? high : 0;
  }
}
