import { fromUrdf, type Profile } from '../../arm/kinematics/profile.js';
import { monotoneSlopes, sampleHermite } from '../../arm/interpolation/hermite.js';
import type { Scores } from '../../arm/preview/preview.js';
import type { TrialTarget } from '../../arm/target/trial.js';
import type { TargetFile } from '../../files/target_file.js';
import type { Backend } from '../../lesson/backend.js';
import { type JointTrajectory, type LessonMessage, type MotionScore, toSeconds } from '../../ros/index.js';
import type { LessonReport } from '../learn/report.js';
import { table } from '../output.js';

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
  file: TargetFile;
  target: TrialTarget;
  profile: Profile;
  ros: DemoReport['ros'];
  executed: DemoReport['executed'];
}): DemoReport {
  const { lesson, seed, file, target, profile, ros, executed } = parts;
  const { ledger, timing } = lesson;
  const before = scores(lesson.before);
  return {
    backend: lesson.backend as Backend,
    seed,
    weights: lesson.weights,
    target: { steps: file.rows, dtS: file.dtS, durationS: target.durationS, residualM: target.residualM },
    before: { tcpErrorMeanM: before.tcpErrorMeanM, velocityRmseRadPerS: before.velocityRmseRadPerS },
    after: scores(lesson.after),
    devicesWritten: Number(ledger.devices_written),
    devicesTotal: Number(ledger.devices_total),
    energyJ: { program: ledger.energy_program_j, read: ledger.energy_read_j },
    timeMs: {
      exposure: timing.exposure_ms,
      update: timing.update_ms,
      recall: timing.recall_ms,
      total: timing.total_ms,
    },
    gate: {
      accepted: lesson.gate_accepted,
      timeScaling: lesson.time_scaling,
      reasons: lesson.reasons.map(({ code, joint, time_s, value, limit, message }) => ({
        code,
        joint,
        timeS: finiteOrNull(time_s),
        value: finiteOrNull(value),
        limit: finiteOrNull(limit),
        message,
      })),
    },
    recall: { stepS: target.stepS, velocities: trialVelocities(lesson.learned_trajectory, target, profile) },
    ros,
    executed,
  };
}

function scores(message: MotionScore): Scores {
  return {
    tcpErrorMeanM: message.tcp_error_mean_m,
    tcpErrorMaxM: message.tcp_error_max_m,
    velocityRmseRadPerS: Array.from(message.velocity_rmse_rad_per_s),
  };
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
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

/** The error table: before, after (predicted), executed (measured). */
export function demoTable(report: DemoReport, joints: readonly string[]): string {
  const cm = (m?: number): string => (m === undefined ? '-' : `${(100 * m).toFixed(2)} cm`);
  const rmse = (r?: number): string => (r === undefined ? '-' : `${r.toFixed(3)} rad/s`);
  const { before, after, executed } = report;
  return table([
    ['', 'before', 'after', 'executed'],
    [
      'mean tool-centre-point error',
      cm(before.tcpErrorMeanM),
      cm(after.tcpErrorMeanM),
      cm(executed?.tcpErrorMeanM),
    ],
    ['largest', '', cm(after.tcpErrorMaxM), cm(executed?.tcpErrorMaxM)],
    ...joints.map((joint, j) => [
      `velocity RMSE, ${joint}`,
      rmse(before.velocityRmseRadPerS[j]),
      rmse(after.velocityRmseRadPerS[j]),
      rmse(executed?.velocityRmseRadPerS[j]),
    ]),
  ]);
}
