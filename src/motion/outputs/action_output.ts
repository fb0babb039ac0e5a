import type { JointLimits } from '../../arm/limits/joint_limits.js';
import type { Trajectory } from '../../arm/trajectory/trajectory.js';
import { TrajectoryOutput, type TrajectoryPort } from './trajectory_output.js';

/** A goal under way; told once, later, how it ended. */
export interface SentMotion {
  cancel(): void;
}

/** Where goals go. */
export interface GoalPort {
  unavailable(): string;
  /** Sends a goal. @param ended is called once, never within send(). @param stop it brakes what moves: it must lead nothing back. */
  send(
    motion: Trajectory,
    startS: number,
    ended: (ok: boolean, reason: string) => void,
    stop?: boolean,
  ): SentMotion;
  /** Cancels every goal of the server, whoever sent it. */
  cancelAll(): void;
}

/** Drives a joint_trajectory_controller by its action: it tells how the motion ended, and why. Streamed motions go by its topic. */
export class ActionOutput extends TrajectoryOutput {
  override readonly answers = true;
  private goal: SentMotion | undefined;
  private serial = 0;
  private ended: { ok: boolean; reason: string } | null = null;

  constructor(
    private readonly goals: GoalPort,
    topic: TrajectoryPort,
    limits: readonly JointLimits[],
  ) {
    super(topic, limits);
  }

  override unavailable(): string {
    return this.goals.unavailable();
  }

  override begin(motion: Trajectory, startS: number): void {
    this.ended = null;
    this.serial++;
    const goal = this.goals.send(motion, startS, (ok, reason) => {
      if (this.goal !== goal) return;
      this.ended = { ok, reason };
      this.goal = undefined;
    });
    this.goal = goal;
  }

  override result(): { ok: boolean; reason: string } | null {
    return this.ended;
  }

  /** A stopping motion takes the place of whatever runs, which brakes within limits; where it is refused, all is cancelled. */
  override brake(stopping: Trajectory | null, startS: number): string {
    const unavailable = this.goals.unavailable();
    if (unavailable) return unavailable;
    const interrupted = this.goal;
    this.goal = undefined;
    if (!stopping) {
      this.goals.cancelAll();
      return '';
    }
    const serial = ++this.serial;
    const ended = (ok: boolean): void => {
      // what came after it has taken its place
      if (ok || serial !== this.serial) return;
      interrupted?.cancel();
      this.goals.cancelAll();
    };
    this.goals.send(stopping, startS, ended, true);
    return '';
  }

  override close(): void {
    super.close();
    this.serial++;
    this.goal?.cancel();
    this.goal = undefined;
  }
}
