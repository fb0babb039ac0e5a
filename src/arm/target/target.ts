/** A motion to learn, validated but still in its own sampling. Joint values are in the kinematic profile's convention. */
export type Target = JointTarget | PathTarget | PoseTarget;

/** Learned joints' angles at times of the target's own clock, from which everything else follows. */
export interface JointTarget {
  kind: 'joints';
  /** Learned joints, in the profile's order. */
  joints: readonly string[];
  /** Strictly increasing, starting at 0, s. */
  timesS: Float64Array;
  /** samples x joints, rad. */
  angles: Float64Array;
  /** samples x joints, rad/s, where the source gave velocities at its samples beside angles (JointTrajectory points). */
  slopes?: Float64Array;
}

/** A target given for the tool. */
export type ToolTarget = PathTarget | PoseTarget;

/** A path of the tool-centre-point. */
export interface PathTarget {
  kind: 'path';
  /** Strictly increasing, starting at 0, s. */
  timesS: Float64Array;
  /** samples x 3, m, base frame. */
  points: Float64Array;
}

/** A path of the tool with its orientation. */
export interface PoseTarget {
  kind: 'poses';
  /** Strictly increasing, starting at 0, s. */
  timesS: Float64Array;
  /** samples x 3, m, base frame. */
  points: Float64Array;
  /** samples x 4, unit quaternions x, y, z, w. */
  orientations: Float64Array;
}

/** Most samples a target may have. */
export const maxSamples = 100_000;
/** Longest duration a target may have, s. */
export const maxDurationS = 3600;

/** A target's own duration, s. */
export function durationS(target: Target): number {
  return target.timesS[target.timesS.length - 1];
}

/** A target, validated, and how it was sampled where it was read from. */
export interface SampledTarget {
  target: Target;
  /** Rows that were read. */
  rows: number;
  /** Seconds between them (the median where each has its own time). */
  dtS: number;
  /** Largest distance of a row's time from even steps, s; null where the file gives one dt. */
  jitterS: number | null;
}
