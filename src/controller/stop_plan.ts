import { JointPlan } from './joint_plan.js';
import type { JointCommand } from './plan_trajectory.js';
import type { ControlledJoint } from './types.js';

/**
 * How a joint stops that shall come to rest at `endRad`, as its sender thought when it was further back: in its direction of
 * motion, and nowhere else. The velocity falls as 1 - 3 s^2 + 2 s^3, over v T / 2, at most 1.5 v / T at a time.
 * @param durationS longest that it may take. @returns undefined: it brakes at its limit where it is, or rests.
 */
export function stopPlan(
  command: JointCommand,
  endRad: number,
  durationS: number,
  joint: ControlledJoint,
  nowS: number,
): JointPlan | undefined {
  const { position, velocity } = command;
  const speed = Math.abs(velocity);
  if (!(speed > 1e-9)) return undefined;
  const leftRad = (endRad - position) * Math.sign(velocity);
  const lastsS = Math.min((2 * leftRad) / speed, durationS);
  if (!(lastsS >= (1.5 * speed) / joint.accelerationRadPerS2)) return undefined;
  return new JointPlan([
    { timeS: nowS, position, velocity, acceleration: 0 },
    { timeS: nowS + lastsS, position: position + (velocity * lastsS) / 2, velocity: 0, acceleration: 0 },
  ]);
}
