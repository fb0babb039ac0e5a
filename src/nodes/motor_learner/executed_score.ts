import type { Judgement } from '../../arm/gate/gate.js';
import type { Profile } from '../../arm/kinematics/profile.js';
import { type ExecutionTolerance, measureExecuted, shortcoming } from '../../arm/preview/executed.js';
import type { Lesson } from './lesson_book.js';
import type { Performance } from './performance.js';

/**
 * The one measurement of a performed lesson: against command, prediction and target; null where it was not performed to its
 * end. @param judgement whose motion was performed. @param commandJoints columns of what was recorded.
 */
export function executedScore(
  lesson: Pick<Lesson, 'target'>,
  judgement: Judgement,
  performance: Performance,
  profile: Profile,
  commandJoints: readonly string[],
  tolerance: ExecutionTolerance,
): Lesson['executed'] {
  if (!performance.ok || performance.timesS.length < 2 || !judgement.trajectory) return null;
  const [n, width] = [profile.joints.length, commandJoints.length];
  // joints without a command do not count: theirs may be anything
  const urdfAngles = new Float64Array(performance.timesS.length * n);
  profile.joints.forEach((name, j) => {
    const column = commandJoints.indexOf(name);
    if (column < 0) return;
    for (let i = 0; i < performance.timesS.length; i++)
      urdfAngles[i * n + j] = performance.angles[i * width + column];
  });
  const executed = measureExecuted(
    lesson.target,
    { timesS: performance.timesS, urdfAngles },
    judgement.trajectory,
    judgement.stepTimesS,
    judgement.preview.positions,
    profile,
  );
  return { ...executed, shortcoming: shortcoming(executed, tolerance) };
}
