/**
 * Zero-phase low-pass filter: a second-order Butterworth filter run forwards and backwards (so -6 dB at the cut-off, 24 dB an
 * octave beyond, no lag), the signal continued at both ends by its point reflection, as scipy.signal.filtfilt(padtype='odd') does.
 */

/** Continuation at either end, periods of the cut-off frequency: the filter has forgotten its start by then. */
const padding = 3;

/**
 * Filters each column by itself; returns new values.
 * @param values rows x columns, evenly sampled. @param cutoffHz below half of sampleHz; RangeError otherwise.
 */
export function lowPass(
  values: Float64Array,
  columns: number,
  sampleHz: number,
  cutoffHz: number,
): Float64Array {
  if (!(cutoffHz > 0 && cutoffHz < sampleHz / 2))
    throw new RangeError(`cutoffHz: expected more than 0 and less than ${sampleHz / 2}, got ${cutoffHz}`);
  const rows = values.length / columns;
  const pad = Math.min(Math.ceil((padding * sampleHz) / cutoffHz), rows - 1);
  // bilinear transform of 1 / (s^2 + sqrt(2) s + 1), its cut-off prewarped
  const k = Math.tan((Math.PI * cutoffHz) / sampleHz);
  const norm = 1 / (1 + Math.SQRT2 * k + k * k);
  const filter = {
    b0: k * k * norm,
    a1: 2 * (k * k - 1) * norm,
    a2: (1 - Math.SQRT2 * k + k * k) * norm,
  };
  const out = new Float64Array(values.length);
  const line = new Float64Array(rows + 2 * pad);
  for (let c = 0; c < columns; c++) {
    const first = values[c];
    const last = values[(rows - 1) * columns + c];
    for (let i = 0; i < line.length; i++) {
      const r = i - pad;
      if (r < 0) line[i] = 2 * first - values[-r * columns + c];
      else if (r >= rows) line[i] = 2 * last - values[(2 * rows - 2 - r) * columns + c];
      else line[i] = values[r * columns + c];
    }
    pass(line, filter);
    line.reverse();
    pass(line, filter);
    line.reverse();
    for (let r = 0; r < rows; r++) out[r * columns + c] = line[r + pad];
  }
  return out;
}

/** y_t = b0 (x_t + 2 x_(t-1) + x_(t-2)) - a1 y_(t-1) - a2 y_(t-2), in place, from the steady state of the first value. */
function pass(line: Float64Array, { b0, a1, a2 }: { b0: number; a1: number; a2: number }): void {
  let [x1, x2] = [line[0], line[0]];
  let [y1, y2] = [line[0], line[0]];
  for (let t = 0; t < line.length; t++) {
    const x = line[t];
    const y = b0 * (x + 2 * x1 + x2) - a1 * y1 - a2 * y2;
    [x2, x1] = [x1, x];
    [y2, y1] = [y1, y];
    line[t] = y;
  }
}
