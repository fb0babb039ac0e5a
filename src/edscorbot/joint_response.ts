import type { StepRecording } from './recording.js';

/**
 * How one joint of the ED-Scorbot answers a reference (angles in degrees, times in s):
 *
 *   e(t) = r(t - L) - p                        error, r the reference, L the dead time
 *   u    = clip(e + k I, -s, s)                spiking PI controller; I' = e, but 0 while u is clipped
 *   p''  = w^2 (u + b - f sign(p')) - 2 z w p'
 *
 * with Coulomb friction f and a constant load b (gravity), both given as the error in degrees that would balance them.
 * At rest the joint sticks while |u + b| <= f. The clipped output bounds the speed: (s + |b| - f) w / (2 z).
 */
export interface JointResponse {
  /** L: from the sending of a reference until it takes effect, s. */
  deadTimeS: number;
  /** w, rad/s. */
  naturalFrequencyRadPerS: number;
  /** z. */
  dampingRatio: number;
  /** f, degrees. */
  frictionDegrees: number;
  /** k, 1/s. */
  integralPerS: number;
  /** b, degrees. */
  loadDegrees: number;
  /** s, degrees. */
  outputLimitDegrees: number;
}

/** Mean age in s of a logged encoder counter: reports came every 0.1 s and the latest was logged. */
export const REPORT_AGE_S = 0.05;

/** Step of integration, s. */
export const RESPONSE_STEP_S = 0.005;

/** Speed in degrees/s that a joint keeps up in both directions: (s - |b| - f) w / (2 z). */
export function sustainedDegreesPerS(r: JointResponse): number {
  const drive = r.outputLimitDegrees - Math.abs(r.loadDegrees) - r.frictionDegrees;
  return (drive * r.naturalFrequencyRadPerS) / (2 * r.dampingRatio);
}

/** A joint that moves as a JointResponse says. Time is its own: advance(). */
export class ModelledJoint {
  private position: number;
  private velocity = 0;
  private integral = 0;
  private active: number;
  private readonly pending: { atS: number; degrees: number }[] = [];
  /** Steps taken, so that no rounding error gathers in the time. */
  private steps = 0;

  /** @param degrees where the joint stands, and the reference it holds. */
  constructor(
    private readonly response: JointResponse,
    degrees = 0,
    private readonly startS = 0,
  ) {
    this.position = degrees;
    this.active = degrees;
  }

  /** Angle in degrees. */
  get degrees(): number {
    return this.position;
  }
  /** Speed in degrees/s. */
  get degreesPerS(): number {
    return this.velocity;
  }

  /** A reference in degrees, sent at a time in s not before the previous one's. */
  refer(degrees: number, atS: number): void {
    this.pending.push({ atS: atS + this.response.deadTimeS, degrees });
  }

  /** Runs the joint until a time in s. */
  advance(toS: number): void {
    const { naturalFrequencyRadPerS: w, dampingRatio: z, frictionDegrees: f } = this.response;
    const { integralPerS: k, loadDegrees: b, outputLimitDegrees: s } = this.response;
    const h = RESPONSE_STEP_S;
    for (let t = this.timeS; t < toS - 1e-9; t = this.timeS) {
      while (this.pending.length > 0 && this.pending[0].atS <= t) this.active = this.pending.shift()!.degrees;
      const error = this.active - this.position;
      const integral = this.integral + error * h;
      const wanted = error + k * integral;
      if (Math.abs(wanted) <= s) this.integral = integral;
      const drive = Math.max(-s, Math.min(s, wanted)) + b;
      if (this.velocity === 0) {
        const net = Math.abs(drive) <= f ? 0 : drive - Math.sign(drive) * f;
        this.velocity = w * w * net * h;
      } else {
        const way = Math.sign(this.velocity);
        const next = this.velocity + (w * w * (drive - way * f) - 2 * z * w * this.velocity) * h;
        this.velocity = next * way < 0 ? 0 : next;
      }
      this.position += this.velocity * h;
      this.steps++;
    }
  }

  private get timeS(): number {
    return this.startS + this.steps * RESPONSE_STEP_S;
  }
}

/** Angles in degrees at a recording's sample times of a joint that gets its references and starts where it started. */
export function replay(response: JointResponse, recording: StepRecording): number[] {
  const joint = new ModelledJoint(response, recording.measuredDegrees[0]);
  joint.refer(0, -Infinity);
  recording.referenceTimeS.forEach((t, i) => joint.refer(recording.referenceDegrees[i], t));
  return recording.sampleTimeS.map((t) => {
    joint.advance(t - REPORT_AGE_S);
    return joint.degrees;
  });
}
