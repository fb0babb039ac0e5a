import { fromUrdf, type Profile } from '../../arm/kinematics/profile.js';
import { monotoneSlopes, sampleHermite } from '../../arm/interpolation/hermite.js';
import type { Scores } from '../../arm/preview/preview.js';
import type { TrialTarget } from '../../arm/target/trial.js';
import type { TargetFile } from '../../files/target_file.js';
import { type JointTrajectory, type LessonMessage, toSeconds } from '../../ros/index.js';
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
    recall: { stepS: target.stepS, velocities: trialVelocities(lesson.learned_trajectory, target, profile) },
    ros,
    executed,
  };
}

/** The learned trajectory as velocities on the trial's steps and clock, profile convention. */
function trialVelocities(trajectory: JointTrajectory, target: TrialTarget, profile: Profile): number[][] {
  const { points, joint_names: names } = trajectory;
  if (points.length < 2) return [];
  const { steps, stepS } = target;
  const n = profile.learned;
  const columns = profile.joints.map((joint) => Array.from(names).indexOf(joint));
  const angles = new Float64Array(points.length * n);
  points.forEach((p, i) =>
    fromUrdf(
      profile,
      columns.map((c) => (c < 0 ? 0 : p.positions[c])),
      0,
      angles.subarray(i * n, (i + 1) * n),
    ),
  );
  const times = points.map((p) => toSeconds(p.time_from_start));
  const first = times[0];
  const duration = times[times.length - 1] - first;
  const queries = Float64Array.from({ length: steps + 1 }, (_, k) => first + (duration * k) / steps);
  const knots = new Float64Array((steps + 1) * n);
  sampleHermite(times, angles, monotoneSlopes(times, angles, n), n, queries, knots);
  return Array.from({ length: steps }, (_, k) =>
    Array.from({ length: n }, (_, j) => (knots[(k + 1) * n + j] - knots[k * n + j]) / stepS),
  );
}
