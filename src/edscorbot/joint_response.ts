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

/** How much later than its reference a joint passes a point of a steady motion, s, friction aside: L + 2 z / w. */
export function rampLagS(r: JointResponse): number {
  return r.deadTimeS + (2 * r.dampingRatio) / r.naturalFrequencyRadPerS;
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
    const [w2h, dampingH] = [w * w * h, 2 * z * w * h];
    const last = Math.ceil((toS - this.startS) / h - 1e-6);
    let { position, velocity, integral, active } = this;
    for (; this.steps < last; this.steps++) {
      while (this.pending.length > 0 && this.pending[0].atS <= this.startS + this.steps * h)
        active = this.pending.shift()!.degrees;
      const error = active - position;
      const wanted = error + k * (integral + error * h);
      if (wanted <= s && wanted >= -s) integral += error * h;
      const drive = Math.max(-s, Math.min(s, wanted)) + b;
      if (velocity === 0) velocity = Math.abs(drive) <= f ? 0 : w2h * (drive - Math.sign(drive) * f);
      else {
        const way = velocity > 0 ? 1 : -1;
        const next = velocity + w2h * (drive - way * f) - dampingH * velocity;
        velocity = next * way < 0 ? 0 : next;
      }
      position += velocity * h;
    }
    Object.assign(this, { position, velocity, integral, active });
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
