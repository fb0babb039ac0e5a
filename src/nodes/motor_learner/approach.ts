import { describeReason } from '../../arm/gate/reasons.js';
import { approachMove } from '../../arm/trajectory/moves.js';
import type { Trajectory } from '../../arm/trajectory/trajectory.js';
import type { MeasuredJoints } from '../../motion/index.js';
import { selectJoints } from './select_joints.js';
import type { Setup } from './setup.js';

/**
 * The limited move of the commanded joints to where a motion starts, checked by the gate as motions are, with the joints that are
 * not commanded where they are. @throws Error with the gate's reasons.
 */
export function approachMotion(
  { book, commandJoints, limits }: Pick<Setup, 'book' | 'commandJoints' | 'limits'>,
  from: Float64Array,
  to: Float64Array,
  speed: number,
  held: MeasuredJoints,
): Trajectory {
  const { gate, profile } = book;
  const whole = (values: Float64Array): number[] =>
    profile.joints.map((name) => {
      const column = commandJoints.indexOf(name);
      return column >= 0 ? values[column] : held.position[held.joints.indexOf(name)];
    });
  const { reasons, trajectory } = gate.approach(whole(from), whole(to), speed);
  if (!trajectory) throw new Error(reasons.map(describeReason).join('; '));
  const others = commandJoints.some((name) => !profile.joints.includes(name));
  if (others) return approachMove(from, to, limits, speed);
  return selectJoints(trajectory, commandJoints, () => 0);
}
