import type { ParameterTable } from '../../ros/index.js';
import { armParameters } from '../arm_parameters.js';
import { networkParameters } from '../network_parameters.js';

/** Parameters of motor_learner: the one source of defaults, ranges and documentation. */
export const parameterTable = {
  ...networkParameters('motor-default'),
  ...armParameters,
  updates: { type: 'int', default: 1, range: [1, 100], doc: 'weight updates of a lesson that names none' },
  refine_steps: {
    type: 'int',
    default: 0,
    range: [0, 1000],
    doc: 'further delta-rule steps on the readout of a lesson that names none',
  },
  read_after_s: {
    type: 'double',
    default: 0,
    range: [0, 1e9],
    doc: 'device time between the last write and the recall (backend pcm drifts), s',
  },
  time_scaling: { type: 'bool', default: true, doc: 'slow a motion down where a limit asks for it' },
  max_time_scaling: {
    type: 'double',
    default: 100,
    range: [1, 1000],
    doc: 'slow down by at most this factor',
  },
  max_tcp_error_m: {
    type: 'double',
    default: 0.1,
    range: [0, 10],
    doc: 'refuse a recall whose mean tool-centre-point error is larger, m; 0: never',
  },
  max_tcp_error_of_extent: {
    type: 'double',
    default: 0.3,
    range: [0, 100],
    doc: "the same as a part of the motion's extent, the diagonal of the box around the target's path; 0: never",
  },
  max_orientation_error_rad: {
    type: 'double',
    default: 0.3,
    range: [0, 4],
    doc: "refuse a recall whose mean error of the tool's orientation is larger, rad; 0: never",
  },
  execution_tolerance_m: {
    type: 'double',
    default: 0.02,
    range: [0, 10],
    doc: 'a performance whose tool-centre-point is on average further from what was predicted is no success, m; 0: any is',
  },
  execution_delay_s: {
    type: 'double',
    default: 0.5,
    range: [0, 60],
    doc: 'a performance that is further behind its command is no success, s; 0: any is',
  },
  on_refusal: {
    type: 'string',
    default: 'refuse',
    choices: ['refuse', 'target'],
    doc: "what ~/execute does with a refused recall: nothing, or the target's own trajectory",
  },
  skill_join_rad: {
    type: 'double',
    default: 0.05,
    range: [0, 0.5],
    doc: 'skills follow each other as one motion where no joint begins further from where the skill before ends, rad',
  },
  target: {
    type: 'string',
    default: '',
    doc: 'file with a target that is taught and performed once the arm is heard; empty: none',
    readOnly: true,
  },
  execute_topic_targets: {
    type: 'bool',
    default: false,
    doc: 'perform what was taught by topic, if the gate accepts it',
  },
  path_dt: {
    type: 'double',
    default: 0.01,
    range: [0.0001, 60],
    doc: 's between poses of paths without stamps',
  },
  path_orientation: {
    type: 'string',
    default: 'auto',
    choices: ['auto', 'use', 'ignore'],
    doc: 'whether the orientations of a path count; auto: where one is neither 0 nor the identity',
  },
  output: {
    type: 'string',
    default: 'topic',
    choices: ['topic', 'action', 'velocity'],
    doc: 'drive a joint_trajectory_controller by topic or by action, or stream velocity commands',
  },
  recall: {
    type: 'string',
    default: 'trajectory',
    choices: ['trajectory', 'online'],
    doc: 'perform what the gate made of the recall, as a whole; or recall step by step while the arm moves, waiting where it lags',
  },
  phase_stop_rad: {
    type: 'double',
    default: 0.08,
    range: [0, 1],
    doc: 'recall online: its clock stands where a joint lags further behind, and slows down from a quarter of it on; 0: never',
  },
  start_policy: {
    type: 'string',
    default: 'approach',
    choices: ['approach', 'refuse'],
    doc: 'where the arm is not at the start of the motion: move there slowly first, or refuse',
  },
  start_tolerance_rad: {
    type: 'double',
    default: 0.01,
    range: [0.0001, 1],
    doc: 'the arm is at the start of the motion where no joint is further away',
  },
  approach_speed: {
    type: 'double',
    default: 0.3,
    range: [0.01, 1],
    doc: 'speed of the approach as a part of the velocity and acceleration limits',
  },
  start_delay_s: {
    type: 'double',
    default: 0.1,
    range: [0, 10],
    doc: 'trajectories are stamped this far ahead; 0: no stamp, start on arrival',
  },
  settle_s: { type: 'double', default: 1, range: [0.05, 30], doc: 'time that the arm has to come to rest' },
  goal_tolerance_rad: {
    type: 'double',
    default: 0.05,
    range: [0, 3],
    doc: 'output action and success of a motion: allowed error at the end; 0: any',
  },
  path_tolerance_rad: {
    type: 'double',
    default: 0,
    range: [0, 3],
    doc: "output action: allowed error on the way; 0: the controller's own",
  },
  tracking_tolerance_rad: {
    type: 'double',
    default: 0.3,
    range: [0, 3],
    doc: 'a joint that stays further behind its command for half a second ends the motion: nothing follows; 0: not watched',
  },
  joint_state_timeout_s: {
    type: 'double',
    default: 0.5,
    range: [0.01, 10],
    doc: 'joint states older than this since receipt stop the arm',
  },
  joint_state_max_age_s: {
    type: 'double',
    default: 1,
    range: [0, 60],
    doc: 'joint states stamped longer ago than this, or further in the future, stop the arm; 0: stamps are not watched',
  },
  heartbeat_timeout_s: {
    type: 'double',
    default: 0,
    range: [0, 60],
    doc: 'stop where ~/heartbeat was silent for longer; 0: not watched',
  },
  stream_rate_hz: {
    type: 'double',
    default: 250,
    range: [100, 500],
    doc: 'output velocity: commands a second',
  },
  stream_gain: {
    type: 'double',
    default: 4,
    range: [0, 50],
    doc: 'output velocity: correction of position errors, (rad/s)/rad',
  },
  stream_max_gap_s: {
    type: 'double',
    default: 0.05,
    range: [0.005, 1],
    doc: 'output velocity: a longer time between two commands ends the motion, braking',
  },
  skills_directory: {
    type: 'string',
    default: '',
    doc: 'where skills are kept; empty: oneshot_arm/skills in ROS_HOME (~/.ros)',
    readOnly: true,
  },
  record_directory: {
    type: 'string',
    default: '',
    doc: 'folder that gets one recording (MCAP) a lesson and one a motion shown with ~/record; empty: none',
    readOnly: true,
  },
  record_cutoff_hz: {
    type: 'double',
    default: 6,
    range: [0, 49],
    doc: 'motions shown with ~/record: low-pass filter (Butterworth, no lag), Hz; 0: not smoothed',
  },
  record_still_rad_per_s: {
    type: 'double',
    default: 0.01,
    range: [0, 1],
    doc: 'motions shown with ~/record: slower than this is stillness, cut off at both ends',
  },
  record_tolerance_m: {
    type: 'double',
    default: 0.012,
    range: [0, 1],
    doc: 'motions shown with ~/record: where the predicted mean error is larger they are cut into more lessons, m; 0: never',
  },
  base_frame: {
    type: 'string',
    default: '',
    doc: 'frame that paths are in; empty: base_link, else the root link',
    readOnly: true,
  },
} as const satisfies ParameterTable;

export type LearnerParameters = typeof parameterTable;
