/** The public types of the motion core: what goes in, what comes out, how it ends. Angles rad, times s of one monotonic clock. */
import type { Trajectory } from '../arm/trajectory/trajectory.js';

/**
 * idle --start--> approach -> execute --> idle
 *                      \         \
 *                       +---------+--> brake --> idle, or stopped (latched until reset) after stop()
 */
export type MotionState = 'idle' | 'approach' | 'execute' | 'brake' | 'stopped';

/** How a motion ended. */
export type MotionOutcome = 'succeeded' | 'failed' | 'refused' | 'canceled' | 'preempted' | 'stopped';

export interface MotionEnd {
  outcome: MotionOutcome;
  /** Why, for a person; never empty. */
  reason: string;
}

/** What a source is asked with, every tick; the same object each time. */
export interface SourceCycle {
  nowS: number;
  /** Since the last tick, s. */
  dtS: number;
  /** What the arm was last told, after the limiter. */
  readonly commandPosition: Float64Array;
  readonly commandVelocity: Float64Array;
  /** Where the arm is; null where that is not known. */
  measured: Float64Array | null;
}

/** Where motion comes from. Whatever it asks for passes the limiter before it goes out. */
export interface MotionSource {
  /** A person's name for it. */
  readonly name: string;
  /** Where it begins, per commanded joint; the arm is brought there first. Null: wherever the arm rests. */
  readonly start: Float64Array | null;
  /** The whole motion, where it is known beforehand: outputs that take trajectories get it as a whole. */
  readonly trajectory: Trajectory | null;
  /** It begins at `startS` (now or shortly after), with the arm at rest at `position`. */
  begin(startS: number, position: Float64Array): void;
  /**
   * Writes where the joints shall be now and how fast (rad, rad/s). Returns false once it is over: what was written then is
   * where the arm shall come to rest. Allocates nothing.
   */
  sample(cycle: SourceCycle, position: Float64Array, velocity: Float64Array): boolean;
  /** Why it cannot go on; empty while it can. The arm brakes then. */
  fault?(): string;
}

/** A motion asked for. */
export interface MotionRequest {
  source: MotionSource;
  /** Told once how it ended. */
  onEnd: (end: MotionEnd) => void;
  /** Told when the arm begins to approach the start, and when it begins the motion itself (at `startS`). */
  onStage?: (stage: 'approach' | 'execute', startS: number, durationS: number) => void;
}

/** What may change between motions. */
export interface MotionSettings {
  startPolicy: 'approach' | 'refuse';
  /** The arm is at the start where no joint is further away, rad. */
  startToleranceRad: number;
  /** Speed of the approach, part of the limits. */
  approachSpeed: number;
  /** Whole trajectories begin this far ahead, s. */
  startDelayS: number;
  /** Time that the arm has to come to rest at the end, s. */
  settleS: number;
  /** Allowed error at the end, rad; 0: any. */
  goalToleranceRad: number;
  /** A joint that stays further behind its command than this ends the motion, rad; 0: not watched. */
  trackingToleranceRad: number;
  /** Joint states older than this since receipt are unknown, and stop the arm, s. */
  jointStateTimeoutS: number;
  /** The same by stamp; as far ahead in the future as well. 0: stamps are not watched. */
  jointStateMaxAgeS: number;
  /** 0: not watched. */
  heartbeatTimeoutS: number;
  /** A longer time between two ticks ends a streamed motion, braking, s. */
  maxGapS: number;
}

/** What a record can take of a motion; the arrays are reused: copy what is kept. */
export interface MotionSink {
  /** A streamed command, after the limiter. */
  command?(nowS: number, position: Float64Array, velocity: Float64Array): void;
  /** A whole trajectory went out, to begin at `startS` (-Infinity: on arrival). */
  trajectory?(nowS: number, trajectory: Trajectory, startS: number): void;
  /** A joint state came. `stampS`: ROS time. */
  measured?(nowS: number, stampS: number, position: Float64Array, velocity: Float64Array): void;
  state?(nowS: number, state: MotionState, reason: string): void;
  end?(nowS: number, end: MotionEnd): void;
}

/** One way to make an arm move. Nothing here waits: what happened later is asked for by tick(). */
export interface ArmOutput {
  /** Takes whole trajectories; false: every motion is streamed. */
  readonly planned: boolean;
  /** Why nothing can be sent now; empty where something can. */
  unavailable(): string;
  /** A whole motion that begins at `startS` (-Infinity: on arrival) where the arm is then; replaces what runs. Only where `planned`. */
  begin(motion: Trajectory, startS: number): void;
  /** It gets to know how a motion ended; false: the end is by time and joint states alone. */
  readonly answers: boolean;
  /** What has become of the motion begun last, as far as the arm's side tells: null while it runs; ok false: why it failed. */
  result(): { ok: boolean; reason: string } | null;
  /**
   * A streamed command: where the joints shall be now, and how fast. @param measured where they are; null where that is not
   * known. @param braking no joint may become faster, nor turn. The first command that follows a brake() goes on from there.
   */
  stream(
    nowS: number,
    dtS: number,
    position: Float64Array,
    velocity: Float64Array,
    measured: Float64Array | null,
    braking: boolean,
  ): void;
  /**
   * Stops whatever moves the arm, whoever began it: `stopping` begins now and ends at rest; null where nobody knows where the
   * arm is (what can be cancelled is). Returns why it could not act; empty where it did.
   * @param startS -Infinity: on arrival; else on time, and a controller that gets it after its end must not perform it.
   */
  brake(stopping: Trajectory | null, startS: number): string;
  /** Nothing more is sent; what was begun is forgotten. */
  close(): void;
}
