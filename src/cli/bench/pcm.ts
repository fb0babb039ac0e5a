import type { BenchOptions, BenchReport } from './bench.js';

/** The crossbar product and the device statistics, against peers. */
export async function run(_options: BenchOptions): Promise<BenchReport> {
  throw new Error('bench pcm: not written yet');
}
