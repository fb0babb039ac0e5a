import type { JointLimits } from '../limits/joint_limits.js';
import { eachPeak } from './peaks.js';
import type { Trajectory } from './trajectory.js';

/** The limit that a motion comes closest to. */
export interface BindingLimit {
  joint: string;
  quantity: 'velocity' | 'acceleration' | 'jerk';
  /** rad/s, rad/s^2 or rad/s^3 */
  limit: number;
  /** Largest value over the limit: 1 where the limit is what keeps the motion from being faster. */
  ratio: number;
}

const quantities = ['velocity', 'acceleration', 'jerk'] as const;

/** Which joint limit a motion comes closest to, by how much faster it could be performed before breaking it. */
export function bindingLimit(trajectory: Trajectory, limits: readonly JointLimits[]): BindingLimit | null {
  let most: BindingLimit | null = null;
  let closest = 0;
  eachPeak(trajectory, (order, j, _, value) => {
    if (order === 0) return;
    const quantity = quantities[order - 1];
    const ratio = Math.abs(value) / limits[j][quantity];
    const speed = ratio ** (1 / order);
    if (!(speed > closest)) return;
    closest = speed;
    most = { joint: limits[j].name, quantity, limit: limits[j][quantity], ratio };
  });
  return most;
}
