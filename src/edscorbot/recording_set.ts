import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { InputError, reject } from '../input_error.js';
import { ED_SCORBOT_JOINTS } from './calibration.js';
import { readStepRecording, type StepRecording } from './recording.js';

/**
 * Recordings that no fit may see: of each step one, of each interval one. The fastest sequence, 10 degrees every 0.25 s,
 * is among the fitted ones because no other drives the controllers into saturation.
 */
export const HELD_OUT: readonly string[] = ['5deg_0.250s', '10deg_0.500s', '1deg_1.000s'];

/** A recording and which one it is. */
export interface NamedRecording {
  /** Index of the joint, from 0. */
  joint: number;
  /** Step and interval, e.g. "10deg_0.250s". */
  name: string;
  heldOut: boolean;
  recording: StepRecording;
}

/** All recordings joint_N_NAME.csv with ref_joint_N_NAME.csv of a folder, by joint and name. */
export function readRecordings(folder: string): NamedRecording[] {
  const files = readdirSync(folder)
    .map((file) => /^joint_([1-4])_(.+)\.csv$/.exec(file))
    .filter((match) => match !== null)
    .sort((a, b) => (a[0] < b[0] ? -1 : 1));
  if (files.length === 0) reject('empty', folder, 'files joint_N_STEP_INTERVAL.csv', 'none');
  return files.map(([file, number, name]) => {
    const joint = Number(number) - 1;
    try {
      const [counts, references] = [file, `ref_${file}`].map((f) => readFileSync(join(folder, f), 'utf8'));
      const recording = readStepRecording(counts, references, joint, ED_SCORBOT_JOINTS[joint]);
      return { joint, name, heldOut: HELD_OUT.includes(name), recording };
    } catch (error) {
      throw error instanceof InputError ? error.from(join(folder, file)) : error;
    }
  });
}
