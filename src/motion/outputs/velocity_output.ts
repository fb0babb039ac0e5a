import type { JointLimits } from '../../arm/limits/joint_limits.js';
import type { Trajectory } from '../../arm/trajectory/trajectory.js';
import { CommandLimiter, controlledJoints } from '../limiter.js';
import type { ArmOutput } from '../types.js';

/** A stream begins with zeros for this long, s: whoever watches over it knows by them that no motion goes on in its middle. */
const zerosS = 0.02;

/** Where velocities go. */
export interface VelocityPort {
  /** Why nothing can be sent; empty where something can. */
  unavailable(): string;
  /** A stream begins: what refused the one before counts no longer. */
  begin?(): void;
  /** Why what is streamed does not reach the arm any more; empty while it does. */
  refusal?(): string;
  /** rad/s, a value per joint; the array is used again. */
  send(velocity: Float64Array): void;
}

/**
 * Streams joint velocities: the motion's own plus a correction of the measured position error. Every command keeps the velocity
 * and position limits and changes by no more than the acceleration limits since the last.
 */
export class VelocityOutput implements ArmOutput {
  readonly planned = false;
  readonly answers = false;
  private readonly limiter: CommandLimiter;
  private streaming = false;
  private zerosUntilS = -Infinity;

  /** @param gainPerS correction of position errors, (rad/s)/rad. */
  constructor(
    private readonly port: VelocityPort,
    limits: readonly JointLimits[],
    private readonly gainPerS: number,
  ) {
    this.limiter = new CommandLimiter(controlledJoints(limits));
  }

  unavailable(): string {
    return this.port.unavailable();
  }

  begin(): void {
    throw new Error('a velocity stream takes no whole trajectories');
  }

  result(): null {
    return null;
  }

  stream(
    nowS: number,
    dtS: number,
    position: Float64Array,
    velocity: Float64Array,
    measured: Float64Array | null,
    braking: boolean,
  ): void {
    const { limiter, gainPerS } = this;
    if (!this.streaming) {
      this.port.begin?.();
      limiter.restart(measured ?? position);
      this.zerosUntilS = nowS + zerosS;
    }
    this.streaming = true;
    const refusal = braking ? '' : (this.port.refusal?.() ?? '');
    if (refusal) throw new Error(refusal);
    const resting = nowS < this.zerosUntilS;
    for (let j = 0; j < velocity.length; j++) {
      const before = limiter.velocity[j];
      let wanted = velocity[j];
      if (measured) {
        limiter.position[j] = measured[j];
        if (!braking) wanted += gainPerS * (position[j] - measured[j]);
      }
      if (braking)
        wanted = before > 0 ? Math.min(before, Math.max(0, wanted)) : Math.max(before, Math.min(0, wanted));
      limiter.advance(j, resting ? 0 : wanted, dtS);
    }
    this.port.send(limiter.velocity);
  }

  /** The stop itself is streamed. An arm that others move is slowed down from its own velocity. */
  brake(stopping: Trajectory | null): string {
    const unavailable = this.port.unavailable();
    const n = this.limiter.velocity.length;
    if (!this.streaming && stopping)
      this.limiter.restart(stopping.positions.subarray(0, n), stopping.velocities.subarray(0, n));
    if (!stopping) this.limiter.velocity.fill(0);
    this.streaming = true;
    this.zerosUntilS = -Infinity;
    return unavailable;
  }

  close(): void {
    this.streaming = false;
  }
}
