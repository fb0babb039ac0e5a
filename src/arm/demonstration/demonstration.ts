/**
 * A demonstration as it was recorded becomes a motion to learn:
 * checked -> evenly sampled -> smoothed -> stillness at both ends cut off.
 */
import { reject } from '../../input_error.js';
import { monotoneSlopes, sampleHermite } from '../interpolation/hermite.js';
import { lowPass } from './butterworth.js';

/** Joint positions as they were seen: rows of rad, one a joint, at times in s. */
export interface JointSamples {
  joints: readonly string[];
  timesS: readonly number[];
  positions: readonly ArrayLike<number>[];
}

export interface DemonstrationOptions {
  /** Joints that matter; left out: all. What the others do is not looked at. */
  joints?: readonly string[];
  /** Spacing of the samples that come out, s. */
  dtS?: number;
  /** Cut-off of the zero-phase low-pass filter (second-order Butterworth forwards and backwards), Hz; 0: not smoothed. */
  cutoffHz?: number;
  /** An arm none of whose joints is faster is still, rad/s. */
  stillRadPerS?: number;
  /** A demonstration none of whose joints travels further shows no motion, rad. */
  leastTravelRad?: number;
  /** Longest one that is taken, s. */
  longestS?: number;
  /** Longest time without a sample, s. */
  longestGapS?: number;
}

export interface Demonstration {
  joints: readonly string[];
  /** From 0 on, dtS apart. */
  timesS: Float64Array;
  /** samples x joints, rad */
  positions: Float64Array;
  /** What was cut off before and after the motion, s. */
  trimmedS: { before: number; after: number };
  /** What smoothing changed, rad: root mean square and largest, over all joints. */
  smoothing: { rmsRad: number; maxRad: number };
}

/**
 * Prepares a demonstration.
 * @throws InputError: joint unknown or twice, row lengths, not finite, times that do not grow, too few samples, too long, a gap,
 * no motion.
 */
export function prepareDemonstration(
  samples: JointSamples,
  options: DemonstrationOptions = {},
): Demonstration {
  const {
    joints = samples.joints,
    dtS = 0.01,
    cutoffHz = 6,
    stillRadPerS = 0.01,
    leastTravelRad = 0.01,
    longestS = 600,
    longestGapS = 0.5,
  } = options;
  const raw = checked(samples, joints, longestS, longestGapS);
  const n = joints.length;
  const durationS = raw.timesS[raw.timesS.length - 1];
  const count = Math.max(2, Math.round(durationS / dtS) + 1);
  const queries = Float64Array.from({ length: count }, (_, i) => Math.min(durationS, i * dtS));
  const even = new Float64Array(count * n);
  sampleHermite(raw.timesS, raw.positions, monotoneSlopes(raw.timesS, raw.positions, n), n, queries, even);
  const smooth = cutoffHz > 0 && count > 2 ? lowPass(even, n, 1 / dtS, cutoffHz) : even;
  let [squares, maxRad] = [0, 0];
  for (let k = 0; k < even.length; k++) {
    const d = Math.abs(smooth[k] - even[k]);
    squares += d * d;
    maxRad = Math.max(maxRad, d);
  }
  const [from, to] = motionRange(smooth, n, dtS, stillRadPerS, leastTravelRad);
  return {
    joints,
    timesS: Float64Array.from({ length: to - from + 1 }, (_, i) => i * dtS),
    positions: smooth.slice(from * n, (to + 1) * n),
    trimmedS: { before: from * dtS, after: (count - 1 - to) * dtS },
    smoothing: { rmsRad: Math.sqrt(squares / even.length), maxRad },
  };
}

function checked(
  { joints: given, timesS, positions }: JointSamples,
  wanted: readonly string[],
  longestS: number,
  longestGapS: number,
): { timesS: Float64Array; positions: Float64Array } {
  const columns = wanted.map((name) => {
    const c = given.indexOf(name);
    if (c < 0) reject('missing-joint', 'joints', `${name} among them`, given.join(', ') || 'none');
    if (given.lastIndexOf(name) !== c) reject('duplicate-joint', 'joints', 'each joint once', name);
    return c;
  });
  if (timesS.length < 3) reject('too-short', 'samples', 'at least 3 samples', `${timesS.length}`);
  const times = new Float64Array(timesS.length);
  const rows = new Float64Array(timesS.length * columns.length);
  timesS.forEach((t, i) => {
    if (!Number.isFinite(t)) reject('not-finite', `times[${i}]`, 'a finite number of seconds', t);
    if (i > 0 && !(t > timesS[i - 1]))
      reject('not-increasing', `times[${i}]`, `a time after ${timesS[i - 1]} s`, `${t} s`);
    if (i > 0 && t - timesS[i - 1] > longestGapS)
      reject(
        'gap',
        `times[${i}]`,
        `samples at most ${longestGapS} s apart`,
        `${(t - timesS[i - 1]).toFixed(3)} s`,
      );
    times[i] = t - timesS[0];
    if (positions[i]?.length !== given.length)
      reject('wrong-length', `positions[${i}]`, `${given.length} values`, `${positions[i]?.length}`);
    columns.forEach((c, j) => {
      const value = positions[i][c];
      if (!Number.isFinite(value))
        reject('not-finite', `positions[${i}][${given[c]}]`, 'a finite number', value);
      rows[i * columns.length + j] = value;
    });
  });
  const durationS = times[times.length - 1];
  if (durationS > longestS)
    reject('too-long', 'times', `a demonstration of at most ${longestS} s`, `${durationS.toFixed(1)} s`);
  return { timesS: times, positions: rows };
}

/** First and last row of the motion: one still row is kept at either end. */
function motionRange(
  rows: Float64Array,
  n: number,
  dtS: number,
  stillRadPerS: number,
  leastTravelRad: number,
): [number, number] {
  const count = rows.length / n;
  let travel = 0;
  for (let j = 0; j < n; j++) {
    let [low, high] = [Infinity, -Infinity];
    for (let i = 0; i < count; i++) {
      low = Math.min(low, rows[i * n + j]);
      high = Math.max(high, rows[i * n + j]);
    }
    travel = Math.max(travel, high - low);
  }
  const moves = (i: number): boolean => {
    for (let j = 0; j < n; j++)
      if (Math.abs(rows[(i + 1) * n + j] - rows[i * n + j]) > stillRadPerS * dtS) return true;
    return false;
  };
  let from = 0;
  while (from < count - 1 && !moves(from)) from++;
  let to = count - 1;
  while (to > from && !moves(to - 1)) to--;
  if (travel < leastTravelRad || to - from < 2)
    reject(
      'no-motion',
      'positions',
      `a motion of at least ${leastTravelRad} rad`,
      `joints that stay within ${travel.toFixed(5)} rad`,
    );
  return [from, to];
}
