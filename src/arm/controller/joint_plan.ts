/** A joint's state at a time: rad, rad/s, rad/s^2. */
export interface JointSample {
  position: number;
  velocity: number;
  acceleration: number;
}

/** A knot of a joint's plan; velocity and acceleration are NaN where the trajectory gave none. */
export interface Knot extends JointSample {
  /** On the controller's clock, s. */
  timeS: number;
}

/** Coefficients c0 + c1 x + .. + c5 x^5 over x = time since the segment's start. */
export type Segment = [number, number, number, number, number, number];

/**
 * Segment between two knots, by what both give, as joint_trajectory_controller chooses it: quintic with velocities and
 * accelerations, cubic with velocities, else linear.
 */
export function segmentBetween(from: Knot, to: Knot): Segment {
  const T = to.timeS - from.timeS;
  const d = to.position - from.position;
  if (!(T > 0)) return [to.position, 0, 0, 0, 0, 0];
  if (Number.isNaN(from.velocity) || Number.isNaN(to.velocity)) return [from.position, d / T, 0, 0, 0, 0];
  const v0 = from.velocity;
  const v1 = to.velocity;
  if (Number.isNaN(from.acceleration) || Number.isNaN(to.acceleration))
    return [
      from.position,
      v0,
      (3 * d) / T ** 2 - (2 * v0 + v1) / T,
      (-2 * d) / T ** 3 + (v0 + v1) / T ** 2,
      0,
      0,
    ];
  const a0 = from.acceleration;
  const a1 = to.acceleration;
  return [
    from.position,
    v0,
    a0 / 2,
    (20 * d - (8 * v1 + 12 * v0) * T - (3 * a0 - a1) * T ** 2) / (2 * T ** 3),
    (-30 * d + (14 * v1 + 16 * v0) * T + (3 * a0 - 2 * a1) * T ** 2) / (2 * T ** 4),
    (12 * d - 6 * (v1 + v0) * T - (a0 - a1) * T ** 2) / (2 * T ** 5),
  ];
}

/** State of a segment x seconds after its start. */
export function evaluate(c: Segment, x: number): JointSample {
  return {
    position: c[0] + x * (c[1] + x * (c[2] + x * (c[3] + x * (c[4] + x * c[5])))),
    velocity: c[1] + x * (2 * c[2] + x * (3 * c[3] + x * (4 * c[4] + x * 5 * c[5]))),
    acceleration: 2 * c[2] + x * (6 * c[3] + x * (12 * c[4] + x * 20 * c[5])),
  };
}

/** What one joint does from now on: knots in strictly rising time, the first being the state it starts from. */
export class JointPlan {
  private readonly segments: Segment[] = [];
  private cursor = 0;

  constructor(readonly knots: readonly Knot[]) {
    for (let i = 1; i < knots.length; i++) this.segments.push(segmentBetween(knots[i - 1], knots[i]));
  }

  get endS(): number {
    return this.knots[this.knots.length - 1].timeS;
  }

  get endVelocity(): number {
    const last = this.knots[this.knots.length - 1];
    return Number.isNaN(last.velocity) ? 0 : last.velocity;
  }

  /** State at a time: before the start the first knot, after the end the last one at rest. */
  sample(timeS: number): JointSample {
    const { knots } = this;
    if (timeS <= knots[0].timeS) return { position: knots[0].position, velocity: 0, acceleration: 0 };
    if (timeS >= this.endS)
      return { position: knots[knots.length - 1].position, velocity: 0, acceleration: 0 };
    const i = this.segmentAt(timeS);
    return evaluate(this.segments[i], timeS - knots[i].timeS);
  }

  /** Index of the knot that is reached next; the number of knots once the plan is over. */
  nextKnot(timeS: number): number {
    return timeS >= this.endS ? this.knots.length : this.segmentAt(timeS) + 1;
  }

  /** Greatest excursion of every segment, for checks against limits: exact up to cubic, sampled for quintic. */
  *extremes(): Generator<{ segment: number; timeS: number; state: JointSample }> {
    for (let i = 0; i < this.segments.length; i++) {
      const c = this.segments[i];
      const T = this.knots[i + 1].timeS - this.knots[i].timeS;
      for (const x of turningTimes(c, T))
        yield { segment: i, timeS: this.knots[i].timeS + x, state: evaluate(c, x) };
    }
  }

  private segmentAt(timeS: number): number {
    const { knots } = this;
    let i = Math.min(this.cursor, this.segments.length - 1);
    if (timeS < knots[i].timeS) i = 0;
    while (i < this.segments.length - 1 && timeS >= knots[i + 1].timeS) i++;
    this.cursor = i;
    return Math.max(0, i);
  }
}

/** Times within [0, T] at which position, velocity or acceleration of a segment may be extreme. */
function turningTimes(c: Segment, T: number): number[] {
  const times = [0, T];
  if (c[4] !== 0 || c[5] !== 0) {
    for (let k = 1; k < 24; k++) times.push((T * k) / 24);
    return times;
  }
  const inside = (x: number) => Number.isFinite(x) && x > 0 && x < T && times.push(x);
  inside(-c[2] / (3 * c[3]));
  const root = Math.sqrt(c[2] * c[2] - 3 * c[3] * c[1]);
  if (c[3] === 0) inside(-c[1] / (2 * c[2]));
  else {
    inside((-c[2] + root) / (3 * c[3]));
    inside((-c[2] - root) / (3 * c[3]));
  }
  return times;
}
