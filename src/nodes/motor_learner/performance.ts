import type { JointMonitor } from './joint_monitor.js';

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
 * receipt. @param startMs start of the motion, monotonic. @param startS the same, ROS time. Returns what ends it.
 */
export function recordInto(
  record: Performance,
  joints: JointMonitor,
  startMs: number,
  startS: number,
): () => void {
  return joints.onSample((stampS, atMs) => {
    const t = stampS > 0 ? stampS - startS : (atMs - startMs) / 1000;
    if (t <= (record.timesS[record.timesS.length - 1] ?? -Infinity)) return;
    record.timesS.push(t);
    record.angles.push(...joints.positions);
  });
}
