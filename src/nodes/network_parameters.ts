import type { ParameterTable } from '../ros/index.js';

/** Parameters of every node with a network: which weights, and where its synapses live. */
export const networkParameters = (packaged: string) =>
  ({
    weights: {
      type: 'string',
      default: '',
      doc: `weights: a manifest, its folder or the name of packaged weights; empty: ${packaged}`,
      readOnly: true,
    },
    backend: {
      type: 'string',
      default: 'software',
      choices: ['software', 'pcm'],
      doc: 'where the synapses live',
      readOnly: true,
    },
    pcm_preset: {
      type: 'string',
      default: 'chip',
      doc: 'device model of backend pcm: ideal, release, pcm-like, hermes or chip',
      readOnly: true,
    },
    seed: {
      type: 'int',
      default: 0,
      range: [0, 2147483647],
      doc: 'seed of every random draw',
      readOnly: true,
    },
  }) as const satisfies ParameterTable;
