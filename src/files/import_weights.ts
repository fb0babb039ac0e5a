import { dirname, join, basename } from 'node:path';
import { z } from 'zod';
import { InputError } from '../input_error.js';
import { characterConfig, type CharacterConfig, type CharacterWeights } from '../fewshot/network.js';
import { paperConfig, type MotorWeights } from '../snn/motor_network.js';
import { characterWeights } from './character_weights.js';
import { readJson } from './json_file.js';
import { manifestSchema } from './manifest.js';
import { motorTensors } from './motor_weights.js';
import { parseWith } from './validate.js';
import { readTensors } from './weights.js';

/** The released weights' description: names, shapes and offsets of the tensors in NAME.f32 beside NAME.json. */
const releaseSchema = z.looseObject({
  dtype: z.literal('float32 little-endian, row major').optional(),
  sha256: manifestSchema.shape.sha256,
  tensors: manifestSchema.shape.tensors,
});

const motorNames: Record<string, string> = {
  W_in_lsg: 'lsgInput',
  W_rec_lsg: 'lsgRecurrent',
  W_out_lsg: 'lsgReadout',
  W_in_trainee: 'traineeInput',
  W_rec_trainee: 'traineeRecurrent',
  W_out_trainee: 'traineeReadout',
};

/** How the release runs its character network: statistics of the batch, whole pictures on white paper. */
export const releasedCharacterConfig: CharacterConfig = {
  ...characterConfig,
  normalisation: 'batch',
  background: 1,
  framing: 'whole',
  readoutRange: 1,
};

/** Weights of the paper's release: of the robot arm, or of the character network. */
export type ImportedWeights =
  { kind: 'motor'; weights: MotorWeights } | { kind: 'fewshot'; weights: CharacterWeights };

/**
 * Reads weights in the layout of the paper's release (NAME.json and NAME.f32).
 * @throws InputError when tensors are missing, misshapen, not finite, or the checksum differs.
 */
export function importReleasedWeights(path: string): ImportedWeights {
  const description = parseWith(releaseSchema, readJson(path), path);
  const tensors = readTensors(join(dirname(path), `${basename(path, '.json')}.f32`), description);
  if (tensors.has('W_in_lsg')) {
    const renamed = new Map([...tensors].map(([name, t]) => [motorNames[name] ?? name, t]));
    const lsg = tensors.get('W_in_lsg')!.shape[1];
    const trainee = tensors.get('W_in_trainee')?.shape[1] ?? paperConfig.trainee.neurons;
    const config = structuredClone(paperConfig);
    config.lsg.neurons = lsg;
    config.trainee.neurons = trainee;
    return { kind: 'motor', weights: { config, tensors: motorTensors(config, renamed, path) } };
  }
  if (tensors.has('conv1'))
    return { kind: 'fewshot', weights: characterWeights(releasedCharacterConfig, tensors, path) };
  throw new InputError(
    {
      code: 'unknown-tensor',
      field: 'tensors',
      expected: 'those of the released robot arm (W_in_lsg, ...) or character network (conv1, ...)',
      received: [...tensors.keys()].join(', '),
    },
    path,
  );
}
