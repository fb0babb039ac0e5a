import { controllerParameterTable } from '../../ros/controller_parameters.js';
import type { ParameterTable } from '../../ros/index.js';

/** Where the MQTT broker is. User and password come from EDSCORBOT_MQTT_USER and EDSCORBOT_MQTT_PASSWORD. */
export const brokerParameters = {
  'broker.host': { type: 'string', default: '127.0.0.1', doc: 'host of the MQTT broker', readOnly: true },
  'broker.port': {
    type: 'int',
    default: 1883,
    range: [1, 65535],
    doc: 'port of the MQTT broker (8883 is usual with TLS)',
    readOnly: true,
  },
  'broker.tls': { type: 'bool', default: false, doc: 'encrypted connection', readOnly: true },
  'broker.ca_file': {
    type: 'string',
    default: '',
    doc: "PEM file of the broker's certificate authority; empty = the system's",
    readOnly: true,
  },
  robot: {
    type: 'string',
    default: 'EDScorbot',
    doc: "the robot's name, first part of its topics",
    readOnly: true,
  },
} as const satisfies ParameterTable;

/** Parameters of the driver, those of its controller included. Arrays go by joint, in the order of `joints`. */
export const driverParameters = {
  ...controllerParameterTable,
  allow_partial_joints_goal: { ...controllerParameterTable.allow_partial_joints_goal, default: true },
  'constraints.goal': { ...controllerParameterTable['constraints.goal'], default: [0.06, 0.06, 0.06, 0.06] },
  'constraints.goal_time': { ...controllerParameterTable['constraints.goal_time'], default: 8 },
  'constraints.stopped_velocity_tolerance': {
    ...controllerParameterTable['constraints.stopped_velocity_tolerance'],
    default: 0.05,
  },
  start_tolerance: { ...controllerParameterTable.start_tolerance, default: 0.06 },
  ...brokerParameters,
  client_id: {
    type: 'string',
    default: 'oneshot_arm',
    doc: 'as which client this driver owns the arm; the same at every start',
    readOnly: true,
  },
  joints: {
    type: 'string[]',
    default: ['base_joint', 'shoulder', 'elbow', 'pitch'],
    doc: "names of the arm's joints 1 to 4 in the robot description",
    readOnly: true,
  },
  joint_directions: {
    type: 'double[]',
    default: [1, 1, -1, 1],
    range: [-1, 1],
    doc: "1 or -1: sign of the robot description's angle over the arm's own",
    readOnly: true,
  },
  references_per_degree: {
    type: 'double[]',
    default: [3.050640635, 9.532888465, 3.220611916, 17.66784452],
    range: [-1000, 1000],
    doc: 'k_j, digital spike references per degree',
    readOnly: true,
  },
  counts_per_degree: {
    type: 'double[]',
    default: [125.5, 131, 132.5, 80.6999],
    range: [-10000, 10000],
    doc: 'c_j, encoder counts per degree',
    readOnly: true,
  },
  lower_limits: {
    type: 'double[]',
    default: [-2.18166, -1.48353, -1.9635, -1.5708],
    range: [-10, 10],
    doc: "least angles, rad, in the robot description's senses",
    readOnly: true,
  },
  upper_limits: {
    type: 'double[]',
    default: [2.18166, 1.48353, 1.9635, 1.5708],
    range: [-10, 10],
    doc: "greatest angles, rad, in the robot description's senses",
    readOnly: true,
  },
  max_velocities: {
    type: 'double[]',
    default: [0.7, 0.4, 0.29, 0.7],
    range: [0.001, 1],
    doc: 'rad/s; the defaults are about four fifths of what the fitted joints keep up',
    readOnly: true,
  },
  max_accelerations: {
    type: 'double[]',
    default: [1.5, 1, 1, 1.5],
    range: [0.01, 20],
    doc: 'rad/s^2',
    readOnly: true,
  },
  lead_times: {
    type: 'double[]',
    default: [0.36, 0.34, 0.43, 0.14],
    range: [0, 1],
    doc: "references run ahead of a motion by this and half a reference period, to make up for the joints' lag, s; 0 = none",
    readOnly: true,
  },
  integral_rates: {
    type: 'double[]',
    default: [0.25, 0.16, 0.13, 0.13],
    range: [0, 10],
    doc: "so fast the arm's own integrators make up for the joints' lag as well, which the lead leaves to them, 1/s; 0 = not",
    readOnly: true,
  },
  reference_period: {
    type: 'double',
    default: 0.25,
    range: [0.1, 1],
    doc: 'time between references, s',
    readOnly: true,
  },
  point_unit: {
    type: 'string',
    default: 'reference',
    choices: ['reference', 'degrees'],
    doc: 'coordinates of a point: the integer reference, or degrees that the controller converts',
    readOnly: true,
  },
  time_scaling: {
    type: 'bool',
    default: false,
    doc: 'perform a trajectory that is too fast slower instead of refusing it',
  },
  update_rate: {
    type: 'int',
    default: 50,
    range: [20, 200],
    doc: 'Hz of control; /joint_states come with the encoder reports',
    readOnly: true,
  },
  feedback_timeout: {
    type: 'double',
    default: 0.5,
    range: [0.15, 10],
    doc: 'encoder reports older than this stop the arm, s',
    readOnly: true,
  },
  homing_timeout: {
    type: 'double',
    default: 120,
    range: [1, 1000],
    doc: 'longest homing, s',
    readOnly: true,
  },
  following_error: {
    type: 'double',
    default: 0.35,
    range: [0.01, 3],
    doc: 'a joint this far from its reference for a second does not follow, rad',
    readOnly: true,
  },
} as const satisfies ParameterTable;
