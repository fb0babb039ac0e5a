import { type ControllerParameters, defaultParameters } from '../controller/types.js';
import type { ParameterTable, ParameterValues } from './parameters.js';

/**
 * Parameters of a joint_trajectory_controller, named as ros2_controllers names them (per-joint constraints as arrays in
 * joint order), and of the forward velocity controller beside it.
 */
export const controllerParameterTable = {
  allow_partial_joints_goal: {
    type: 'bool',
    default: false,
    doc: 'take trajectories for some of the joints',
  },
  allow_trajectory_replacement: {
    type: 'bool',
    default: true,
    doc: 'joints that a new trajectory does not name go on with the running one; false: they stop',
  },
  allow_nonzero_velocity_at_trajectory_end: {
    type: 'bool',
    default: false,
    doc: 'take trajectories that end in motion',
  },
  allow_integration_in_goal_trajectories: {
    type: 'bool',
    default: false,
    doc: 'take points with velocities only',
  },
  cmd_timeout: {
    type: 'double',
    default: 0,
    range: [0, 3600],
    doc: 'abort so many s after the end of a trajectory whose goal is not reached; 0 = never',
  },
  'constraints.goal_time': {
    type: 'double',
    default: 0,
    range: [0, 3600],
    doc: 'time after the end until goal tolerances must hold, s; 0 = for ever',
  },
  'constraints.stopped_velocity_tolerance': {
    type: 'double',
    default: 0.01,
    range: [0, 100],
    doc: 'velocity that counts as standing at the end, rad/s; 0 = any',
  },
  'constraints.trajectory': {
    type: 'double[]',
    default: [],
    range: [0, 100],
    doc: 'path tolerance per joint, rad; empty or 0 = none',
  },
  'constraints.goal': {
    type: 'double[]',
    default: [],
    range: [0, 100],
    doc: 'goal tolerance per joint, rad; empty or 0 = none',
  },
  start_tolerance: {
    type: 'double',
    default: 0.02,
    range: [0, 100],
    doc: 'a first point at time 0 may be this far from the present command, rad',
  },
  velocity_timeout: {
    type: 'double',
    default: 0.1,
    range: [0.005, 10],
    doc: 'brake when no velocity command came for this long, s',
  },
} as const satisfies ParameterTable;

/** The controller core's parameters from a node's. */
export function controllerParameters(
  values: ParameterValues<typeof controllerParameterTable>,
  joints: number,
): ControllerParameters {
  return {
    ...defaultParameters(joints),
    allowPartialJointsGoal: values.allow_partial_joints_goal,
    allowTrajectoryReplacement: values.allow_trajectory_replacement,
    allowNonzeroVelocityAtTrajectoryEnd: values.allow_nonzero_velocity_at_trajectory_end,
    allowIntegrationInGoalTrajectories: values.allow_integration_in_goal_trajectories,
    cmdTimeoutS: values.cmd_timeout,
    goalTimeS: values['constraints.goal_time'],
    stoppedVelocityToleranceRadPerS: values['constraints.stopped_velocity_tolerance'],
    pathToleranceRad: values['constraints.trajectory'],
    goalToleranceRad: values['constraints.goal'],
    startToleranceRad: values.start_tolerance,
    velocityTimeoutS: values.velocity_timeout,
  };
}
