/** How a loop kept its times. */
export interface Kept {
  /** Ticks a second over that asked for, minus 1. */
  rateError: number;
  /** How long after they were due ticks began, ms: median, 99 %, the worst. */
  p50Ms: number;
  p99Ms: number;
  worstMs: number;
}

/**
 * Lateness of a timer's ticks. A timer of rcl is due at even times; where a tick comes after one or more of these were missed they
 * are left out, and the next is due at the first even time after it. The least late tick counts as punctual.
 * @param timesNs when ticks began, ascending. @param periodNs between two even times.
 */
export function lateness(timesNs: ArrayLike<number>, periodNs: number): Kept {
  const late = new Float64Array(timesNs.length);
  let dueNs = timesNs[0];
  for (let k = 0; k < timesNs.length; k++) {
    late[k] = timesNs[k] - dueNs;
    dueNs += periodNs;
    if (dueNs < timesNs[k]) dueNs += Math.ceil((timesNs[k] - dueNs) / periodNs) * periodNs;
  }
  const last = timesNs.length - 1;
  const rate = (last * periodNs) / (timesNs[last] - timesNs[0]);
  const least = late.reduce((a, b) => Math.min(a, b));
  const { p50, p99, worst } = distribution(late.map((ns) => (ns - least) / 1e6));
  return { rateError: rate - 1, p50Ms: p50, p99Ms: p99, worstMs: worst };
}

/** Median, 99 % and largest of values. */
export function distribution(values: ArrayLike<number>): { p50: number; p99: number; worst: number } {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return { p50: at(0.5), p99: at(0.99), worst: sorted[sorted.length - 1] };
}
