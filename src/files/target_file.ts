import { csvToData } from '../arm/target/csv.js';
import { clockOf, parseTarget, type ParseOptions } from '../arm/target/parse.js';
import type { Profile } from '../arm/kinematics/profile.js';
import type { SampledTarget } from '../arm/target/target.js';
import { InputError } from '../input_error.js';
import { parseJson, readText } from './json_file.js';
import { isRecording } from './recording_name.js';

/**
 * Reads a TARGET, JSON or CSV (src/arm/target says what either holds); "-" is standard input. A recording (NAME.mcap, or a
 * rosbag2 folder) is a demonstration: its joint states on `topic` are trimmed and smoothed (src/arm/demonstration).
 * @throws InputError naming the file and the field that is wrong.
 */
export function readTargetFile(
  path: string,
  profile: Profile,
  topic?: string,
  options: ParseOptions = {},
): SampledTarget {
  if (isRecording(path)) {
    // loaded only for a recording: it takes a tenth of a second
    const recordings = require('./recording_target.js') as typeof import('./recording_target.js');
    return recordings.readRecordingTarget(path, profile, topic);
  }
  const text = readText(path);
  const json = path.endsWith('.json') || (!path.endsWith('.csv') && /^\s*([{[]|$)/.test(text));
  try {
    const data = json ? targetJson(text) : csvToData(text);
    const target = parseTarget(data, profile, options);
    const fields = data as Record<string, unknown>;
    const clock = clockOf(fields, options.maxGapS);
    const rows = Object.entries(fields).find(([key]) =>
      ['velocities', 'positions', 'path', 'poses'].includes(key),
    )!;
    return {
      target,
      rows: (rows[1] as unknown[]).length,
      ...(typeof clock === 'number'
        ? { dtS: clock, jitterS: null }
        : { dtS: clock.stepS, jitterS: clock.jitterS }),
    };
  } catch (error) {
    throw error instanceof InputError ? error.from(path) : error;
  }
}

/** JSON in which NaN and Infinity, as some programs write them, become text, so that the fault is told by its place. */
function targetJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return parseJson(text.replace(/(?<=[[,:\s])-?(NaN|Infinity)(?=[\],}\s])/g, '"$&"'), '');
  }
}
