export * from './types.js';
export { MeasuredJoints } from './measured_joints.js';
export { MotionCore, type MotionCoreOptions } from './motion_core.js';
export { TrajectorySource } from './trajectory_source.js';
export { StreamSource } from './stream_source.js';
export {
  defaultPhaseStop,
  type PhaseStop,
  type RecallOptions,
  RecallSource,
  type StepwiseRecall,
} from './recall_source.js';
export { SmoothedRecall } from './smoothed_recall.js';
export { CommandLimiter, type ControlledJoint, controlledJoints } from './limiter.js';
export { VelocityGuard, type VelocityGuardOptions } from './velocity_guard.js';
export { brakingMove } from './braking.js';
export { VelocityOutput, type VelocityPort } from './outputs/velocity_output.js';
export { TrajectoryOutput, type TrajectoryPort } from './outputs/trajectory_output.js';
export { ActionOutput, type GoalPort, type SentMotion } from './outputs/action_output.js';
