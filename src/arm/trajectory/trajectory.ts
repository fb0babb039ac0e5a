import type { WritableNumbers } from '../kinematics/surface.js';
import { derivative, quintic } from './quintic.js';

/**
 * A joint-space motion: knots with position, velocity and acceleration, quintic polynomials between them, so that all three
 * are continuous. Rows are knots, columns joints (rad, or m where prismatic), row major. Times start at 0 and grow.
 */
export class Trajectory {
  readonly durationS: number;
  private segment = 0;
  private readonly polynomial = new Float64Array(6);
  private readonly at = new Float64Array(1);

  constructor(
    readonly joints: readonly string[],
    readonly timesS: Float64Array,
    readonly positions: Float64Array,
    readonly velocities: Float64Array,
    readonly accelerations: Float64Array,
  ) {
    const n = timesS.length * joints.length;
    if (
      positions.length !== n ||
      velocities.length !== n ||
      accelerations.length !== n ||
      timesS.length === 0
    )
      throw new RangeError(
        `trajectory of ${timesS.length} knots x ${joints.length} joints wants ${n} values each`,
      );
    this.durationS = timesS[timesS.length - 1];
  }

  /**
   * State at time t (s), a value per joint; allocates nothing. Before the start and after the end the arm rests at the
   * first and last knot. Velocity, acceleration and jerk are optional.
   */
  sample(
    t: number,
    position: WritableNumbers,
    velocity?: WritableNumbers,
    acceleration?: WritableNumbers,
    jerk?: WritableNumbers,
  ): void {
    // not handed on as an argument: the engine would make an object of it
    this.at[0] = t;
    this.sampleThere(position, velocity, acceleration, jerk);
  }

  private sampleThere(
    position: WritableNumbers,
    velocity?: WritableNumbers,
    acceleration?: WritableNumbers,
    jerk?: WritableNumbers,
  ): void {
    const t = this.at[0];
    const n = this.joints.length;
    const last = this.timesS.length - 1;
    if (!(t > 0) || t >= this.durationS) {
      const row = t >= this.durationS ? last : 0;
      const resting = t < 0 || t > this.durationS;
      for (let j = 0; j < n; j++) {
        position[j] = this.positions[row * n + j];
        if (velocity) velocity[j] = resting ? 0 : this.velocities[row * n + j];
        if (acceleration) acceleration[j] = resting ? 0 : this.accelerations[row * n + j];
        if (jerk) jerk[j] = 0;
      }
      if (resting || !jerk || last === 0) return;
    }
    const i = this.find(Math.min(t, this.durationS));
    const x = Math.min(this.timesS[i + 1], Math.max(this.timesS[i], t)) - this.timesS[i];
    const c = this.polynomial;
    for (let j = 0; j < n; j++) {
      this.coefficients(i, j, c);
      // written out: a call that is not inlined would put every x and value into an object of its own
      position[j] = c[0] + x * (c[1] + x * (c[2] + x * (c[3] + x * (c[4] + x * c[5]))));
      if (velocity) velocity[j] = c[1] + x * (2 * c[2] + x * (3 * c[3] + x * (4 * c[4] + x * 5 * c[5])));
      if (acceleration) acceleration[j] = derivative(c, 2, x);
      if (jerk) jerk[j] = derivative(c, 3, x);
    }
  }

  /** Polynomial c0 + c1 x + .. + c5 x^5 of joint j between knots i and i + 1, x = seconds after knot i. */
  coefficients(i: number, j: number, out: Float64Array): void {
    const T = this.timesS[i + 1] - this.timesS[i];
    const a = i * this.joints.length + j;
    const b = a + this.joints.length;
    quintic(
      this.positions[a],
      this.velocities[a],
      this.accelerations[a],
      this.positions[b],
      this.velocities[b],
      this.accelerations[b],
      T,
      out,
    );
  }

  /** Index of the segment that holds t; remembers it, as samples mostly come in order. */
  private find(t: number): number {
    const { timesS } = this;
    let i = this.segment;
    if (!(t >= timesS[i])) i = 0;
    if (t >= timesS[Math.min(i + 8, timesS.length - 1)]) {
      let high = timesS.length - 1;
      while (high - i > 1) {
        const middle = (i + high) >> 1;
        if (timesS[middle] <= t) i = middle;
        else high = middle;
      }
    } else while (i < timesS.length - 2 && t >= timesS[i + 1]) i++;
    this.segment = Math.min(i, Math.max(0, timesS.length - 2));
    return this.segment;
  }
}

/** The same path at a uniform speed 1 / factor: times x factor, velocities / factor, accelerations / factor^2. */
export function slowed(trajectory: Trajectory, factor: number): Trajectory {
  return new Trajectory(
    trajectory.joints,
    trajectory.timesS.map((t) => t * factor),
    trajectory.positions,
    trajectory.velocities.map((v) => v / factor),
    trajectory.accelerations.map((a) => a / factor ** 2),
  );
}
