import type { JointLimits } from '../arm/limits/joint_limits.js';

/** What the limiter must know of a joint: rad (m for a prismatic joint) and seconds. */
export interface ControlledJoint {
  name: string;
  lowerRad: number;
  upperRad: number;
  velocityRadPerS: number;
  accelerationRadPerS2: number;
}

/** Joint limits as the limiter takes them. */
export function controlledJoints(limits: readonly JointLimits[]): ControlledJoint[] {
  return limits.map((l) => ({
    name: l.name,
    lowerRad: l.lower,
    upperRad: l.upper,
    velocityRadPerS: l.velocity,
    accelerationRadPerS2: l.acceleration,
  }));
}

/**
 * The last word on every command: whatever is asked for, the position command it lets out
 * - moves by at most velocity limit x dt a cycle,
 * - changes its velocity by at most acceleration limit x dt a cycle,
 * - stays inside the position limits, because a velocity is only taken from which a stop before the limit
 *   is still possible: v dt + v^2 / 2a <= distance left.
 * The command is integrated as p <- p + v dt, so v is exactly the difference of consecutive commands. Braking from v
 * needs at most v^2 / 2a in this discretisation whatever the later cycle times, so a feasible v always exists:
 * after braking for dt, (v - a dt) dt + (v - a dt)^2 / 2a = v^2 / 2a - a dt^2 / 2.
 */
export class CommandLimiter {
  readonly position: Float64Array;
  readonly velocity: Float64Array;

  constructor(private readonly joints: readonly ControlledJoint[]) {
    this.position = new Float64Array(joints.length);
    this.velocity = new Float64Array(joints.length);
  }

  /** Starts from a measured state: the command holds there (a velocity is taken over and braked). */
  restart(position: ArrayLike<number>, velocity?: ArrayLike<number>): void {
    this.joints.forEach((joint, j) => {
      const p = position[j];
      const a = joint.accelerationRadPerS2;
      // Only as fast as still allows a stop before the limit.
      const up = Math.min(joint.velocityRadPerS, Math.sqrt(2 * a * Math.max(0, joint.upperRad - p)));
      const down = -Math.min(joint.velocityRadPerS, Math.sqrt(2 * a * Math.max(0, p - joint.lowerRad)));
      this.position[j] = p;
      this.velocity[j] = Math.min(up, Math.max(down, velocity?.[j] ?? 0));
    });
  }

  /** One cycle of joint j towards position r, to be reached at the end of the cycle with velocity rv. */
  follow(j: number, r: number, rv: number, dtS: number): void {
    const a = this.joints[j].accelerationRadPerS2;
    // Relative to a reference that moves on at rv: close the lag so that the excess velocity can be braked again.
    const lag = r - this.position[j] - rv * dtS;
    const oneCycle = a * dtS;
    const direct = Math.abs(lag) / dtS;
    const brakeable = a * (-dtS + Math.sqrt(dtS * dtS + (2 * Math.abs(lag)) / a));
    const excess = direct <= oneCycle ? direct : Math.max(oneCycle, brakeable);
    this.advance(j, rv + Math.sign(lag) * excess, dtS);
  }

  /**
   * One cycle of all joints: `follow` of each. A function of its own, so that the engine compiles it as a whole: numbers that are
   * handed from one compiled function to another become objects.
   */
  followAll(positions: Float64Array, velocities: Float64Array, dtS: number): void {
    for (let j = 0; j < positions.length; j++) this.follow(j, positions[j], velocities[j], dtS);
  }

  /** One cycle of joint j towards velocity v (0 = brake and hold). */
  advance(j: number, v: number, dtS: number): void {
    const joint = this.joints[j];
    const a = joint.accelerationRadPerS2;
    const p = this.position[j];
    const before = this.velocity[j];
    const wanted = Number.isFinite(v) ? v : 0;
    const high = Math.min(joint.velocityRadPerS, stoppable(joint.upperRad - p, a, dtS), before + a * dtS);
    const low = Math.max(-joint.velocityRadPerS, -stoppable(p - joint.lowerRad, a, dtS), before - a * dtS);
    // low <= high up to rounding (see above); braking wins where rounding says otherwise.
    const after = low > high ? brake(before, a * dtS) : Math.min(high, Math.max(low, wanted));
    this.velocity[j] = after;
    this.position[j] = Math.min(
      Math.max(joint.upperRad, p),
      Math.max(Math.min(joint.lowerRad, p), p + after * dtS),
    );
  }

  /** No joint moves. */
  get still(): boolean {
    return this.velocity.every((v) => v === 0);
  }
}

/** Largest velocity for one more cycle from which a joint still stops within `distance`; 0 beyond the limit. */
function stoppable(distance: number, a: number, dtS: number): number {
  return distance <= 0 ? 0 : a * (-dtS + Math.sqrt(dtS * dtS + (2 * distance) / a));
}

function brake(v: number, by: number): number {
  return Math.abs(v) <= by ? 0 : v - Math.sign(v) * by;
}
