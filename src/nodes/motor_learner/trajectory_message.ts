import type { Trajectory } from '../../arm/trajectory/trajectory.js';
import {
  fromNanoseconds,
  stopFrame,
  type JointTrajectory,
  type RosTime,
  toNanoseconds,
  toTrajectoryMessage,
} from '../../ros/index.js';

/** The clocks between which a start time is translated. */
export interface Clocks {
  /** Monotonic, s. */
  nowS: () => number;
  /** ROS time. */
  now: () => RosTime;
}

/**
 * The motion as a message that begins at `startS` (monotonic); -Infinity: it has no stamp ("begin on arrival"). Where that is not
 * ahead it has no first knot: the controller starts from its own state. @param stop it says of itself that it brakes what moves.
 */
export function trajectoryMessage(
  motion: Trajectory,
  startS: number,
  clocks: Clocks,
  stop = false,
): JointTrajectory {
  const aheadS = startS - clocks.nowS();
  return toTrajectoryMessage(motion, {
    stamp:
      aheadS > -Infinity
        ? fromNanoseconds(toNanoseconds(clocks.now()) + BigInt(Math.round(aheadS * 1e9)))
        : undefined,
    frame: stop ? stopFrame : '',
    first: aheadS > 0 ? 0 : 1,
  });
}
