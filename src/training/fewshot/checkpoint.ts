import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readJson, writeAtomic, readBytes } from '../../files/json_file.js';
import { parseWith } from '../../files/validate.js';
import { InputError } from '../../input_error.js';
import type { Adam } from './adam.js';

const stateSchema = z.strictObject({
  iteration: z.int().min(0),
  steps: z.int().min(0),
  trainingTimeS: z.number().min(0),
  seed: z.int(),
  curve: z.array(z.strictObject({ iteration: z.int(), loss: z.number(), accuracy: z.number() })),
  values: z.string(),
});

/** Where training stands besides the optimizer's arrays. `values` names the file that holds those. */
export type TrainingState = z.infer<typeof stateSchema>;

/** Writes the state and all arrays of the optimizer to a folder: a crash leaves the old checkpoint or the new one. */
export function writeCheckpoint(folder: string, state: Omit<TrainingState, 'values'>, adam: Adam): void {
  const arrays = [...adam.parameters, ...adam.first, ...adam.second, ...adam.average];
  const all = new Float32Array(arrays.reduce((n, a) => n + a.length, 0));
  let at = 0;
  for (const a of arrays) {
    all.set(a, at);
    at += a.length;
  }
  const values = `state${state.iteration % 2}.f32`;
  writeAtomic(join(folder, values), new Uint8Array(all.buffer));
  writeAtomic(join(folder, 'state.json'), JSON.stringify({ ...state, values }));
}

/** Restores a checkpoint into an optimizer of the same shape. @throws InputError when there is none or it does not fit. */
export function readCheckpoint(folder: string, adam: Adam): TrainingState {
  const path = join(folder, 'state.json');
  if (!existsSync(path))
    throw new InputError(
      { code: 'no-checkpoint', field: '--resume', expected: 'a folder with state.json', received: 'none' },
      folder,
    );
  const state = parseWith(stateSchema, readJson(path), path);
  const bytes = new Uint8Array(readBytes(join(folder, state.values), 2 ** 28));
  const all = new Float32Array(bytes.buffer);
  const arrays = [...adam.parameters, ...adam.first, ...adam.second, ...adam.average];
  const length = arrays.reduce((n, a) => n + a.length, 0);
  if (all.length !== length)
    throw new InputError(
      {
        code: 'wrong-length',
        field: state.values,
        expected: `${length} values`,
        received: String(all.length),
      },
      folder,
    );
  let at = 0;
  for (const a of arrays) {
    a.set(all.subarray(at, at + a.length));
    at += a.length;
  }
  adam.steps = state.steps;
  return state;
}
