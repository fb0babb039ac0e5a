/** What a training iteration through an engine costs on given machines. */
export interface IterationCosts {
  /** One core's time for a task, both passes, s. */
  taskS: number;
  /** Coefficient of variation of the tasks' times. */
  taskSpread: number;
  /** Per iteration, whatever its size: queues, wake-ups, the optimizer's step, s. */
  fixedS: number;
  /** Of a byte through the engine, copies and all, without a network, s. */
  perByteS: number;
}

/** A run and who shares it. */
export interface Sharing {
  workers: number;
  /** Tasks an iteration. */
  batch: number;
  shards: number;
  /** Bytes of the parameters, and of a gradient. */
  bytes: number;
}

/** What lies between the engine's machine and the workers. */
export interface Network {
  /** Of the engine's one link, in each direction. */
  bitsPerS: number;
  roundTripS: number;
}

/** An iteration's time in parts, s. */
export interface IterationTime {
  /** The slowest worker's tasks. */
  computeS: number;
  fixedS: number;
  /** Copies in driver, engine and workers. */
  copyS: number;
  /** On the engine's link: parameters to each worker, a gradient from each block. */
  linkS: number;
  latencyS: number;
  totalS: number;
}

/**
 * Messages that follow each other, in round trips: parameters and block to a worker (its question, the answer), its tally back,
 * the totals to it, its gradient back; the driver sits beside the engine.
 */
const roundTrips = 3;

/** Spread of the machines' speeds that the model assumes beside that of the tasks (coefficient of variation). */
export const machineSpread = 0.05;

/**
 * Time of an iteration of `blocks` equal blocks. Workers compute at the same time, the engine's link and its copies are shared
 * by all; the slowest of n workers is late by sqrt(2 ln n) standard deviations (a bound of the expected maximum of n normals).
 */
export function iterationTime(
  { taskS, taskSpread, fixedS, perByteS }: IterationCosts,
  { workers, batch, shards, bytes }: Sharing,
  network: Network | null,
  blocks: number,
): IterationTime {
  const tasks = Math.ceil(shards / blocks) * (batch / shards) * Math.ceil(blocks / workers);
  const spread = Math.hypot(taskSpread / Math.sqrt(tasks), workers > 1 && network ? machineSpread : 0);
  const computeS = tasks * taskS * (1 + spread * Math.sqrt(2 * Math.log(Math.min(workers, blocks))));
  const copyS = perByteS * engineBytes(workers, blocks, bytes);
  const linkS = network === null ? 0 : (8 * bytes * (workers + blocks)) / network.bitsPerS;
  const latencyS = network === null ? 0 : roundTrips * network.roundTripS;
  return { computeS, fixedS, copyS, linkS, latencyS, totalS: computeS + fixedS + copyS + linkS + latencyS };
}

/** Bytes in and out of the engine: the parameters once in and out to each worker, each block's gradient in and out. */
export function engineBytes(workers: number, blocks: number, bytes: number): number {
  return bytes * (1 + workers + 2 * blocks);
}

/** What an iteration of some size cost beside its tasks. */
export interface Measured {
  workers: number;
  blocks: number;
  bytes: number;
  overheadS: number;
}

/** fixedS and perByteS that fit best (least squares; neither below 0), and the root of the mean square of what they leave, s. */
export function fitCosts(measured: readonly Measured[]): {
  fixedS: number;
  perByteS: number;
  residualS: number;
} {
  const points = measured.map((m) => ({ x: engineBytes(m.workers, m.blocks, m.bytes), y: m.overheadS }));
  const mean = (of: (p: { x: number; y: number }) => number): number =>
    points.reduce((sum, p) => sum + of(p), 0) / points.length;
  const [x, y] = [mean((p) => p.x), mean((p) => p.y)];
  const variance = mean((p) => (p.x - x) ** 2);
  let perByteS = variance > 0 ? Math.max(0, mean((p) => (p.x - x) * (p.y - y)) / variance) : 0;
  let fixedS = y - perByteS * x;
  if (fixedS < 0) {
    fixedS = 0;
    perByteS = Math.max(0, mean((p) => p.x * p.y) / mean((p) => p.x ** 2));
  }
  const residualS = Math.sqrt(mean((p) => (p.y - fixedS - perByteS * p.x) ** 2));
  return { fixedS, perByteS, residualS };
}
