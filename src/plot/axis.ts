/** One axis of a plot: data range, pixels, ticks. */
export interface Axis {
  /** Data value to pixel. */
  toPixel(value: number): number;
  ticks: { value: number; label: string }[];
}

/** Smallest and largest finite value of some arrays; [0, 1] where there is none. */
export function extent(...arrays: ArrayLike<number>[]): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const a of arrays)
    for (let i = 0; i < a.length; i++)
      if (Number.isFinite(a[i])) {
        if (a[i] < low) low = a[i];
        if (a[i] > high) high = a[i];
      }
  return low <= high ? [low, high] : [0, 1];
}

/** Linear axis over [low, high], widened to whole ticks unless `exact`. Pixels may run backwards (y axes do). */
export function linearAxis(low: number, high: number, from: number, to: number, exact = false): Axis {
  if (high - low < 1e-12 * Math.max(1, Math.abs(high))) [low, high] = [low - 0.5, high + 0.5];
  const step = niceStep((high - low) / 5);
  if (!exact) [low, high] = [Math.floor(low / step + 1e-9) * step, Math.ceil(high / step - 1e-9) * step];
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const ticks = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++)
    ticks.push({ value: k * step, label: (k * step + 0).toFixed(digits).replace(/^-(0\.?0*)$/, '$1') });
  return { toPixel: (v) => from + ((v - low) / (high - low)) * (to - from), ticks };
}

/** Logarithmic axis over whole decades or, for a narrow range, 1-2-5 steps; values <= 0 land on its lower end. */
export function logAxis(low: number, high: number, from: number, to: number): Axis {
  const least = low > 0 ? low : high > 0 ? high / 1000 : 0.1;
  const top = Math.max(high, least * 1.0001);
  const marks: number[] = [];
  for (let d = Math.floor(Math.log10(least)); d <= Math.ceil(Math.log10(top)); d++)
    for (const m of top / least > 50 ? [1] : [1, 2, 5]) marks.push(m * 10 ** d);
  const first = marks.filter((m) => m <= least * 1.0001).at(-1) ?? marks[0];
  const last = marks.find((m) => m >= top * 0.9999) ?? marks[marks.length - 1];
  const scale = (to - from) / Math.log(last / first);
  return {
    toPixel: (v) => from + scale * Math.log(Math.max(v, first) / first),
    ticks: marks
      .filter((m) => m >= first && m <= last)
      .map((value) => ({ value, label: String(Number(value.toPrecision(3))) })),
  };
}

/** 1, 2 or 5 times a power of ten, at least `rough`. */
function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5].find((m) => m * power >= rough * 0.999) ?? 10);
}
