/** A motion on a trial's steps: what a network is shown and what a recall is scored against. Columns: joints, or a network's channels. */
export interface TrialMotion {
  /** steps x joints, rad/s on the trial's clock: row k moves angles k-1 to k (row -1: the start angles). */
  velocities: Float32Array;
  /** steps x joints, rad: start angles plus the velocities integrated. */
  angles: Float32Array;
  /** steps x 3, m, base frame: tool-centre-point at those angles. */
  positions: Float32Array;
}

/** The motion of an arm that a lesson teaches. */
export interface TrialTarget extends TrialMotion {
  steps: number;
  /** Arm time of a trial's step, s; a trial lasts steps * stepS. */
  stepS: number;
  /** Duration the motion was given in and is to be performed in, s. */
  durationS: number;
  /** Learned joints. */
  joints: readonly string[];
  /** Where the motion starts, rad, learned joints. */
  startAngles: Float64Array;
  /** Largest distance of a given path point from the reachable surface, m; null where the target was given in joints. */
  residualM: number | null;
  /** Largest angle between a given orientation and the one reached, rad; null where the target gave none. */
  residualRad: number | null;
}
