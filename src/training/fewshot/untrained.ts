import { convolutionShape, type CharacterConfig, type CharacterWeights } from '../../fewshot/network.js';
import type { Random } from '../../kernels/random.js';

/** Glorot-uniform convolutions, as the paper's. */
export function initialConvolutions(config: CharacterConfig, random: Random): Float32Array[] {
  return Array.from({ length: config.layers }, (_, layer) => {
    const [a, b, inputs, outputs] = convolutionShape(config, layer);
    const limit = Math.sqrt(6 / (a * b * (inputs + outputs)));
    return Float32Array.from({ length: a * b * inputs * outputs }, () => limit * (2 * random.uniform() - 1));
  });
}

/** Weights nobody trained: random convolutions, readout of zeros. */
export function untrainedWeights(config: CharacterConfig, random: Random): CharacterWeights {
  return {
    config,
    convolutions: initialConvolutions(config, random),
    readout: new Float32Array(config.channels * config.outputs),
  };
}
