import { convolutionShape, type CharacterConfig, type CharacterWeights } from '../fewshot/network.js';
import { InputError } from '../input_error.js';
import type { Manifest, Tensor } from './manifest.js';
import { characterSchema, characterWeights } from './character_schema.js';
import { parseWith } from './validate.js';
import { readWeightFile, writeWeightFile, type ManifestHeader } from './weights.js';

export { characterWeights } from './character_schema.js';

/** Reads weights of the character network. @throws InputError when the file is of another kind or does not fit together. */
export function readCharacterWeights(path: string): { manifest: Manifest; weights: CharacterWeights } {
  const { manifest, tensors } = readWeightFile(path);
  if (manifest.kind !== 'fewshot')
    throw new InputError(
      { code: 'wrong-kind', field: 'kind', expected: '"fewshot"', received: `"${manifest.kind}"` },
      path,
    );
  const config: CharacterConfig = parseWith(characterSchema, manifest.config, path);
  return { manifest, weights: characterWeights(config, tensors, path) };
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
