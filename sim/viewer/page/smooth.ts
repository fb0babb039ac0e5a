import { rowAt } from './cursor.js';

/**
 * `count` rows over what rows stand at (times or lengths that do not fall), evenly or as a time law says.
 * @param law of 0..1: from 0 to 1.
 */
export function evenRows(
  at: readonly number[],
  rows: readonly (readonly number[])[],
  count: number,
  law: (part: number) => number = (part) => part,
): number[][] {
  const kept = at.flatMap((x, k) => (k === 0 || x > at[k - 1] ? [k] : []));
  const [times, values] = [kept.map((k) => at[k]), kept.map((k) => rows[k])];
  const [first, last] = [times[0], times[times.length - 1]];
  return Array.from({ length: count }, (_, k) =>
    rowAt(times, values, first + (last - first) * law(k / (count - 1))),
  );
}

/** From rest to rest with the least jerk. */
export const restToRest = (t: number): number => t ** 3 * (10 - 15 * t + 6 * t ** 2);

/** Rows without the jitter of a hand: means over a window that shrinks toward the ends, twice. */
export function smoothed(rows: readonly number[][], window: number): number[][] {
  const pass = (list: readonly number[][]): number[][] =>
    list.map((row, k) => {
      const reach = Math.min(k, list.length - 1 - k, window >> 1);
      return row.map((_, j) => {
        let sum = 0;
        for (let i = k - reach; i <= k + reach; i++) sum += list[i][j];
        return sum / (2 * reach + 1);
      });
    });
  return pass(pass(rows));
}
