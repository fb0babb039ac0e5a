/** What a training iteration through an engine costs on given machines. */
export interface IterationCosts {
  /** One core's time for a task, both passes, s. */
  taskS: number;
  /** Coefficient of variation of the tasks' times. */
  taskSpread: number;
  /** Of driver and engine, which all workers share: sums, the optimizer's step, copies. */
  shared: Cost;
  /** Of a worker beside its tasks; workers do it at the same time. */
  own: Cost;
}

/** A straight line over bytes: what an iteration costs whatever its size, s, and what a byte in or out adds, s. */
export interface Cost {
  fixedS: number;
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
  /** Driver and engine. */
  sharedS: number;
  /** A worker beside its tasks. */
  ownS: number;
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
 * Time of an iteration of `blocks` equal blocks. Workers compute at the same time, driver, engine and the engine's link are shared
 * by all; the slowest of n workers is late by sqrt(2 ln n) standard deviations (a bound of the expected maximum of n normals).
 */
export function iterationTime(
  { taskS, taskSpread, shared, own }: IterationCosts,
  { workers, batch, shards, bytes }: Sharing,
  network: Network | null,
  blocks: number,
): IterationTime {
  const tasks = Math.ceil(shards / blocks) * (batch / shards) * Math.ceil(blocks / workers);
  const spread = Math.hypot(taskSpread / Math.sqrt(tasks), workers > 1 && network ? machineSpread : 0);
  const computeS = tasks * taskS * (1 + spread * Math.sqrt(2 * Math.log(Math.min(workers, blocks))));
  const sharedS = costOf(shared, engineBytes(workers, blocks, bytes));
  const ownS = costOf(own, workerBytes(workers, blocks, bytes));
  const linkS = network === null ? 0 : (8 * bytes * (workers + blocks)) / network.bitsPerS;
  const latencyS = network === null ? 0 : roundTrips * network.roundTripS;
  return { computeS, sharedS, ownS, linkS, latencyS, totalS: computeS + sharedS + ownS + linkS + latencyS };
}

const costOf = ({ fixedS, perByteS }: Cost, bytes: number): number => fixedS + perByteS * bytes;

/** Bytes in and out of the engine: the parameters once in and out to each worker, each block's gradient in and out. */
export function engineBytes(workers: number, blocks: number, bytes: number): number {
  return bytes * (1 + workers + 2 * blocks);
}

/** Bytes in and out of the busiest worker: the parameters, and a gradient of each of its blocks. */
export function workerBytes(workers: number, blocks: number, bytes: number): number {
  return bytes * (1 + Math.ceil(blocks / workers));
}

/** What an iteration cost, and for how many bytes. */
export interface Measured {
  bytes: number;
  costS: number;
}

/** The cost that fits best (least squares; no part of it below 0), and the root of the mean square of what it leaves, s. */
export function fitCost(measured: readonly Measured[]): { cost: Cost; residualS: number } {
  const mean = (of: (m: Measured) => number): number =>
    measured.reduce((sum, m) => sum + of(m), 0) / measured.length;
  const [x, y] = [mean((m) => m.bytes), mean((m) => m.costS)];
  const variance = mean((m) => (m.bytes - x) ** 2);
  let perByteS = variance > 0 ? Math.max(0, mean((m) => (m.bytes - x) * (m.costS - y)) / variance) : 0;
  let fixedS = y - perByteS * x;
  if (fixedS < 0) {
    fixedS = 0;
    perByteS = Math.max(0, mean((m) => m.bytes * m.costS) / mean((m) => m.bytes ** 2));
  }
  const cost = { fixedS, perByteS };
  return { cost, residualS: Math.sqrt(mean((m) => (m.costS - costOf(cost, m.bytes)) ** 2)) };
}
