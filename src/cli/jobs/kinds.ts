import { createHash } from 'node:crypto';
import type { Backend } from '../../lesson/backend.js';

/** What jobs read, as the one who asks for them names it: paths, and names of what is packaged. Not part of a result's key. */
export type JobFiles = Record<string, string | undefined>;

/** Work that can be cut into independent jobs. A job's result depends on spec and part alone, and goes through JSON. */
export interface JobKind<Spec = never, Part = never, Result = unknown> {
  /** Reads what all jobs share. @throws where it is missing here, or is another one than the spec's. */
  open(spec: Spec, files: JobFiles): Promise<(part: Part) => Promise<Result> | Result>;
}

/** Name -> kind, loaded where it is used. */
const kinds = {
  motor: async () => (await import('../evaluate/motor_jobs.js')).motorJobs,
  arm: async () => (await import('../evaluate/arm_jobs.js')).armJobs,
  fewshot: async () => (await import('../evaluate/fewshot_jobs.js')).fewshotJobs,
  'pcm-ablation': async () => (await import('../study/pcm_ablation_jobs.js')).ablationJobs,
  capacity: async () => (await import('../study/capacity_jobs.js')).capacityJobs,
};
export type JobKindName = keyof typeof kinds;
export const jobKindNames = Object.keys(kinds) as JobKindName[];

/** Opens a kind by its name. */
export async function openJobs(
  kind: string,
  spec: unknown,
  files: JobFiles,
): Promise<(part: unknown) => Promise<unknown>> {
  if (!Object.hasOwn(kinds, kind))
    throw new Error(`no jobs of kind ${kind} in this build: it knows ${jobKindNames.join(', ')}`);
  const loaded = (await kinds[kind as JobKindName]()) as JobKind;
  const run = await loaded.open(spec as never, files);
  return async (part) => run(part as never);
}

/** What the specs of all jobs that give motor lessons share. */
export interface LessonSpec {
  /** Fingerprint. */
  weights: string;
  backend: Backend;
  updates: number;
  refine: number;
  /** Set where the updates are rehearsed. */
  rehearse?: true;
  seed: number;
  /** Of a trial; the weights' own where not given. */
  steps?: number;
  /** Of backend pcm. */
  preset?: string;
  readAfter?: number;
  /** Set where the readout is written again after that time. */
  renew?: true;
}

/** Consecutive targets or episodes of a job. */
export interface Slice {
  from: number;
  to: number;
}

/** 0..count in slices of `size`. */
export function slices(count: number, size: number): Slice[] {
  return Array.from({ length: Math.ceil(count / size) }, (_, k) => ({
    from: k * size,
    to: Math.min(count, (k + 1) * size),
  }));
}

/** Streams of random numbers of a slice; the first one is that of a run that is not cut. */
export function sliceStream(stream: number, { from }: Slice): number[] {
  return from === 0 ? [stream] : [stream, from];
}

/** Seed of a slice's devices; the first slice has the run's own. */
export function sliceSeed(seed: number, { from }: Slice): number {
  return (seed + Math.imul(from, 0x9e3779b1)) | 0;
}

/** Checksum of data: numbers, texts, typed arrays, and what holds them. */
export function fingerprint(value: unknown): string {
  const hash = createHash('sha256');
  const walk = (v: unknown): void => {
    if (ArrayBuffer.isView(v)) hash.update(new Uint8Array(v.buffer, v.byteOffset, v.byteLength));
    else if (Array.isArray(v)) {
      hash.update(`[${v.length}`);
      v.forEach(walk);
    } else if (v !== null && typeof v === 'object') {
      const entries = Object.entries(v).filter(([, x]) => x !== undefined);
      hash.update(`{${entries.length}`);
      for (const [name, x] of entries.sort(([a], [b]) => (a < b ? -1 : 1))) {
        hash.update(`${name}:`);
        walk(x);
      }
    } else hash.update(`${JSON.stringify(v)},`);
  };
  walk(value);
  return hash.digest('hex');
}

/** @throws Error where a machine has another file than the driver. */
export function sameHere(what: string, here: string, driver: string, path: string | undefined): void {
  if (here !== driver)
    throw new Error(
      `other ${what} here (${here.slice(0, 12)}) than at the driver (${driver.slice(0, 12)})${path === undefined ? '' : `: ${path}`}`,
    );
}
