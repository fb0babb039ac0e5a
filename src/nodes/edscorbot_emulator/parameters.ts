import type { ParameterTable } from '../../ros/index.js';
import { brokerParameters } from '../edscorbot_driver/parameters.js';

const probability = (doc: string) => ({ type: 'double', default: 0, range: [0, 1], doc }) as const;

/** Parameters of the emulated controller. */
export const emulatorParameters = {
  ...brokerParameters,
  seed: {
    type: 'int',
    default: 0,
    range: [0, 2147483647],
    doc: 'of rest positions and faults',
    readOnly: true,
  },
  homing_time: {
    type: 'double',
    default: 4,
    range: [0.05, 100],
    doc: 'how long homing takes, s',
    readOnly: true,
  },
  boot_time: {
    type: 'double',
    default: 2,
    range: [0.05, 100],
    doc: 'how long a reboot takes, s',
    readOnly: true,
  },
  counters_period: {
    type: 'double',
    default: 0.1,
    range: [0.01, 1],
    doc: 'time between encoder reports, s',
    readOnly: true,
  },
  'to_arm.drop': probability('that a command is lost'),
  'to_arm.delay': probability('that a command is late'),
  'from_arm.drop': probability('that a report or answer is lost'),
  'from_arm.delay': probability('that a report or answer is late'),
  'from_arm.corrupt': probability('that a report or answer is damaged'),
  delay: { type: 'double', default: 0.1, range: [0, 10], doc: 'longest delay, s' },
} as const satisfies ParameterTable;
