import { describeReason } from '../../arm/gate/reasons.js';
import type { Trajectory } from '../../arm/trajectory/trajectory.js';
import type { MeasuredJoints } from '../../motion/index.js';
import { selectJoints } from './select_joints.js';
import type { Setup } from './setup.js';

/** Joints this near to where a motion was checked with need no second check, rad. */
const sameRad = 1e-3;

/** Joints of the arm that are not commanded: somebody else holds them. */
export function heldJoints({ book, commandJoints }: Pick<Setup, 'book' | 'commandJoints'>): string[] {
  return book.profile.joints.filter((name) => !commandJoints.includes(name));
}

/**
 * Checks a motion of the whole arm again where joints that are not commanded are elsewhere than it was judged with.
 * @param held those joints as measured. @returns why it must not be performed; empty where it may.
 */
export function vetHeldJoints(
  motion: Trajectory,
  { book }: Pick<Setup, 'book'>,
  held: MeasuredJoints,
  nowS: number,
  timeoutS: number,
): string {
  if (held.joints.length === 0) return '';
  if (!held.known(nowS, timeoutS))
    return `where ${held.joints.join(', ')} are is not known: they are not commanded, and the motion cannot be checked without them`;
  const at = (name: string): number => held.position[held.joints.indexOf(name)];
  const away = held.joints.some((name) => {
    const column = motion.joints.indexOf(name);
    return column < 0 || Math.abs(motion.positions[column] - at(name)) > sameRad;
  });
  if (!away) return '';
  const others = motion.joints.filter((name) => !held.joints.includes(name));
  const whole = selectJoints(
    selectJoints(motion, others, () => 0),
    book.profile.joints,
    at,
  );
  const reasons = book.gate.checkMotion(whole);
  if (reasons.length === 0) return '';
  return `with ${held.joints.map((name) => `${name} at ${at(name).toFixed(3)} rad`).join(', ')}: ${reasons.map(describeReason).join('; ')}`;
}
