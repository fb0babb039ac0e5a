import type { ParameterTable } from '../../ros/index.js';
import { networkParameters } from '../network_parameters.js';

/** Parameters of character_classifier: the one source of defaults, ranges and documentation. */
export const parameterTable = {
  ...networkParameters('fewshot-default'),
  outputs: {
    type: 'int',
    default: 5,
    range: [2, 256],
    doc: 'most classes that can be learned',
    readOnly: true,
  },
  views: {
    type: 'int',
    default: 0,
    range: [0, 8],
    doc: 'orientations of every picture that are looked at; 0: as the weights say',
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
