import { controllerParameterTable } from '../../ros/controller_parameters.js';
import type { ParameterTable } from '../../ros/index.js';

/** Parameters of the simulated arm, those of its controller included. */
export const simulatorParameters = {
  ...controllerParameterTable,
  robot_description_file: {
    type: 'string',
    default: '',
    doc: 'URDF; empty = urdf/edscorbot.urdf of this package',
    readOnly: true,
  },
  joints: {
    type: 'string[]',
    default: ['base_joint', 'shoulder', 'elbow', 'pitch', 'roll'],
    doc: 'controlled joints; the others of the URDF stay at 0',
    readOnly: true,
  },
  joint_limits: {
    type: 'string',
    default: '',
    doc: 'joint limits, YAML; empty = config/joint_limits.yaml of this package',
    readOnly: true,
  },
  initial_positions: {
    type: 'double[]',
    default: [],
    doc: 'of the controlled joints, rad; empty = 0',
    readOnly: true,
  },
  max_accelerations: {
    type: 'double[]',
    default: [],
    range: [0.01, 1000],
    doc: 'of the controlled joints, rad/s^2; empty = those of joint_limits',
    readOnly: true,
  },
  update_rate: {
    type: 'int',
    default: 100,
    range: [20, 1000],
    doc: 'Hz of control and /joint_states',
    readOnly: true,
  },
  'servo.natural_frequency': {
    type: 'double',
    default: 40,
    range: [1, 100],
    doc: 'of each joint, rad/s',
    readOnly: true,
  },
  'servo.damping_ratio': {
    type: 'double',
    default: 1,
    range: [0.05, 3],
    doc: 'of each joint',
    readOnly: true,
  },
  'servo.velocity_feedforward': {
    type: 'double',
    default: 1,
    range: [0, 1],
    doc: '1: a ramp is followed without lag; 0: it lags by 2 x damping_ratio / natural_frequency s',
    readOnly: true,
  },
  'servo.dead_time': {
    type: 'double',
    default: 0,
    range: [0, 2],
    doc: 'from command to effect, s',
    readOnly: true,
  },
  'servo.position_noise': {
    type: 'double',
    default: 0,
    range: [0, 0.1],
    doc: 'standard deviation of measured positions, rad',
    readOnly: true,
  },
  seed: { type: 'int', default: 0, range: [0, 2147483647], doc: 'of the noise', readOnly: true },
} as const satisfies ParameterTable;
