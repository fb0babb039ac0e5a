import type { ParameterTable } from '../../ros/index.js';

/** Parameters of character_classifier: the one source of defaults, ranges and documentation. */
export const parameterTable = {
  weights: {
    type: 'string',
    default: '',
    doc: 'weights: a manifest, its folder or the name of packaged weights; empty: fewshot-default',
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
  seed: { type: 'int', default: 0, range: [0, 2147483647], doc: 'seed of every random draw', readOnly: true },
  outputs: {
    type: 'int',
    default: 5,
    range: [2, 256],
    doc: 'most classes that can be learned',
    readOnly: true,
  },
  updates: {
    type: 'int',
    default: 4,
    range: [1, 1000],
    doc: 'delta-rule updates of the readout when classes are learned',
  },
  rate: { type: 'double', default: 0.1, range: [1e-6, 100], doc: 'rate of an update' },
} as const satisfies ParameterTable;

export type ClassifierParameters = typeof parameterTable;
