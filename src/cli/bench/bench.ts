/** One benchmark: a file in this folder, imported only when asked for. */
export interface Bench {
  run(options: BenchOptions): Promise<BenchReport>;
}

/** What every benchmark is told. */
export interface BenchOptions {
  seed: number;
  /** Peers that are missing may be installed in throw-away environments below .cache. */
  install: boolean;
  /** URL of an engine, for the benchmarks that measure training through one. */
  engine?: string;
  /** File of the plot that `scale` draws. */
  plot?: string;
  /** How long a benchmark lasts that has no end of its own, s. */
  seconds?: number;
}

/** `result` goes to --json, `text` to people. A peer that is not installed is named in `text`, and absent from `result`. */
export interface BenchReport {
  result: unknown;
  text: string;
}

/** Middle value; the upper one of two. */
export function median(values: ArrayLike<number>): number {
  return Float64Array.from(values).sort()[values.length >> 1];
}

/** Median wall time of `run` in microseconds over `repeats` calls, after a tenth as many to warm up. */
export function medianMicroseconds(run: () => void, repeats: number): number {
  return median(microseconds(run, repeats));
}

/** Wall time of each of `repeats` calls, after a tenth as many to warm up. */
export function microseconds(run: () => void, repeats: number): Float64Array {
  for (let k = 0; k < repeats / 10; k++) run();
  const times = new Float64Array(repeats);
  for (let k = 0; k < repeats; k++) {
    const start = process.hrtime.bigint();
    run();
    times[k] = Number(process.hrtime.bigint() - start) / 1e3;
  }
  return times;
}
