/**
 * Types of the messages that this project sends and receives, as plain objects.
 * Received: float64[] is a Float64Array (and so on); uint64 is a bigint. Sent: plain arrays or typed arrays alike.
 */
import type { RosTime } from './time.js';

export type Floats = ArrayLike<number>;

export interface Header {
  stamp: RosTime;
  frame_id: string;
}
export interface JointTrajectoryPoint {
  positions: Floats;
  velocities: Floats;
  accelerations: Floats;
  effort: Floats;
  time_from_start: RosTime;
}
/** trajectory_msgs/msg/JointTrajectory */
export interface JointTrajectory {
  header: Header;
  joint_names: string[];
  points: JointTrajectoryPoint[];
}
/** sensor_msgs/msg/JointState */
export interface JointState {
  header: Header;
  name: string[];
  position: Floats;
  velocity: Floats;
  effort: Floats;
}
export interface Point {
  x: number;
  y: number;
  z: number;
}
export interface Quaternion extends Point {
  w: number;
}
export interface PoseStamped {
  header: Header;
  pose: { position: Point; orientation: Quaternion };
}
/** nav_msgs/msg/Path */
export interface Path {
  header: Header;
  poses: PoseStamped[];
}
/** sensor_msgs/msg/Image */
export interface Image {
  header: Header;
  height: number;
  width: number;
  encoding: string;
  is_bigendian: number;
  step: number;
  data: Uint8Array;
}
/** std_srvs/srv/Trigger response */
export interface TriggerResponse {
  success: boolean;
  message: string;
}
/** oneshot_arm_msgs/msg/Ledger */
export interface LedgerMessage {
  devices_total: bigint;
  devices_written: bigint;
  pulses: bigint;
  mvms: bigint;
  energy_program_j: number;
  energy_read_j: number;
}
/** oneshot_arm_msgs/msg/MotionScore */
export interface MotionScore {
  tcp_error_mean_m: number;
  tcp_error_max_m: number;
  tcp_error_percent_of_path: number;
  orientation_error_mean_rad: number;
  velocity_rmse_rad_per_s: Floats;
}
/** oneshot_arm_msgs/msg/LessonTiming */
export interface LessonTiming {
  exposure_ms: number;
  update_ms: number;
  recall_ms: number;
  total_ms: number;
}
/** oneshot_arm_msgs/msg/Violation */
export interface ViolationMessage {
  code: string;
  joint: string;
  time_s: number;
  value: number;
  limit: number;
  message: string;
}
/** oneshot_arm_msgs/msg/Lesson */
export interface LessonMessage {
  header: Header;
  name: string;
  backend: string;
  weights: string;
  profile: string;
  updates: number;
  before: MotionScore;
  after: MotionScore;
  executed: MotionScore;
  executed_delay_s: number;
  executed_deviation_m: number;
  executed_shortcoming: string;
  gate_accepted: boolean;
  reasons: ViolationMessage[];
  time_scaling: number;
  target_residual_m: number;
  ledger: LedgerMessage;
  timing: LessonTiming;
  learned_trajectory: JointTrajectory;
  target_path: Path;
  learned_path: Path;
  was_executed: boolean;
}
/** oneshot_arm_msgs/action/Teach goal */
export interface TeachGoal {
  trajectory: JointTrajectory;
  path: Path;
  path_dt: number;
  name: string;
  updates: number;
  refine_steps: number;
  execute: boolean;
}
/** oneshot_arm_msgs/action/Teach result */
export interface TeachResult {
  success: boolean;
  message: string;
  lesson: LessonMessage;
}
/** oneshot_arm_msgs/action/Teach feedback */
export interface TeachFeedback {
  stage: string;
  progress: number;
  before: MotionScore;
  after: MotionScore;
  message: string;
}
/** oneshot_arm_msgs/srv/InspectMemory request */
export interface InspectMemoryRequest {
  age_s: number;
  compensated: boolean;
  read_noise: boolean;
  most_rows: number;
}
/** oneshot_arm_msgs/msg/MemoryCore */
export interface MemoryCore {
  rows: number;
  columns: number;
  row_stride: number;
  column_stride: number;
  target: Floats;
  conductance: Floats;
}
/** oneshot_arm_msgs/srv/InspectMemory response */
export interface InspectMemoryResponse {
  success: boolean;
  message: string;
  cores: MemoryCore[];
  tcp_error_mean_m: number;
  path_m: Floats;
}
/** oneshot_arm_msgs/msg/LearnerStatus */
export interface LearnerStatusMessage {
  header: Header;
  state: string;
  stop_latched: boolean;
  reason: string;
  has_lesson: boolean;
  joint_states_fresh: boolean;
  joint_state_age_s: number;
  motion_start: RosTime;
  output: string;
}
/** oneshot_arm_msgs/msg/ArmStatus */
export interface ArmStatusMessage {
  header: Header;
  name: string;
  state: string;
  ready: boolean;
  stop_latched: boolean;
  homed: boolean;
  connected: boolean;
  reason: string;
}
/** oneshot_arm_msgs/msg/Activity */
export interface ActivityMessage {
  header: Header;
  step_s: number;
  steps: number;
  trainee_neurons: number;
  lsg_neurons: number;
  clock_lines: number;
  readouts: number;
  motion_share: number;
  lsg_spike_steps: Uint16Array;
  lsg_spike_neurons: Uint16Array;
  exposure_spike_steps: Uint16Array;
  exposure_spike_neurons: Uint16Array;
  trainee_spike_steps: Uint16Array;
  trainee_spike_neurons: Uint16Array;
  learning_signal_norms: Float32Array;
  weight_change: Int8Array;
  weight_change_scale: number;
  target_velocities: Float32Array;
  velocities_before: Float32Array;
  velocities_after: Float32Array;
}
export interface Twist {
  linear: Point;
  angular: Point;
}
/** geometry_msgs/msg/TwistStamped */
export interface TwistStamped {
  header: Header;
  twist: Twist;
}
/** control_msgs/msg/JointJog */
export interface JointJog {
  header: Header;
  joint_names: string[];
  displacements: Floats;
  velocities: Floats;
  duration: number;
}
/** sensor_msgs/msg/Joy */
export interface Joy {
  header: Header;
  axes: Floats;
  buttons: ArrayLike<number>;
}
/** oneshot_arm_msgs/msg/TeleopStatus */
export interface TeleopStatusMessage {
  header: Header;
  code: number;
  message: string;
  state: string;
  source: string;
  speed_scaling: number;
  joint_states_fresh: boolean;
}
