import type { JointLimits } from '../../arm/limits/joint_limits.js';
import { stoppingMove } from '../../arm/trajectory/moves.js';
import { Trajectory } from '../../arm/trajectory/trajectory.js';

/** Part of the acceleration limits that stopping uses: what is left makes up for the arm's lag behind its command. */
const stopPart = 0.7;
/** Shortest stop, s: a small lag of the arm is no jump then. */
const shortestS = 0.1;

/** From a moving state (rad, rad/s) to rest, well within limits. */
export function brakingMove(
  position: Float64Array,
  velocity: Float64Array,
  limits: readonly JointLimits[],
): Trajectory {
  const stop = stoppingMove(
    position,
    velocity,
    limits.map((l) => ({ ...l, acceleration: stopPart * l.acceleration })),
  );
  if (stop.durationS >= shortestS) return stop;
  return new Trajectory(
    stop.joints,
    Float64Array.of(0, shortestS),
    stop.positions,
    stop.velocities,
    stop.accelerations,
  );
}
