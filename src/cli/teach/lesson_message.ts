import type { Scores } from '../../arm/preview/preview.js';
import type { Backend } from '../../lesson/backend.js';
import { type LessonMessage, type MotionScore, toSeconds } from '../../ros/index.js';
import type { LessonReport } from '../learn/report.js';

/** The part of learn's report that a lesson given over ROS tells by itself. */
export function lessonOf(
  lesson: LessonMessage,
): Omit<LessonReport, 'seed' | 'target' | 'lessons' | 'recall'> {
  const { ledger, timing } = lesson;
  const before = scoresOf(lesson.before);
  return {
    backend: lesson.backend as Backend,
    weights: lesson.weights,
    before: { tcpErrorMeanM: before.tcpErrorMeanM, velocityRmseRadPerS: before.velocityRmseRadPerS },
    after: scoresOf(lesson.after),
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
      slowedBy: null,
      reasons: lesson.reasons.map(({ code, joint, time_s, value, limit, message }) => ({
        code,
        joint,
        timeS: finiteOrNull(time_s),
        value: finiteOrNull(value),
        limit: finiteOrNull(limit),
        message,
      })),
    },
  };
}

/** Scores of a message. */
export function scoresOf(message: MotionScore): Scores {
  return {
    tcpErrorMeanM: message.tcp_error_mean_m,
    tcpErrorMaxM: message.tcp_error_max_m,
    tcpErrorPercentOfPath: finiteOrNull(message.tcp_error_percent_of_path),
    orientationErrorMeanRad: message.orientation_error_mean_rad,
    velocityRmseRadPerS: Array.from(message.velocity_rmse_rad_per_s),
  };
}

/** How a lesson was performed, as the learner measured it. */
export interface ExecutedReport extends Scores {
  /** How far the arm was behind its command, s; the errors have it taken out. */
  delayS: number;
  /** Mean distance between predicted and performed tool-centre-point, m. */
  deviationM: number;
  /** Why it is not what was predicted; empty where it is. */
  shortcoming: string;
  /** Of the commanded motion, s. */
  durationS: number;
}

/** The performance of a lesson; null where there was none. */
export function executedOf(lesson: LessonMessage): ExecutedReport | null {
  if (!lesson.was_executed) return null;
  const { points } = lesson.learned_trajectory;
  return {
    ...scoresOf(lesson.executed),
    delayS: lesson.executed_delay_s,
    deviationM: lesson.executed_deviation_m,
    shortcoming: lesson.executed_shortcoming,
    durationS: points.length > 0 ? toSeconds(points[points.length - 1].time_from_start) : 0,
  };
}

/** A lesson was given: a goal that was refused before it has an empty message. */
export function lessonWasGiven(lesson: LessonMessage): boolean {
  return lesson.before.velocity_rmse_rad_per_s.length > 0;
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
