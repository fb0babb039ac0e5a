import { Trajectory } from '../../arm/trajectory/trajectory.js';
import type { JointLimits } from '../../arm/limits/joint_limits.js';
import { brakingMove } from '../braking.js';
import type { ArmOutput } from '../types.js';

/** Where trajectories go without an answer. */
export interface TrajectoryPort {
  /** Why nothing can be sent; empty where something can. */
  unavailable(): string;
  /** A motion from where the arm is; -Infinity: it begins on arrival. @param stop it brakes what moves: it must lead nothing back. */
  send(motion: Trajectory, startS: number, stop?: boolean): void;
}

/** Between two pieces of a streamed motion, and how far ahead a piece leads before it brakes by itself, s. */
const everyS = 0.02;
const aheadS = 0.15;

/**
 * Drives a joint_trajectory_controller by its topic. It gets no answer: the end is the motion's own. A streamed motion goes out
 * in short pieces, each of which ends at rest: where the stream ends, so does the motion.
 */
export class TrajectoryOutput implements ArmOutput {
  readonly planned = true;
  readonly answers: boolean = false;
  private nextS = -Infinity;
  private readonly ahead: Float64Array;
  /** Position of the last piece. */
  private readonly sent: Float64Array;

  constructor(
    protected readonly topic: TrajectoryPort,
    private readonly limits: readonly JointLimits[],
  ) {
    this.ahead = new Float64Array(limits.length);
    this.sent = new Float64Array(limits.length).fill(NaN);
  }

  unavailable(): string {
    return this.topic.unavailable();
  }

  begin(motion: Trajectory, startS: number): void {
    this.topic.send(motion, startS);
  }

  result(): { ok: boolean; reason: string } | null {
    return null;
  }

  stream(nowS: number, _dtS: number, position: Float64Array, velocity: Float64Array): void {
    if (nowS < this.nextS || this.resting(position, velocity)) return;
    this.nextS = nowS + everyS;
    this.sent.set(position);
    this.topic.send(this.piece(position, velocity), -Infinity);
  }

  brake(stopping: Trajectory | null, startS: number): string {
    const unavailable = this.topic.unavailable();
    if (unavailable) return unavailable;
    if (!stopping) return 'no joint states: where the arm should stop is not known';
    this.topic.send(stopping, startS, true);
    return '';
  }

  close(): void {
    this.nextS = -Infinity;
    this.sent.fill(NaN);
  }

  /** The last piece ends just there, at rest: it is let finish. */
  private resting(position: Float64Array, velocity: Float64Array): boolean {
    for (let j = 0; j < velocity.length; j++)
      if (velocity[j] !== 0 || position[j] !== this.sent[j]) return false;
    return true;
  }

  /** On at this velocity, as far as the limits let it, then to rest. */
  private piece(position: Float64Array, velocity: Float64Array): Trajectory {
    const { ahead, limits } = this;
    for (let j = 0; j < ahead.length; j++) {
      const { lower, upper } = limits[j];
      const room = velocity[j] > 0 ? upper - position[j] : position[j] - lower;
      const stop = (velocity[j] * velocity[j]) / (2 * limits[j].acceleration);
      const way = Math.min(Math.abs(velocity[j]) * aheadS, Math.max(0, room - stop));
      ahead[j] = position[j] + Math.sign(velocity[j]) * way;
    }
    const stop = brakingMove(ahead, velocity, limits);
    const n = ahead.length;
    const join = (first: ArrayLike<number>, rest: Float64Array): Float64Array => {
      const out = new Float64Array(n + rest.length);
      out.set(first);
      out.set(rest, n);
      return out;
    };
    return new Trajectory(
      stop.joints,
      Float64Array.of(0, ...stop.timesS.map((t) => t + aheadS)),
      join(position, stop.positions),
      join(velocity, stop.velocities),
      join(new Float64Array(n), stop.accelerations),
    );
  }
}
