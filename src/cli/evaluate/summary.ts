/** Statistics of a sample. */
export interface Summary {
  n: number;
  mean: number;
  median: number;
  p95: number;
  /** Sample standard deviation (n - 1). */
  std: number;
  /** Normal 95 % confidence interval of the mean. */
  ci95: [number, number];
}

/** Summarises at least one value; quantiles interpolate linearly between order statistics. */
export function summarize(values: ArrayLike<number>): Summary {
  const n = values.length;
  if (n === 0) throw new RangeError('summarize: expected at least one value, got none');
  const sorted = Float64Array.from(values).sort();
  const mean = sorted.reduce((a, b) => a + b, 0) / n;
  const std = n > 1 ? Math.sqrt(sorted.reduce((a, b) => a + (b - mean) ** 2, 0) / (n - 1)) : 0;
  const half = (1.96 * std) / Math.sqrt(n);
  return {
    n,
    mean,
    median: quantile(sorted, 0.5),
    p95: quantile(sorted, 0.95),
    std,
    ci95: [mean - half, mean + half],
  };
}

function quantile(sorted: Float64Array, q: number): number {
  const at = q * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
}
