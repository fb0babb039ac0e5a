/** Two samples of the same distribution? */
export interface TwoSample {
  /** Largest distance of the empirical distribution functions. */
  ks: number;
  /** What it stays below in 999 of 1000 pairs of equal distributions. */
  ksLimit: number;
  /** Means and standard deviations, and their difference in standard errors. */
  mean: [number, number];
  std: [number, number];
  meanZ: number;
  stdZ: number;
  /** ks below its limit, both differences below 4 standard errors. */
  same: boolean;
}

/** Kolmogorov-Smirnov test, and tests of mean and standard deviation. */
export function compareSamples(a: Float32Array, b: Float32Array): TwoSample {
  const [x, y] = [a.slice().sort(), b.slice().sort()];
  let ks = 0;
  for (let i = 0, j = 0; i < x.length && j < y.length;) {
    const v = Math.min(x[i], y[j]);
    while (i < x.length && x[i] <= v) i++;
    while (j < y.length && y[j] <= v) j++;
    ks = Math.max(ks, Math.abs(i / x.length - j / y.length));
  }
  const ksLimit = 1.95 * Math.sqrt(1 / x.length + 1 / y.length);
  const [p, q] = [moments(x), moments(y)];
  const meanError = Math.sqrt(p.variance / x.length + q.variance / y.length);
  const varianceError = Math.sqrt(
    (p.fourth - p.variance ** 2) / x.length + (q.fourth - q.variance ** 2) / y.length,
  );
  const meanZ = meanError > 0 ? (p.mean - q.mean) / meanError : p.mean === q.mean ? 0 : Infinity;
  const stdZ = varianceError > 0 ? (p.variance - q.variance) / varianceError : 0;
  return {
    ks,
    ksLimit,
    mean: [p.mean, q.mean],
    std: [Math.sqrt(p.variance), Math.sqrt(q.variance)],
    meanZ,
    stdZ,
    same: ks < ksLimit && Math.abs(meanZ) < 4 && Math.abs(stdZ) < 4,
  };
}

function moments(values: Float32Array): { mean: number; variance: number; fourth: number } {
  const n = values.length;
  let mean = 0;
  for (const v of values) mean += v / n;
  let variance = 0;
  let fourth = 0;
  for (const v of values) {
    const d = (v - mean) ** 2;
    variance += d / n;
    fourth += (d * d) / n;
  }
  return { mean, variance, fourth };
}
