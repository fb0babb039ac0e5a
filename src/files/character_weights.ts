import { z } from 'zod';
import {
  characterConfig,
  convolutionShape,
  type CharacterConfig,
  type CharacterWeights,
} from '../fewshot/network.js';
import { InputError } from '../input_error.js';
import type { Manifest, Tensor } from './manifest.js';
import { parseWith } from './validate.js';
import { readWeightFile, requireTensor, writeWeightFile, type ManifestHeader } from './weights.js';

const schema = z.strictObject({
  channels: z.int().min(1).max(1024),
  layers: z.int().min(1).max(4),
  outputs: z.int().min(2).max(1000),
  normalisation: z.enum(['image', 'batch']),
  epsilon: z.number().positive(),
  background: z.union([z.literal(0), z.literal(1)]),
  framing: z.enum(['centred', 'whole']),
  featureScale: z.number().positive(),
  updates: z.int().min(0).max(1000),
  rate: z.number().positive(),
  readoutRange: z.number().positive().default(characterConfig.readoutRange),
});

/** Reads weights of the character network. @throws InputError when the file is of another kind or does not fit together. */
export function readCharacterWeights(path: string): { manifest: Manifest; weights: CharacterWeights } {
  const { manifest, tensors } = readWeightFile(path);
  if (manifest.kind !== 'fewshot')
    throw new InputError(
      { code: 'wrong-kind', field: 'kind', expected: '"fewshot"', received: `"${manifest.kind}"` },
      path,
    );
  const config: CharacterConfig = parseWith(schema, manifest.config, path);
  return { manifest, weights: characterWeights(config, tensors, path) };
}

/** Weights from tensors conv1, conv2, ... and readout. @throws InputError when one is missing or misshapen. */
export function characterWeights(
  config: CharacterConfig,
  tensors: ReadonlyMap<string, Tensor>,
  source: string,
): CharacterWeights {
  return {
    config,
    convolutions: Array.from({ length: config.layers }, (_, k) =>
      requireTensor(tensors, `conv${k + 1}`, convolutionShape(config, k), source),
    ),
    readout: requireTensor(tensors, 'readout', [config.channels, config.outputs], source),
  };
}

/** Writes weights of the character network: PATH and the values beside it. */
export function writeCharacterWeights(
  path: string,
  header: Omit<ManifestHeader, 'kind' | 'config'>,
  { config, convolutions, readout }: CharacterWeights,
): Manifest {
  const tensors = new Map<string, Tensor>();
  convolutions.forEach((values, k) =>
    tensors.set(`conv${k + 1}`, { shape: [...convolutionShape(config, k)], values }),
  );
  tensors.set('readout', { shape: [config.channels, config.outputs], values: readout });
  return writeWeightFile(path, { ...header, kind: 'fewshot', config: { ...config } }, tensors);
}
