import { reject } from '../../input_error.js';

/** Times of a recording's rows, from its first row, and what its clock was like. */
export interface RowTimes {
  /** s, strictly increasing from 0 */
  timesS: Float64Array;
  /** Median step, s (of two, the smaller). */
  stepS: number;
  /** Largest distance of a time from even steps, s. */
  jitterS: number;
}

/** Longest step that is no gap: so many median steps, and never less than so many seconds. */
const gapSteps = 5;
const gapS = 0.1;
/** Times of an even clock, rounded to 1 ms, lie this close to even steps, s. */
const roundingS = 0.51e-3;

/**
 * Checks the times of a recording's rows. Jitter is let through; a clock that is even but for rounding to milliseconds is
 * taken as even (rounded steps of 17, 16, 17 ms would ripple the velocities).
 * @param times s, one a row. @param maxGapS longest step, s (default: 5 median steps, at least 0.1 s).
 * @param place names row i in an error.
 * @throws InputError: a time that is no number, does not grow, or leaves a gap.
 */
export function rowTimes(
  times: readonly unknown[],
  maxGapS?: number,
  place: (row: number) => string = (row) => `t[${row}]`,
): RowTimes {
  if (times.length < 2) reject('too-short', 't', 'at least 2 times', `${times.length}`);
  const t = times.map((x, i) =>
    typeof x === 'number' && Number.isFinite(x) ? x : reject('not-finite', place(i), 'a time in s', x),
  );
  const steps = t.slice(1).map((x, i) => x - t[i]);
  const back = steps.findIndex((d) => !(d > 0));
  if (back >= 0)
    reject('not-growing', place(back + 1), `a time after ${t[back]} s (times must grow)`, t[back + 1]);
  const sorted = [...steps].sort((a, b) => a - b);
  const stepS = sorted[(sorted.length - 1) >> 1];
  const limit = maxGapS ?? Math.max(gapSteps * stepS, gapS);
  const gap = steps.findIndex((d) => d > limit);
  if (gap >= 0 && steps.length > 1)
    reject(
      'gap',
      place(gap + 1),
      `a row at most ${Number(limit.toPrecision(3))} s after the one before (--max-gap lets more through)`,
      `${Number(steps[gap].toPrecision(4))} s`,
    );
  const { offset, slope } = line(t);
  let jitterS = 0;
  t.forEach((x, i) => (jitterS = Math.max(jitterS, Math.abs(x - offset - slope * i))));
  const even = jitterS <= Math.max(roundingS, 1e-3 * slope) && roundingS < 0.2 * slope;
  const fine = jitterS <= 1e-3 * slope;
  return {
    timesS: Float64Array.from(t, (x, i) => (even || fine ? slope * i : x - t[0])),
    stepS: even || fine ? slope : stepS,
    jitterS,
  };
}

/** Least-squares line through (i, t[i]). */
function line(t: readonly number[]): { offset: number; slope: number } {
  const n = t.length;
  const middle = (n - 1) / 2;
  const mean = t.reduce((sum, x) => sum + (x - t[0]), 0) / n + t[0];
  let top = 0;
  let bottom = 0;
  t.forEach((x, i) => {
    top += (i - middle) * (x - mean);
    bottom += (i - middle) ** 2;
  });
  const slope = top / bottom;
  return { offset: mean - slope * middle, slope };
}
