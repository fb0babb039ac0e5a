/** Entries that a worker may hold before others take them over, in ms without a sign of life. */
export const leaseMs = 5000;

const prefix = 'oneshot-arm';
/** Names of all training runs. */
export const runsKey = `${prefix}:runs`;
/** Names of all studies. */
export const studiesKey = `${prefix}:studies`;
/** Prefix of BullMQ's keys. */
export const queuePrefix = `${prefix}:queue`;
/** Group of the workers of a run. */
export const group = 'workers';

/** Keys of a run; {} keeps them in one slot of a cluster. */
export function runKeys(run: string) {
  const of = (name: string): string => `${prefix}:{${run}}:${name}`;
  return {
    /** Hash: epoch, Identity, spec, RunProgress. */
    meta: of('meta'),
    /** Held by the one driver. */
    driver: of('driver'),
    /** Set of workers that were seen; each alive one has a key. */
    workers: of('workers'),
    worker: (id: string): string => of(`worker:${id}`),
    /** Hash of workers that were refused: reason. */
    refused: of('refused'),
  };
}

/** Keys of one driver's time at a run: a resumed run does not see what an earlier driver left. */
export function epochKeys(run: string, epoch: string) {
  const of = (name: string): string => `${prefix}:{${run}}:${epoch}:${name}`;
  return {
    /** The iteration (uint32, 8 bytes reserved), then the state that workers compute from. */
    state: of('state'),
    /** Stream of blocks to compute: i, p, w. */
    jobs: of('jobs'),
    /** Stream of what workers found: s (f or b), i, p, by, data. */
    results: of('results'),
    /** Stream of what all blocks' first results come to: i, data. */
    totals: of('totals'),
    all: ['state', 'jobs', 'results', 'totals'].map(of),
  };
}

/** Keys of a study: those of a run (its meta: build, node, kind, spec, title, total, updated), and its results. */
export function studyKeys(study: string) {
  return {
    ...runKeys(study),
    /** Hash: job -> result, JSON. */
    results: `${prefix}:{${study}}:results`,
  };
}

/** What must agree between driver and worker. */
export interface Identity {
  /** Checksum of the code that computes. */
  build: string;
  /** Node's major version: its mathematics may differ. */
  node: number;
}

/** How far a run is, as its driver tells every second. */
export interface RunProgress {
  iteration: number;
  iterations: number;
  /** Time left, s; 0: not known yet. */
  remainingS: number;
}

/** A run's progress as its meta hash has it; null where its driver did not tell yet. */
export function runProgress(meta: Record<string, string>): RunProgress | null {
  if (meta.iterations === undefined) return null;
  const [iteration, iterations, remainingS] = [meta.iteration, meta.iterations, meta.remainingS].map(Number);
  return { iteration, iterations, remainingS };
}

/** For people: "iteration 12 of 40, 3 min left". */
export function progressText({ iteration, iterations, remainingS }: RunProgress): string {
  const left = remainingS === 0 ? '' : `, ${duration(remainingS)} left`;
  return `iteration ${iteration} of ${iterations}${left}`;
}

function duration(s: number): string {
  if (s < 90) return `${s} s`;
  return s < 5400 ? `${Math.round(s / 60)} min` : `${(s / 3600).toFixed(1)} h`;
}

/** What a worker tells about itself. */
export interface WorkerState {
  id: string;
  host: string;
  pid: number;
  threads: number;
  /** Blocks of a second, over the last seconds. */
  blocksPerS: number;
}

/** A block of shards: block p covers shards p * width .. (p + 1) * width - 1. */
export interface Block {
  iteration: number;
  block: number;
  width: number;
}

/** Fields of a stream entry as a map. */
export function fields(list: readonly (Buffer | string)[]): Record<string, Buffer> {
  const out: Record<string, Buffer> = {};
  for (let k = 0; k + 1 < list.length; k += 2) out[String(list[k])] = list[k + 1] as Buffer;
  return out;
}

/** One entry of a stream. */
export type Entry = [id: Buffer, fields: Buffer[]];

/** Largest power of two that gives every worker its fair share of blocks, to a quarter. */
export function blockWidth(shards: number, workers: number): number {
  const count = Math.max(1, workers);
  let width = 1;
  while (width < shards) width *= 2;
  for (; width > 1; width /= 2) {
    const blocks = Math.ceil(shards / width);
    if (blocks >= count && (Math.ceil(blocks / count) * count) / blocks <= 1.25) break;
  }
  return width;
}
