import type { Trajectory } from '../../arm/trajectory/trajectory.js';

/** How a motion came to its end, as far as its output knows. */
export interface MotionEnd {
  ok: boolean;
  /** Why not. */
  message: string;
}

/** One way to make an arm perform a motion. Times are monotonic ms. */
export interface MotionOutput {
  /** Why nothing can be sent now (no controller there); empty where something can. */
  unavailable(): string;
  /**
   * Begins the motion at `startMs` (at once where it has passed); the first knot is where the arm is. Resolves when the
   * motion is over or was given up by the arm's side.
   */
  perform(motion: Trajectory, startMs: number): Promise<MotionEnd>;
  /** Replaces what is under way by this motion, which begins now and ends at rest. */
  brake(stopping: Trajectory): void;
  /** Frees what it holds. */
  close(): void;
}
