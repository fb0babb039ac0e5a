import type { JointLimits } from '../arm/limits/joint_limits.js';
import { eachPeak } from '../arm/trajectory/peaks.js';
import type { Trajectory } from '../arm/trajectory/trajectory.js';

/** Slack for rounding of a trajectory that was scaled to a limit: relative, and rad. */
const slack = 1e-3;
const slackRad = 1e-6;

/** The first limit that a trajectory breaks between its first and last instant, in words; empty where it keeps them. A joint found outside may come back in. */
export function brokenLimit(trajectory: Trajectory, limits: readonly JointLimits[]): string {
  if (trajectory.joints.length !== limits.length)
    return `${limits.length} joints expected, got ${trajectory.joints.length}`;
  let found = '';
  eachPeak(trajectory, (order, j, timeS, value) => {
    if (found) return;
    const { name, lower, upper, velocity, acceleration } = limits[j];
    const at = `${name} at ${timeS.toFixed(3)} s`;
    if (!Number.isFinite(value)) found = `not finite: ${at}`;
    else if (order === 0) {
      const first = trajectory.positions[j];
      if (value < Math.min(lower, first) - slackRad || value > Math.max(upper, first) + slackRad)
        found = `position limit: ${at}: ${value.toFixed(4)} rad is outside ${lower} .. ${upper} rad`;
    } else if (order === 1 && Math.abs(value) > velocity * (1 + slack))
      found = `velocity limit: ${at}: ${Math.abs(value).toFixed(4)} rad/s exceeds ${velocity} rad/s`;
    else if (order === 2 && Math.abs(value) > acceleration * (1 + slack))
      found = `acceleration limit: ${at}: ${Math.abs(value).toFixed(4)} rad/s^2 exceeds ${acceleration} rad/s^2`;
  });
  if (found || trajectory.timesS.length > 1) return found;
  return trajectory.positions.every(Number.isFinite) ? '' : 'not finite';
}
