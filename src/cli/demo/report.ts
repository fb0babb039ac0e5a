import type { Profile } from '../../arm/kinematics/profile.js';
import type { Scores } from '../../arm/preview/preview.js';
import type { TrialTarget } from '../../arm/target/trial.js';
import type { TargetFile } from '../../files/target_file.js';
import { type LessonMessage, type Path, toNanoseconds } from '../../ros/index.js';
import type { LessonReport } from '../learn/report.js';
import { lessonOf } from '../teach/lesson_message.js';

/** What `demo --json` writes: learn's report, the ROS graph, and what was measured. */
export type DemoReport = LessonReport & {
  ros: { distro: string; rmw: string; domainId: number; nodes: string[] };
  /** From /joint_states; null where the motion was refused. */
  executed: (Scores & { durationS: number }) | null;
};

/** The report of a lesson given over ROS. */
export function demoReport(parts: {
  lesson: LessonMessage;
  seed: number;
  /** Manifest of the weights. */
  weights: string;
  file: TargetFile;
  target: TrialTarget;
  profile: Profile;
  ros: DemoReport['ros'];
  executed: DemoReport['executed'];
}): DemoReport {
  const { lesson, seed, weights, file, target, profile, ros, executed } = parts;
  return {
    ...lessonOf(lesson),
    weights,
    seed,
    target: { steps: file.rows, dtS: file.dtS, durationS: target.durationS, residualM: target.residualM },
    recall: { stepS: target.stepS, velocities: recalledVelocities(lesson.learned_path, target, profile) },
    ros,
    executed,
  };
}

/** When each of the trial's steps is due, s after the motion's start: the stamps of the learned path. */
export function stepTimesS({ learned_path: path }: LessonMessage): number[] {
  const start = toNanoseconds(path.header.stamp);
  return path.poses.map((pose) => Number(toNanoseconds(pose.header.stamp) - start) / 1e9);
}

/** The recalled path as joint velocities on the trial's clock: the learned joints' angles follow from each of its points. */
function recalledVelocities(path: Path, target: TrialTarget, profile: Profile): number[][] {
  const points = path.poses.flatMap(({ pose: { position: p } }) => [p.x, p.y, p.z]);
  let before = Array.from(target.startAngles);
  return path.poses.map((_, k) => {
    const angles = new Array<number>(profile.learned);
    profile.inverse(points, 3 * k, before, 0, angles, 0);
    const velocities = angles.map((q, j) => (q - before[j]) / target.stepS);
    before = angles;
    return velocities;
  });
}
