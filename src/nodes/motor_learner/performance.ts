import type { MeasuredJoints } from '../../motion/index.js';

/** What was recorded of a motion. */
export interface Performance {
  ok: boolean;
  /** Why not; empty where ok. */
  message: string;
  /** Joint states from the motion's start on (those of the approach left out), s after it. */
  timesS: number[];
  /** samples x commanded joints, rad. */
  angles: number[];
}

/** A motion that did not begin. */
export function notPerformed(message: string): Performance {
  return { ok: false, message, timesS: [], angles: [] };
}

/**
 * Appends joint states to `record` from now on. Stamps tell better than receipt when a state was; states without stamps go by
 * receipt. @param startS start of the motion, monotonic. @param rosStartS the same, ROS time. Returns what ends it.
 */
export function recordInto(
  record: Performance,
  joints: MeasuredJoints,
  startS: number,
  rosStartS: number,
): () => void {
  return joints.onSample((stampS, atS) => {
    const t = stampS > 0 ? stampS - rosStartS : atS - startS;
    if (t <= (record.timesS[record.timesS.length - 1] ?? -Infinity)) return;
    record.timesS.push(t);
    record.angles.push(...joints.position);
  });
}
