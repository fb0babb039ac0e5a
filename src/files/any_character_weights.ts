import { basename } from 'node:path';
import type { CharacterWeights } from '../fewshot/network.js';
import { readCharacterWeights } from './character_weights.js';
import { importReleasedWeights } from './import_weights.js';
import { readJson } from './json_file.js';
import type { Manifest } from './manifest.js';
import { manifestPath } from './weights.js';

/** Weights of the character network, and where they come from. */
export interface NamedCharacterWeights {
  name: string;
  made: Manifest['made'];
  weights: CharacterWeights;
}

/**
 * Reads a manifest of our own, or weights in the layout of the paper's release (omniglot_cnn.json, values beside it).
 * @throws InputError when it is neither.
 */
export function readAnyCharacterWeights(path: string): NamedCharacterWeights {
  const at = manifestPath(path);
  const description = readJson(at);
  if (typeof description === 'object' && description !== null && !('format' in description)) {
    const imported = importReleasedWeights(at);
    if (imported.kind === 'fewshot')
      return {
        name: basename(at, '.json'),
        made: { command: `import of ${basename(at)}` },
        weights: imported.weights,
      };
  }
  const { manifest, weights } = readCharacterWeights(at);
  return { name: manifest.name, made: manifest.made, weights };
}
