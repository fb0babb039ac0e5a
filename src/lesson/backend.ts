import { softwareSynapses } from '../synapses/software_synapses.js';
import type { SynapsesFactory } from '../synapses/synapses.js';

/** Where the learning network's synapses live. */
export const backends = ['software', 'pcm'] as const;
export type Backend = (typeof backends)[number];

/**
 * Makes the synapses of a backend; loads the memory emulation only where asked for.
 * @param seed of the device noise. @param preset of the emulated memory. @throws InputError for an unknown preset.
 */
export async function synapsesFor(backend: Backend, seed: number, preset = 'chip'): Promise<SynapsesFactory> {
  if (backend === 'software') return softwareSynapses;
  const { pcmSynapses } = await import('../pcm/pcm_synapses.js');
  return pcmSynapses(preset, { seed });
}
