import { describeReason, type Reason } from '../../arm/gate/reasons.js';
import type { Profile } from '../../arm/kinematics/profile.js';
import type { Scores } from '../../arm/preview/preview.js';
import type { Trajectory } from '../../arm/trajectory/trajectory.js';
import {
  header,
  type JointTrajectory,
  type LessonMessage,
  type MotionScore,
  type RosTime,
  toLedgerMessage,
  toPathMessage,
  toTrajectoryMessage,
  type ViolationMessage,
} from '../../ros/index.js';
import { emptyLedger } from '../../synapses/synapses.js';
import type { Base, Lesson } from './lesson_book.js';

/** A score as its message; all zero where there is none. */
export function scoreMessage(scores?: Scores | null): MotionScore {
  return {
    tcp_error_mean_m: scores?.tcpErrorMeanM ?? 0,
    tcp_error_max_m: scores?.tcpErrorMaxM ?? 0,
    tcp_error_percent_of_path: scores?.tcpErrorPercentOfPath ?? Number.NaN,
    orientation_error_mean_rad: scores?.orientationErrorMeanRad ?? 0,
    velocity_rmse_rad_per_s: [...(scores?.velocityRmseRadPerS ?? [])],
  };
}

/** A reason of the gate as its message. */
export function violationMessage(reason: Reason): ViolationMessage {
  const { code, joint, timeS, value, limit } = reason;
  return { code, joint, time_s: timeS, value, limit, message: describeReason(reason) };
}

/** A motion as a trajectory message, all knots. */
export function motionMessage(motion: Trajectory | null): JointTrajectory {
  return motion ? toTrajectoryMessage(motion) : { header: header(), joint_names: [], points: [] };
}

/** A lesson as its message. */
export function lessonMessage(
  lesson: Lesson,
  about: { base: Base; backend: string; profile: Profile; frame: string; stamp: RosTime },
): LessonMessage {
  const { target, judgement } = lesson;
  // poses are stamped with when the performance reaches them (a refused motion: with its own timing)
  const times = judgement.stepTimesS.length === target.steps ? judgement.stepTimesS : ownTimes(target);
  return {
    header: header(about.stamp, about.frame),
    name: lesson.name,
    backend: about.backend,
    weights: about.base.name,
    profile: about.profile.name,
    updates: lesson.updates,
    before: scoreMessage(lesson.before),
    after: scoreMessage(lesson.after),
    executed: scoreMessage(lesson.executed),
    executed_delay_s: lesson.executed?.delayS ?? 0,
    executed_deviation_m: lesson.executed?.deviationM ?? 0,
    executed_shortcoming: lesson.executed?.shortcoming ?? '',
    gate_accepted: judgement.accepted,
    reasons: judgement.reasons.map(violationMessage),
    time_scaling: judgement.timeScale,
    target_residual_m: target.residualM ?? 0,
    ledger: toLedgerMessage(lesson.spent),
    timing: {
      exposure_ms: lesson.timeMs.exposure,
      update_ms: lesson.timeMs.update,
      recall_ms: lesson.timeMs.recall,
      total_ms: lesson.timeMs.total,
    },
    learned_trajectory: motionMessage(judgement.trajectory),
    target_path: toPathMessage(target.positions, times, about.frame, about.stamp),
    learned_path: toPathMessage(lesson.after.positions, times, about.frame, about.stamp),
    was_executed: lesson.executed !== null,
  };
}

/** When a target's own timing reaches its steps, s. */
function ownTimes({ steps, durationS }: Lesson['target']): Float64Array {
  return Float64Array.from({ length: steps }, (_, k) => (durationS * (k + 1)) / steps);
}

/** A lesson message that says nothing: for goals that were refused before there was a lesson. */
export function noLesson(): LessonMessage {
  const path = { header: header(), poses: [] };
  return {
    header: header(),
    name: '',
    backend: '',
    weights: '',
    profile: '',
    updates: 0,
    before: scoreMessage(),
    after: scoreMessage(),
    executed: scoreMessage(),
    executed_delay_s: 0,
    executed_deviation_m: 0,
    executed_shortcoming: '',
    gate_accepted: false,
    reasons: [],
    time_scaling: 1,
    target_residual_m: 0,
    ledger: toLedgerMessage(emptyLedger()),
    timing: { exposure_ms: 0, update_ms: 0, recall_ms: 0, total_ms: 0 },
    learned_trajectory: motionMessage(null),
    target_path: path,
    learned_path: path,
    was_executed: false,
  };
}

/** Why the gate refused, in one line. */
export function refusalText(lesson: Lesson): string {
  return lesson.judgement.reasons.map(describeReason).join('; ');
}

/** The errors of a lesson, in one line. */
export function outcomeText(lesson: Lesson): string {
  const cm = (m: number): string => `${(100 * m).toFixed(2)} cm`;
  const { before, after, executed, judgement } = lesson;
  return (
    `tool-centre-point error ${cm(before.tcpErrorMeanM)} before, ${cm(after.tcpErrorMeanM)} after` +
    (executed
      ? `, ${cm(executed.tcpErrorMeanM)} executed (${Math.round(1000 * executed.delayS)} ms behind its command)`
      : '') +
    (executed?.shortcoming ? `; not as predicted: ${executed.shortcoming}` : '') +
    (judgement.accepted ? '' : `; may not be performed: ${refusalText(lesson)}`)
  );
}
