import type { Numbers, WritableNumbers } from '../kinematics/surface.js';

/**
 * Slopes that make the cubic Hermite curve through the knots monotone wherever the data are (Fritsch & Carlson 1980, with
 * Butland's weighted harmonic mean): no overshoot beyond the knots, constant stays constant, lines stay lines.
 * @param times strictly increasing, one a row. @param values rows x columns, row major. Slopes come back in the same layout.
 */
export function monotoneSlopes(times: Numbers, values: Numbers, columns: number): Float64Array {
  const n = times.length;
  const slopes = new Float64Array(n * columns);
  if (n < 2) return slopes;
  for (let c = 0; c < columns; c++) {
    const secant = (i: number) =>
      (values[(i + 1) * columns + c] - values[i * columns + c]) / (times[i + 1] - times[i]);
    slopes[c] = endSlope(
      times[1] - times[0],
      n > 2 ? times[2] - times[1] : 0,
      secant(0),
      n > 2 ? secant(1) : 0,
    );
    for (let i = 1; i < n - 1; i++) {
      const [before, after] = [secant(i - 1), secant(i)];
      if (before * after <= 0) continue;
      const [h0, h1] = [times[i] - times[i - 1], times[i + 1] - times[i]];
      const [w0, w1] = [2 * h1 + h0, h1 + 2 * h0];
      slopes[i * columns + c] = (w0 + w1) / (w0 / before + w1 / after);
    }
    slopes[(n - 1) * columns + c] = endSlope(
      times[n - 1] - times[n - 2],
      n > 2 ? times[n - 2] - times[n - 3] : 0,
      secant(n - 2),
      n > 2 ? secant(n - 3) : 0,
    );
  }
  return slopes;
}

/** Three-point end slope, limited to keep the end interval monotone. */
function endSlope(h0: number, h1: number, secant0: number, secant1: number): number {
  if (h1 === 0) return secant0;
  const slope = ((2 * h0 + h1) * secant0 - h0 * secant1) / (h0 + h1);
  if (slope * secant0 <= 0) return 0;
  if (secant0 * secant1 <= 0 && Math.abs(slope) > 3 * Math.abs(secant0)) return 3 * secant0;
  return slope;
}

/** Values of the cubic Hermite curve at sorted query times (clamped to the knots' range), rows x columns, into `out`. */
export function sampleHermite(
  times: Numbers,
  values: Numbers,
  slopes: Numbers,
  columns: number,
  queries: Numbers,
  out: WritableNumbers,
): void {
  const last = times.length - 1;
  let i = 0;
  for (let k = 0; k < queries.length; k++) {
    const t = Math.min(times[last], Math.max(times[0], queries[k]));
    while (i < last - 1 && t >= times[i + 1]) i++;
    const h = last > 0 ? times[i + 1] - times[i] : 1;
    const s = (t - times[i]) / h;
    for (let c = 0; c < columns; c++) {
      const a = i * columns + c;
      const b = last > 0 ? a + columns : a;
      const [s2, s3] = [s * s, s * s * s];
      out[k * columns + c] =
        (2 * s3 - 3 * s2 + 1) * values[a] +
        (s3 - 2 * s2 + s) * h * slopes[a] +
        (3 * s2 - 2 * s3) * values[b] +
        (s3 - s2) * h * slopes[b];
    }
  }
}
