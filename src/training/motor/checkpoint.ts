import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { InputError } from '../../input_error.js';
import { readBytes, readJson, writeAtomic } from '../../files/json_file.js';
import { motorConfigSchema } from '../../files/motor_weights.js';
import { parseWith } from '../../files/validate.js';
import { parameterCount } from './parameters.js';
import { runSchema } from './run_config.js';

const named = z.strictObject({
  iteration: z.number(),
  loss: z.number(),
  /** Mean error of the batch: of the tool, m; of a run in joint space, rad. */
  error: z.number(),
  /** The same of the averaged weights on the validation targets; measured at checkpoints only. */
  validation: z.number().nullable(),
});
/** As checkpoints of two joints were written at first. */
const inMetres = z
  .strictObject({
    iteration: z.number(),
    loss: z.number(),
    tcpErrorM: z.number(),
    validationM: z.number().nullable(),
  })
  .transform(({ iteration, loss, tcpErrorM, validationM }) => ({
    iteration,
    loss,
    error: tcpErrorM,
    validation: validationM,
  }));
const curvePoint = z.union([named, inMetres]);

/** One point of the learning curve. */
export type CurvePoint = z.infer<typeof curvePoint>;

const schema = z.strictObject({
  format: z.literal('oneshot-arm motor checkpoint'),
  network: motorConfigSchema,
  run: runSchema,
  workers: z.int().min(1),
  iteration: z.int().min(0),
  elapsedS: z.number().min(0),
  startedFrom: z.string().nullable(),
  state: z.strictObject({ file: z.string().regex(/^state-\d+\.f32$/), sha256: z.string() }),
  curve: z.array(curvePoint),
});

/** All of a run but its numbers. */
export type CheckpointHeader = Omit<z.infer<typeof schema>, 'format' | 'state'>;

/** Parameters, Adam's moments and averaged parameters, each parameterCount long. */
export interface OptimizerState {
  parameters: Float32Array;
  first: Float32Array;
  second: Float32Array;
  mean: Float32Array;
}

/** A checkpoint from before there were shards was summed by worker: with as many shards as workers it goes on as it was. */
const anyAge = z.preprocess((raw) => {
  const { run, workers } = (raw ?? {}) as { run?: Record<string, unknown>; workers?: unknown };
  if (typeof run !== 'object' || run === null || 'shards' in run) return raw;
  return { ...(raw as object), run: { ...run, shards: workers } };
}, schema);

const parts = ['parameters', 'first', 'second', 'mean'] as const;
const headerFile = 'checkpoint.json';

/** Writes a checkpoint into a folder: first the numbers, then the header that names them; older numbers are removed last. */
export function writeCheckpoint(folder: string, header: CheckpointHeader, state: OptimizerState): void {
  mkdirSync(folder, { recursive: true });
  const bytes = Buffer.concat(
    parts.map((p) => Buffer.from(state[p].buffer, state[p].byteOffset, state[p].byteLength)),
  );
  const file = `state-${header.iteration}.f32`;
  writeAtomic(join(folder, file), bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const content = { format: 'oneshot-arm motor checkpoint', ...header, state: { file, sha256 } };
  writeAtomic(join(folder, headerFile), JSON.stringify(content) + '\n');
  for (const old of readdirSync(folder))
    if (/^state-\d+\.f32$/.test(old) && old !== file) rmSync(join(folder, old));
}

/** Reads a checkpoint. @throws InputError where it is damaged, or of another size than its configuration says. */
export function readCheckpoint(folder: string): { header: CheckpointHeader; state: OptimizerState } {
  const path = join(folder, headerFile);
  const { format: _format, state: stored, ...header } = parseWith(anyAge, readJson(path), path);
  const count = parameterCount(header.network);
  const file = join(folder, stored.file);
  const bytes = readBytes(file, 2 ** 31);
  const fault = (field: string, expected: string, received: string): never => {
    throw new InputError({ code: 'bad-checkpoint', field, expected, received }, file);
  };
  if (bytes.length !== 16 * count)
    fault('length', `${16 * count} bytes (4 x ${count} values)`, `${bytes.length}`);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256 !== stored.sha256) fault('sha256', stored.sha256, sha256);
  const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  const part = (k: number): Float32Array => values.subarray(k * count, (k + 1) * count);
  return { header, state: { parameters: part(0), first: part(1), second: part(2), mean: part(3) } };
}
