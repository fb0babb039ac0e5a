import type { Random } from '../src/kernels/random.js';

/**
 * A position servo of one joint, second order:
 *
 *   p'' = w^2 (c - p) + 2 z w (f c' - p'),   |p'| <= velocity limit
 *
 * c the command, seen after a dead time, c' its rate, f the velocity feed-forward: with f = 1 a ramp is followed without
 * lag and the error is p''/w^2; with f = 0 it lags by 2 z / w seconds.
 */
export interface ServoParameters {
  /** w, rad/s. */
  naturalFrequencyRadPerS: number;
  /** z. */
  dampingRatio: number;
  /** f, 0 .. 1. */
  velocityFeedforward: number;
  /** Of the joint itself, rad/s. */
  velocityLimitRadPerS: number;
  /** Standard deviation of the measured position, rad; 0 = none. */
  positionNoiseRad: number;
}

/** A stiff servo, as behind a real joint_trajectory_controller. */
export const stiffServo: ServoParameters = {
  naturalFrequencyRadPerS: 40,
  dampingRatio: 1,
  velocityFeedforward: 1,
  velocityLimitRadPerS: Infinity,
  positionNoiseRad: 0,
};

/** Longest step of integration, s. */
const STEP_S = 0.001;

/** A command under way to the servos: reached `overS` after `sinceS`, at `rate`. */
interface Setpoint {
  sinceS: number;
  overS: number;
  position: Float64Array;
  rate: Float64Array;
}

/** The moving joints of an arm, one servo each; time is its own: advance(). */
export class ServoArm {
  /** Measured, with noise, rad. */
  readonly position: Float64Array;
  /** rad/s. */
  readonly velocity: Float64Array;
  private readonly truth: Float64Array;
  private readonly pending: Setpoint[] = [];
  private active: Setpoint;
  private timeS = 0;

  /** @param random draws the noise; needed only where positionNoiseRad > 0. */
  constructor(
    private readonly servos: readonly ServoParameters[],
    start: ArrayLike<number>,
    private readonly deadTimeS = 0,
    private readonly random?: Random,
  ) {
    this.truth = Float64Array.from(start);
    this.position = Float64Array.from(start);
    this.velocity = new Float64Array(servos.length);
    this.active = {
      sinceS: 0,
      overS: 0,
      position: Float64Array.from(start),
      rate: new Float64Array(servos.length),
    };
  }

  /** A new command: positions in rad that are reached `overS` seconds from now, moving there at `rate` rad/s. */
  drive(position: ArrayLike<number>, rate: ArrayLike<number>, overS: number): void {
    this.pending.push({
      sinceS: this.timeS + this.deadTimeS,
      overS,
      position: Float64Array.from(position),
      rate: Float64Array.from(rate),
    });
  }

  /** Runs for so many seconds. */
  advance(seconds: number): void {
    const steps = Math.max(1, Math.ceil(seconds / STEP_S - 1e-9));
    const h = seconds / steps;
    for (let k = 0; k < steps; k++) {
      while (this.pending.length > 0 && this.pending[0].sinceS <= this.timeS + 1e-9)
        this.active = this.pending.shift()!;
      for (let j = 0; j < this.servos.length; j++) this.step(j, h);
      this.timeS += h;
    }
    for (let j = 0; j < this.servos.length; j++) {
      const noise = this.servos[j].positionNoiseRad;
      this.position[j] = this.truth[j] + (noise > 0 && this.random ? noise * this.random.gaussian() : 0);
    }
  }

  private step(j: number, h: number): void {
    const {
      naturalFrequencyRadPerS: w,
      dampingRatio: z,
      velocityFeedforward: f,
      velocityLimitRadPerS: limit,
    } = this.servos[j];
    const { sinceS, overS, position, rate } = this.active;
    const left = sinceS + overS - this.timeS;
    const command = position[j] - rate[j] * Math.max(0, left);
    // The next command may come a little late: no dent in the velocity for that.
    const commandRate = left > -overS / 2 ? rate[j] : 0;
    const acceleration = w * w * (command - this.truth[j]) + 2 * z * w * (f * commandRate - this.velocity[j]);
    const v = this.velocity[j] + acceleration * h;
    this.velocity[j] = Math.min(limit, Math.max(-limit, v));
    this.truth[j] += this.velocity[j] * h;
  }
}
