import type { Profile } from '../../arm/kinematics/profile.js';
import { scoreExecuted } from '../../arm/preview/executed.js';
import type { Lesson } from './lesson_book.js';
import type { Performance } from './performance.js';

/**
 * Measured scores of a performed lesson; null where it was not performed to its end. Joints of the arm that are not commanded
 * count as held. @param commandJoints columns of what was recorded.
 */
export function executedScore(
  lesson: Lesson,
  performance: Performance,
  profile: Profile,
  commandJoints: readonly string[],
): Lesson['executed'] {
  if (!performance.ok || performance.timesS.length < 2) return null;
  const [n, width] = [profile.joints.length, commandJoints.length];
  const urdfAngles = new Float64Array(performance.timesS.length * n);
  profile.joints.forEach((name, j) => {
    const column = commandJoints.indexOf(name);
    const held = j < profile.learned ? 0 : profile.urdfSign[j] * profile.heldAngles[j - profile.learned];
    for (let i = 0; i < performance.timesS.length; i++)
      urdfAngles[i * n + j] = column < 0 ? held : performance.angles[i * width + column];
  });
  return scoreExecuted(
    lesson.target,
    { timesS: performance.timesS, urdfAngles },
    lesson.judgement.stepTimesS,
    profile,
  );
}
