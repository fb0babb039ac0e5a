import type { Profile } from '../../arm/kinematics/profile.js';
import type { Scores } from '../../arm/preview/preview.js';
import type { TrialTarget } from '../../arm/target/trial.js';
import type { TargetFile } from '../../files/target_file.js';
import { type LessonMessage, type Path, toNanoseconds } from '../../ros/index.js';
import type { Sequence } from '../../lesson/sequence.js';
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
  sequence: Sequence;
  profile: Profile;
  ros: DemoReport['ros'];
  executed: DemoReport['executed'];
}): DemoReport {
  const { lesson, seed, weights, file, sequence, profile, ros, executed } = parts;
  const target = sequence.whole;
  return {
    ...lessonOf(lesson),
    weights,
    seed,
    target: { steps: file.rows, dtS: file.dtS, durationS: target.durationS, residualM: target.residualM },
    lessons: sequence.lessons.length,
    recall: recalledMotion(lesson.learned_path, target, profile),
    ros,
    executed,
  };
}

/** When each of the trial's steps is due, s after the motion's start: the stamps of the learned path. */
export function stepTimesS({ learned_path: path }: LessonMessage): number[] {
  const start = toNanoseconds(path.header.stamp);
  return path.poses.map((pose) => Number(toNanoseconds(pose.header.stamp) - start) / 1e9);
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
