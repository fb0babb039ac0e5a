import type { Judgement } from '../../arm/gate/gate.js';
import { scoreLimitM } from '../../arm/gate/gate.js';
import { describeReason } from '../../arm/gate/reasons.js';
import type { TrialTarget } from '../../trial/trial_target.js';
import type { Scores } from '../../arm/preview/preview.js';
import type { SampledTarget } from '../../arm/target/target.js';
import type { Backend } from '../../lesson/backend.js';
import type { LessonResult } from '../../lesson/lesson.js';
import type { Sequence } from '../../lesson/sequence.js';
import { table } from '../output.js';

/** What `learn --json` writes. Field names are a contract: they stay. */
export interface LessonReport {
  backend: Backend;
  seed: number;
  /** Manifest of the weights. */
  weights: string;
  /** As given: rows and their spacing; duration of the motion; distance of a path from what the learned joints reach. */
  target: { steps: number; dtS: number; durationS: number; residualM: number | null; jitterS: number | null };
  /** How many lessons the motion took, each with its own exposure and update. */
  lessons: number;
  before: Pick<Scores, 'tcpErrorMeanM' | 'velocityRmseRadPerS'>;
  after: Scores;
  devicesWritten: number;
  devicesTotal: number;
  energyJ: { program: number; read: number };
  timeMs: LessonResult['timeMs'];
  /** May it be performed, how much slower than taught and by which joint limit, and if not, why. */
  gate: { accepted: boolean; timeScaling: number; slowedBy: string | null; reasons: GateReason[] };
  recall: {
    /** Recalled velocities, rad/s, a row a step of stepS: on the trial's clock; of several lessons, in the motion's own time. */
    stepS: number;
    velocities: number[][];
    /** The same motion as angles in the target's own time and joint senses, rad, a row at each of timesS. */
    joints: readonly string[];
    timesS: number[];
    positions: number[][];
  };
}

/** Why a motion was refused; null where there is no such number. */
export interface GateReason {
  code: string;
  joint: string;
  timeS: number | null;
  value: number | null;
  limit: number | null;
  message: string;
}

/** What is told of a target as it was given. */
export function givenTarget(
  file: SampledTarget,
  { durationS, residualM }: Pick<TrialTarget, 'durationS' | 'residualM'>,
): LessonReport['target'] {
  return { steps: file.rows, dtS: file.dtS, durationS, residualM, jitterS: file.jitterS };
}

/** The report of a lesson. */
export function lessonReport(parts: {
  backend: Backend;
  seed: number;
  weights: string;
  sequence: Sequence;
  file: SampledTarget;
  lesson: LessonResult;
  judgement: Judgement;
}): LessonReport {
  const { backend, seed, weights, sequence, file, lesson, judgement } = parts;
  const target = sequence.whole;
  const { before, after, velocities, spent, timeMs } = lesson;
  const joints = target.joints.length;
  return {
    backend,
    seed,
    weights,
    target: givenTarget(file, target),
    lessons: sequence.lessons.length,
    before: {
      tcpErrorMeanM: before.tcpErrorMeanM,
      velocityRmseRadPerS: before.velocityRmseRadPerS,
    },
    after: {
      tcpErrorMeanM: after.tcpErrorMeanM,
      tcpErrorMaxM: after.tcpErrorMaxM,
      tcpErrorPercentOfPath: after.tcpErrorPercentOfPath,
      orientationErrorMeanRad: after.orientationErrorMeanRad,
      velocityRmseRadPerS: after.velocityRmseRadPerS,
    },
    devicesWritten: spent.devicesWritten,
    devicesTotal: spent.devicesTotal,
    energyJ: spent.energyJ,
    timeMs,
    gate: {
      accepted: judgement.accepted,
      timeScaling: judgement.timeScale,
      slowedBy: slowedBy(judgement),
      reasons: judgement.reasons.map((reason) => ({ ...reason, message: describeReason(reason) })),
    },
    recall: {
      stepS: target.stepS,
      velocities: rows(velocities, joints),
      joints: target.joints,
      timesS: Array.from({ length: target.steps + 1 }, (_, k) => (target.durationS * k) / target.steps),
      positions: [Array.from(target.startAngles), ...rows(after.angles, joints)],
    },
  };
}

function slowedBy({ slowedBy }: Judgement): string | null {
  if (!slowedBy) return null;
  const units = { velocity: 'rad/s', acceleration: 'rad/s^2', jerk: 'rad/s^3' };
  const { joint, quantity, limit } = slowedBy;
  return `${quantity} limit of ${joint}, ${Number(limit.toPrecision(3))} ${units[quantity]}`;
}

function rows(values: Float32Array, width: number): number[][] {
  return Array.from({ length: values.length / width }, (_, k) =>
    Array.from(values.subarray(k * width, (k + 1) * width)),
  );
}

/** The report as people read it. */
export function lessonTable(report: LessonReport, target: TrialTarget): string {
  const { before, after, timeMs, energyJ } = report;
  const cm = (m: number): string => `${(100 * m).toFixed(2)} cm`;
  const rmse = (r: number): string => `${r.toFixed(3)} rad/s`;
  const lines = [
    table([
      ['', 'before', 'after'],
      ['mean tool-centre-point error', cm(before.tcpErrorMeanM), cm(after.tcpErrorMeanM)],
      ...target.joints.map((joint, j) => [
        `velocity RMSE, ${joint}`,
        rmse(before.velocityRmseRadPerS[j]),
        rmse(after.velocityRmseRadPerS[j]),
      ]),
    ]),
    `exposure ${timeMs.exposure.toFixed(1)} ms, update ${timeMs.update.toFixed(1)} ms, recall ${timeMs.recall.toFixed(1)} ms`,
  ];
  if (report.lessons > 1) lines.push(`${report.lessons} lessons, performed as one motion`);
  if (report.devicesTotal > 0)
    lines.push(
      `${report.devicesWritten} of ${report.devicesTotal} devices written; ` +
        `${(1e6 * energyJ.program).toPrecision(3)} uJ programming, ${(1e6 * energyJ.read).toPrecision(3)} uJ reading`,
    );
  lines.push(
    report.gate.accepted
      ? acceptedText(report, target)
      : `gate: refused\n  ${report.gate.reasons.map((r) => r.message).join('\n  ')}`,
  );
  const { jitterS, dtS } = report.target;
  if (jitterS !== null && jitterS > 1e-3 * dtS)
    lines.push(
      `times of the rows: up to ${(1000 * jitterS).toFixed(2)} ms off even steps of ${(1000 * dtS).toFixed(2)} ms`,
    );
  if (target.residualM !== null) lines.push(`path projected by at most ${cm(target.residualM)}`);
  return lines.join('\n');
}

/** What the gate found: the error over the largest it lets through, the duration, and what slows the motion down. */
function acceptedText({ gate, after }: LessonReport, target: TrialTarget): string {
  const taught = `taught: ${target.durationS.toFixed(2)} s`;
  const slower = gate.slowedBy
    ? `${taught}; ${gate.timeScaling.toFixed(gate.timeScaling < 10 ? 2 : 1)} times slower for the ${gate.slowedBy}, and to start and end at rest`
    : taught;
  const confidence = `${Math.round(100 * (1 - after.tcpErrorMeanM / scoreLimitM(target)))} % of the error allowed is unused`;
  return `gate: accepted (${confidence}), to be performed in ${(target.durationS * gate.timeScaling).toFixed(2)} s (${slower})`;
}
