import { derivative, quintic, TurningPoints } from '../arm/trajectory/quintic.js';

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
  const c: Segment = [0, 0, 0, 0, 0, 0];
  quintic(from.position, v0, from.acceleration, to.position, v1, to.acceleration, T, c);
  return c;
}

/** State of a segment x seconds after its start. */
export function evaluate(c: Segment, x: number): JointSample {
  return { position: derivative(c, 0, x), velocity: derivative(c, 1, x), acceleration: derivative(c, 2, x) };
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

  /** Where position, velocity or acceleration of a segment are extreme, for checks against limits: exact. */
  *extremes(): Generator<{ segment: number; timeS: number; state: JointSample }> {
    const turns = new TurningPoints();
    for (let i = 0; i < this.segments.length; i++) {
      const c = this.segments[i];
      turns.ofJerk(c, this.knots[i + 1].timeS - this.knots[i].timeS);
      for (let order = 2; order >= 0; order--) {
        turns.below(c, order);
        for (let k = 0; k < turns.count; k++)
          yield { segment: i, timeS: this.knots[i].timeS + turns.x[k], state: evaluate(c, turns.x[k]) };
      }
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
