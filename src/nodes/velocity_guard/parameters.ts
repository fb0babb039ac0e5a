import type { ParameterTable } from '../../ros/parameters.js';
import { armParameters } from '../arm_parameters.js';

/** Parameters of velocity_guard; those of the arm as the sender of the velocities has them. */
export const guardParameters = {
  ...armParameters,
  timeout: {
    type: 'double',
    default: 0.08,
    range: [0.02, 0.09],
    doc: 'a longer silence ends a stream, s: the arm is slowed down within 0.1 s of the last message',
    readOnly: true,
  },
} as const satisfies ParameterTable;
