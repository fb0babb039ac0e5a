import { reject } from '../input_error.js';
import { degreesOfCount, degreesOfReference, type JointCalibration } from './calibration.js';

/** One motor driven by a sequence of references, and where its encoder said it was. */
export interface StepRecording {
  /** Times in s at which the encoder was logged, increasing. */
  sampleTimeS: number[];
  /** Angle in degrees at those times. */
  measuredDegrees: number[];
  /** Times in s at which references were sent, increasing. */
  referenceTimeS: number[];
  /** The references sent, digital spike references. */
  references: number[];
  /** The same in degrees. */
  referenceDegrees: number[];
}

/**
 * Reads a recording of one motor.
 * @param counts text of joint_N_STEP_INTERVAL.csv: columns m1..m6 (encoder counters) and timestamp (s).
 * @param references text of ref_joint_N_STEP_INTERVAL.csv: m1..m4 (references) and elapsed_1 (s), the time of sending.
 * @param joint index of the motor, from 0.
 */
export function readStepRecording(
  counts: string,
  references: string,
  joint: number,
  calibration: JointCalibration,
): StepRecording {
  const column = `m${joint + 1}`;
  const [sampleTimeS, count] = columns(counts, 'counts', ['timestamp', column]);
  const [referenceTimeS, reference] = columns(references, 'references', ['elapsed_1', column]);
  requireIncreasing(sampleTimeS, 'counts.timestamp');
  requireIncreasing(referenceTimeS, 'references.elapsed_1');
  return {
    sampleTimeS,
    measuredDegrees: count.map((c) => degreesOfCount(calibration, c)),
    referenceTimeS,
    references: reference,
    referenceDegrees: reference.map((r) => degreesOfReference(calibration, r)),
  };
}

/** Root mean square difference in degrees of a course of angles from the recorded one. */
export function rmseDegrees(recording: StepRecording, degrees: ArrayLike<number>): number {
  const n = recording.measuredDegrees.length;
  const sum = recording.measuredDegrees.reduce((s, m, i) => s + (degrees[i] - m) ** 2, 0);
  return Math.sqrt(sum / n);
}

function columns(text: string, table: string, names: string[]): number[][] {
  const [head, ...rows] = text.trim().split(/\r?\n/);
  const titles = head.split(',').map((s) => s.trim());
  const indices = names.map((name) => {
    const i = titles.indexOf(name);
    if (i < 0) reject('missing-column', `${table} header`, `a column ${name}`, head);
    return i;
  });
  if (rows.length === 0) reject('empty', table, 'at least one row', 0);
  const out: number[][] = names.map(() => []);
  rows.forEach((row, r) => {
    const cells = row.split(',');
    indices.forEach((c, k) => {
      const value = cells[c] === undefined || cells[c].trim() === '' ? NaN : Number(cells[c]);
      if (!Number.isFinite(value)) reject('not-finite', `${table}[${r}].${names[k]}`, 'a number', cells[c]);
      out[k].push(value);
    });
  });
  return out;
}

function requireIncreasing(times: number[], field: string): void {
  for (let i = 1; i < times.length; i++)
    if (!(times[i] > times[i - 1]))
      reject('not-increasing', `${field}[${i}]`, `more than ${times[i - 1]}`, times[i]);
}
