/** Longest step of integration, s. */
export const STEP_S = 0.001;

/** An arm that servos move; time is its own: advance(). */
export interface SimulatedArm {
  /** Measured, with noise, rad (m for prismatic joints), in the order of the joints it was made with. */
  readonly position: Float64Array;
  /** rad/s. */
  readonly velocity: Float64Array;
  /** Torque of the servos, N m (N); empty where the simulation knows none. */
  readonly effort: Float64Array;
  /** A new command: positions in rad that are reached `overS` seconds from now, moving there at `rate` rad/s. */
  drive(position: ArrayLike<number>, rate: ArrayLike<number>, overS: number): void;
  /** Runs for so many seconds. */
  advance(seconds: number): void;
  /** Stands at `position` (rad) at rest, as new. */
  reset(position: ArrayLike<number>): void;
}
