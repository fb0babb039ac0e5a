import { describeReason } from '../../arm/gate/reasons.js';
import { approachMove } from '../../arm/trajectory/moves.js';
import type { Trajectory } from '../../arm/trajectory/trajectory.js';
import { selectJoints } from './select_joints.js';
import type { Setup } from './setup.js';

/**
 * The limited move of the commanded joints to where a motion starts, checked by the gate as motions are (joints of the arm that
 * are not commanded are taken to be at their held angles).
 * @throws Error with the gate's reasons.
 */
export function approachMotion(
  { book, commandJoints, limits }: Pick<Setup, 'book' | 'commandJoints' | 'limits'>,
  from: Float64Array,
  to: Float64Array,
  speed: number,
): Trajectory {
  const { gate, profile } = book;
  const whole = (values: Float64Array): number[] =>
    profile.joints.map((name, j) => {
      const column = commandJoints.indexOf(name);
      if (column >= 0) return values[column];
      return j < profile.learned ? 0 : profile.urdfSign[j] * profile.heldAngles[j - profile.learned];
    });
  const { reasons, trajectory } = gate.approach(whole(from), whole(to), speed);
  if (!trajectory) throw new Error(reasons.map(describeReason).join('; '));
  const others = commandJoints.some((name) => !profile.joints.includes(name));
  if (others) return approachMove(from, to, limits, speed);
  return selectJoints(trajectory, commandJoints, () => 0);
}
