import { basename } from 'node:path';
import { readArm } from '../../files/arms.js';
import { demonstrationTarget, type RecordingTarget } from '../../files/demonstration_target.js';
import { writeAtomic } from '../../files/json_file.js';
import { isLeRobot, readLeRobotEpisode } from '../../files/lerobot.js';
import { readRecordingTarget } from '../../files/recording_target.js';
import { InputError, reject } from '../../input_error.js';
import type { ArmOptions } from '../command.js';
import { writeResult } from '../output.js';

export interface ConvertOptions extends ArmOptions {
  topic: string;
  episode: number;
  feature: string;
  unit: 'rad' | 'deg';
  names?: string[];
  out?: string;
  cutoff: number;
  still: number;
  json?: string;
}

/** `convert`: joint states of a recording, or an episode of a LeRobot dataset, trimmed and smoothed, as a TARGET file. */
export async function convert(recording: string, options: ConvertOptions): Promise<void> {
  const out = options.out ?? `${basename(recording).replace(/\.mcap$/, '')}.json`;
  if (!/\.(json|csv)$/.test(out)) reject('wrong-format', '--out', 'a name that ends in .json or .csv', out);
  const { profile } = readArm(options);
  const filter = { cutoffHz: options.cutoff, stillRadPerS: options.still };
  const { target, dtS, rows, demonstration } = isLeRobot(recording)
    ? await ofEpisode()
    : readRecordingTarget(recording, profile, options.topic, filter);
  async function ofEpisode(): Promise<RecordingTarget> {
    try {
      return demonstrationTarget(await readLeRobotEpisode(recording, options), profile, filter);
    } catch (error) {
      throw error instanceof InputError ? error.from(recording) : error;
    }
  }
  if (target.kind !== 'joints') throw new Error('joint states make a target of joints');
  const { joints, timesS, angles } = target;
  const n = joints.length;
  const positions = Array.from(timesS, (_, i) => Array.from(angles.subarray(i * n, (i + 1) * n)));
  writeAtomic(
    out,
    out.endsWith('.json')
      ? JSON.stringify({ dt: dtS, joints, positions }) + '\n'
      : [
          `t,${joints.map((j) => `positions.${j}`).join(',')}`,
          ...positions.map((row, i) => [timesS[i], ...row].join(',')),
        ].join('\n') + '\n',
  );
  const { trimmedS, smoothing } = demonstration;
  const durationS = timesS[timesS.length - 1];
  writeResult(
    options.json,
    { out, samples: rows, durationS, joints, trimmedS, smoothing },
    `${out}: ${durationS.toFixed(2)} s of ${joints.join(', ')}; ${trimmedS.before.toFixed(2)} s before and ` +
      `${trimmedS.after.toFixed(2)} s after cut off; smoothing changed ${(1000 * smoothing.rmsRad).toFixed(2)} mrad (rms), ` +
      `${(1000 * smoothing.maxRad).toFixed(2)} mrad at most`,
  );
}
