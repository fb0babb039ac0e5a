import { Random } from '../kernels/random.js';
import { QuantisedSynapses } from '../synapses/quantised_synapses.js';
import { softwareSynapses } from '../synapses/software_synapses.js';
import type { SynapsesFactory } from '../synapses/synapses.js';
import type { CharacterConfig } from './network.js';

/**
 * Synapses of the character network. On emulated memory the readout starts from zeros, so that its range cannot follow
 * from its weights: the configuration says what the largest conductance stands for there.
 */
export type CharacterSynapses = (config: CharacterConfig) => SynapsesFactory;

/** Largest readout weight to expect: views share what one of them would learn. */
const rangeOf = ({ readoutRange, views }: CharacterConfig): number => readoutRange / Math.sqrt(views);

/** Weights of a few bits and no other hardware effect. @param seed of the updates' stochastic rounding. */
export function quantisedCharacterSynapses(bits: number, seed: number): CharacterSynapses {
  const random = new Random(seed, 0xb175);
  return (config) => (rows, columns, name) =>
    new QuantisedSynapses(rows, columns, bits, random, name === 'readout' ? rangeOf(config) : undefined);
}

/**
 * Loads a backend of the character network; the memory emulation only where asked for.
 * @param seed of the device noise. @param preset of the emulated memory. @throws InputError for an unknown preset.
 */
export async function characterSynapses(
  backend: 'software' | 'pcm',
  seed = 0,
  preset = 'chip',
): Promise<CharacterSynapses> {
  if (backend === 'software') return () => softwareSynapses;
  const { pcmSynapses } = await import('../pcm/pcm_synapses.js');
  const convolutions = pcmSynapses(preset, { seed });
  if (preset === 'release') return () => convolutions;
  return (config) => {
    const readout = pcmSynapses(preset, { seed: seed + 1, range: rangeOf(config) });
    return (rows, columns, name) => (name === 'readout' ? readout : convolutions)(rows, columns, name);
  };
}
