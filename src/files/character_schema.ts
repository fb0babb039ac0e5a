/** What a character network's manifest must say, and its tensors; knows no files. */
import { z } from 'zod';
import {
  characterConfig,
  convolutionShape,
  type CharacterConfig,
  type CharacterWeights,
} from '../fewshot/network.js';
import { mostViews } from '../fewshot/views.js';
import type { Tensor } from './manifest.js';
import { requireTensor } from './tensors.js';

/** Schema of a character network's configuration (src/fewshot/network.ts says what each field means). */
export const characterSchema = z.strictObject({
  channels: z.int().min(1).max(1024),
  layers: z.int().min(1).max(4),
  outputs: z.int().min(2).max(1000),
  normalisation: z.enum(['image', 'batch']),
  epsilon: z.number().positive(),
  background: z.union([z.literal(0), z.literal(1)]),
  framing: z.enum(['centred', 'whole']),
  views: z.int().min(1).max(mostViews).default(characterConfig.views),
  featureScale: z.number().positive(),
  updates: z.int().min(0).max(1000),
  rate: z.number().positive(),
  readoutRange: z.number().positive().default(characterConfig.readoutRange),
});

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
