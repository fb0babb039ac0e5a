import type { Profile } from '../../arm/kinematics/profile.js';
import type { TrialTarget } from '../../trial/trial_target.js';
import type { SampledTarget } from '../../arm/target/target.js';
import type { LessonMessage, Path } from '../../ros/index.js';
import type { Sequence } from '../../lesson/sequence.js';
import { givenTarget, type LessonReport } from '../learn/report.js';
import { type ExecutedReport, executedOf, lessonOf } from '../teach/lesson_message.js';

/** What `demo --json` writes: learn's report, the ROS graph, and what was measured. */
export type DemoReport = LessonReport & {
  ros: { distro: string; rmw: string; domainId: number; nodes: string[] };
  /** As the learner measured it from /joint_states; null where the motion was refused. */
  executed: ExecutedReport | null;
};

/** The report of a lesson given over ROS. */
export function demoReport(parts: {
  lesson: LessonMessage;
  seed: number;
  /** Manifest of the weights. */
  weights: string;
  file: SampledTarget;
  sequence: Sequence;
  profile: Profile;
  ros: DemoReport['ros'];
}): DemoReport {
  const { lesson, seed, weights, file, sequence, profile, ros } = parts;
  const target = sequence.whole;
  return {
    ...lessonOf(lesson),
    weights,
    seed,
    target: givenTarget(file, target),
    lessons: sequence.lessons.length,
    recall: recalledMotion(lesson.learned_path, target, profile),
    ros,
    executed: executedOf(lesson),
  };
}

/** The recalled path as joint motion: the learned joints' angles follow from each of its points. */
function recalledMotion(path: Path, target: TrialTarget, profile: Profile): LessonReport['recall'] {
  const { steps, stepS, durationS, joints } = target;
  const points = path.poses.flatMap(({ pose: { position: p } }) => [p.x, p.y, p.z]);
  const positions = [Array.from(target.startAngles)];
  path.poses.forEach((_, k) => {
    const angles = new Array<number>(profile.learned);
    profile.inverse(points, 3 * k, positions[k], 0, angles, 0);
    positions.push(angles);
  });
  return {
    stepS,
    velocities: path.poses.map((_, k) => positions[k + 1].map((q, j) => (q - positions[k][j]) / stepS)),
    joints,
    timesS: positions.map((_, k) => (durationS * k) / steps),
    positions,
  };
}
