import type { Random } from '../src/kernels/random.js';
import { Setpoints } from './setpoints.js';
import { type SimulatedArm, STEP_S } from './simulated_arm.js';

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

/** The acceleration (rad/s^2) that a servo wants at position p and velocity v (rad, rad/s) for command c and its rate. */
export function servoAcceleration(
  servo: ServoParameters,
  c: number,
  rate: number,
  p: number,
  v: number,
): number {
  const { naturalFrequencyRadPerS: w, dampingRatio: z, velocityFeedforward: f } = servo;
  return w * w * (c - p) + 2 * z * w * (f * rate - v);
}

/** The moving joints of an arm without masses, one servo each. */
export class ServoArm implements SimulatedArm {
  readonly position: Float64Array;
  readonly velocity: Float64Array;
  readonly effort = new Float64Array(0);
  private readonly truth: Float64Array;
  private readonly setpoints: Setpoints;
  private readonly command: Float64Array;
  private readonly rate: Float64Array;
  private timeS = 0;

  /** @param random draws the noise; needed only where positionNoiseRad > 0. */
  constructor(
    private readonly servos: readonly ServoParameters[],
    start: ArrayLike<number>,
    deadTimeS = 0,
    private readonly random?: Random,
  ) {
    this.truth = Float64Array.from(start);
    this.position = Float64Array.from(start);
    this.velocity = new Float64Array(servos.length);
    this.command = new Float64Array(servos.length);
    this.rate = new Float64Array(servos.length);
    this.setpoints = new Setpoints(start, deadTimeS);
  }

  drive(position: ArrayLike<number>, rate: ArrayLike<number>, overS: number): void {
    this.setpoints.add(this.timeS, position, rate, overS);
  }

  advance(seconds: number): void {
    const steps = Math.max(1, Math.ceil(seconds / STEP_S - 1e-9));
    const h = seconds / steps;
    for (let k = 0; k < steps; k++) {
      this.setpoints.at(this.timeS, this.command, this.rate);
      for (let j = 0; j < this.servos.length; j++) this.step(j, h);
      this.timeS += h;
    }
    for (let j = 0; j < this.servos.length; j++) {
      const noise = this.servos[j].positionNoiseRad;
      this.position[j] = this.truth[j] + (noise > 0 && this.random ? noise * this.random.gaussian() : 0);
    }
  }

  reset(position: ArrayLike<number>): void {
    this.truth.set(position);
    this.position.set(position);
    this.velocity.fill(0);
    this.setpoints.hold(position);
  }

  private step(j: number, h: number): void {
    const servo = this.servos[j];
    const acceleration = servoAcceleration(
      servo,
      this.command[j],
      this.rate[j],
      this.truth[j],
      this.velocity[j],
    );
    const limit = servo.velocityLimitRadPerS;
    this.velocity[j] = Math.min(limit, Math.max(-limit, this.velocity[j] + acceleration * h));
    this.truth[j] += this.velocity[j] * h;
  }
}
