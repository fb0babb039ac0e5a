import type { ParameterTable, ParameterValues } from '../../ros/index.js';
import { defaultStreamWatch, defaultThresholds, type TeleopSettings } from '../../teleop/index.js';
import { armParameters } from '../arm_parameters.js';
import { parameterTable as learner } from '../motor_learner/parameters.js';

const positive = [0.001, 100] as const;
const axes = [-1, 63] as const;

/** Parameters of teleop: the one source of defaults, ranges and documentation. Those of the arm are motor_learner's. */
export const parameterTable = {
  ...armParameters,
  learned_joints: {
    ...armParameters.learned_joints,
    doc: 'joints that a twist moves, base first; empty: all on the way to tcp_link',
  },
  base_frame: {
    type: 'string',
    default: 'base',
    doc: 'frame that tool positions are in, as learner and twists call it',
    readOnly: true,
  },
  command_in_type: {
    type: 'string',
    default: 'unitless',
    choices: ['unitless', 'speed_units'],
    doc: 'jogs and twists: from -1 to 1 of the speeds of scale, or rad/s and m/s',
  },
  'scale.linear': {
    type: 'double',
    default: 0.2,
    range: positive,
    doc: 'fastest the tool moves when asked without units, m/s',
  },
  'scale.rotational': {
    type: 'double',
    default: 0.5,
    range: positive,
    doc: 'fastest the tool turns when asked without units, rad/s',
  },
  'scale.joint': {
    type: 'double',
    default: 0.5,
    range: positive,
    doc: 'fastest a joint moves when asked without units, rad/s',
  },
  speed_override: {
    type: 'double',
    default: 1,
    range: [0.001, 1],
    doc: 'factor on everything that is asked for',
  },
  command_timeout_s: {
    type: 'double',
    default: defaultStreamWatch.timeoutS,
    range: [0.01, 5],
    doc: 'silence that ends a motion, and the oldest stamp that counts, s',
  },
  stamp_ahead_s: {
    type: 'double',
    default: defaultStreamWatch.futureS,
    range: [0, 5],
    doc: 'stamps further in the future are of another clock, s',
  },
  lease_s: {
    type: 'double',
    default: defaultStreamWatch.leaseS,
    range: [0.05, 60],
    doc: 'who commands keeps the arm until silent for so long, s',
  },
  joint_limit_margin: {
    type: 'double',
    default: 0.1,
    range: [0, 3],
    doc: 'nearer to its limit a joint may only move away from it, rad',
  },
  halt_all_joints: {
    type: 'bool',
    default: true,
    doc: 'a joint at its margin halts all; false: itself alone',
  },
  check_collisions: {
    type: 'bool',
    default: true,
    doc: 'halt before self-collision, the floor and the end of the workspace',
    readOnly: true,
  },
  'singularity.lower': {
    type: 'double',
    default: defaultThresholds.lower,
    range: [1, 1e6],
    doc: "condition number of the tool's Jacobian from which on twists are slowed down",
  },
  'singularity.hard_stop': {
    type: 'double',
    default: defaultThresholds.hardStop,
    range: [1, 1e6],
    doc: 'condition number at which twists halt',
  },
  'singularity.leaving_multiplier': {
    type: 'double',
    default: defaultThresholds.leavingMultiplier,
    range: [1, 100],
    doc: 'on the way out the range of slowing down is so many times as wide',
  },
  'singularity.damping': {
    type: 'double',
    default: 0.02,
    range: [0, 1],
    doc: 'damping of the least squares, m/rad',
  },
  'joy.mode': { type: 'string', default: 'joints', choices: ['joints', 'twist'], doc: 'what the axes move' },
  'joy.enable_button': {
    type: 'int',
    default: 4,
    range: [0, 63],
    doc: "the dead man's: nothing moves unless it is held",
  },
  'joy.mode_button': { type: 'int', default: 5, range: axes, doc: 'while held, the other mode; -1: none' },
  'joy.joint_axes': {
    type: 'double[]',
    default: [0, 1, 3, 4, -1],
    range: axes,
    doc: 'axis of each commanded joint; -1: none',
  },
  'joy.joint_scale': {
    type: 'double[]',
    default: [],
    range: [-1, 1],
    doc: 'factor on each of them; empty: 1',
  },
  'joy.twist_axes': {
    type: 'double[]',
    default: [1, 0, 4, -1, -1, 3],
    range: axes,
    doc: 'axis of x, y, z, roll, pitch and yaw; -1: none',
  },
  'joy.twist_scale': {
    type: 'double[]',
    default: [],
    range: [-1, 1],
    doc: 'factor on each of them; empty: 1',
  },
  'joy.dead_zone': {
    type: 'double',
    default: 0.05,
    range: [0, 0.9],
    doc: 'deflections smaller than this are 0',
  },
  'joy.frame': { type: 'string', default: '', doc: 'frame of its twists; empty: base_frame' },
  output: {
    type: 'string',
    default: 'topic',
    choices: ['topic', 'velocity'],
    doc: 'drive a joint_trajectory_controller by short trajectories, or a forward velocity controller',
    readOnly: true,
  },
  stream_rate_hz: { ...learner.stream_rate_hz, default: 125, readOnly: true },
  stream_gain: learner.stream_gain,
  stream_max_gap_s: {
    ...learner.stream_max_gap_s,
    doc: 'a longer time between two ticks ends the motion, braking; it begins anew by itself',
  },
  joint_state_timeout_s: learner.joint_state_timeout_s,
  joint_state_max_age_s: learner.joint_state_max_age_s,
} as const satisfies ParameterTable;

export type TeleopParameters = typeof parameterTable;

/** What may change while the node runs. */
export function teleopSettings(p: ParameterValues<TeleopParameters>): TeleopSettings {
  return {
    scaling: {
      units: p.command_in_type,
      linearMPerS: p['scale.linear'],
      rotationalRadPerS: p['scale.rotational'],
      jointRadPerS: p['scale.joint'],
    },
    joy: {
      mode: p['joy.mode'],
      enableButton: p['joy.enable_button'],
      modeButton: p['joy.mode_button'],
      jointAxes: p['joy.joint_axes'],
      jointScale: p['joy.joint_scale'],
      twistAxes: p['joy.twist_axes'],
      twistScale: p['joy.twist_scale'],
      deadZone: p['joy.dead_zone'],
      frame: p['joy.frame'] || p.base_frame,
    },
    watch: { timeoutS: p.command_timeout_s, futureS: p.stamp_ahead_s, leaseS: p.lease_s },
    override: p.speed_override,
    marginRad: p.joint_limit_margin,
    haltAll: p.halt_all_joints,
    singularity: {
      lower: p['singularity.lower'],
      hardStop: Math.max(p['singularity.hard_stop'], p['singularity.lower'] + 1e-3),
      leavingMultiplier: p['singularity.leaving_multiplier'],
    },
    damping: p['singularity.damping'],
  };
}
