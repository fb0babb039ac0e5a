export type { ControlledJoint } from '../motion/limiter.js';

/** One point of a trajectory as it came in: each list is empty or has a value per joint name. */
export interface TrajectoryPointInput {
  positions: ArrayLike<number>;
  velocities: ArrayLike<number>;
  accelerations: ArrayLike<number>;
  effort: ArrayLike<number>;
  timeFromStartS: number;
}

/** trajectory_msgs/JointTrajectory without ROS; `startS` is on the controller's clock, absent for "now". */
export interface TrajectoryInput {
  jointNames: readonly string[];
  points: readonly TrajectoryPointInput[];
  startS?: number;
  /** It brakes what moves: no joint is led back by it, however late it comes. */
  stop?: boolean;
}

/** error_code of control_msgs/action/FollowJointTrajectory. */
export const ErrorCode = {
  SUCCESSFUL: 0,
  INVALID_GOAL: -1,
  INVALID_JOINTS: -2,
  OLD_HEADER_TIMESTAMP: -3,
  PATH_TOLERANCE_VIOLATED: -4,
  GOAL_TOLERANCE_VIOLATED: -5,
} as const;

/** Why a trajectory or goal did not (or did) go through. */
export interface Verdict {
  /** One of ErrorCode. */
  code: number;
  /** One line for a person: which joint, which point, which value, which limit. */
  text: string;
  /** Where a trajectory is too fast: that many times slower it would keep the limit that it was refused for. */
  tooFast?: number;
}

/** How an accepted trajectory ended. */
export interface GoalOutcome extends Verdict {
  status: 'succeeded' | 'aborted' | 'canceled';
}

/** Tolerances of one joint; 0 = not enforced. */
export interface JointTolerance {
  positionRad: number;
  velocityRadPerS: number;
  accelerationRadPerS2: number;
}

/** Names and defaults as in ros2_controllers' joint_trajectory_controller, times in seconds. */
export interface ControllerParameters {
  allowPartialJointsGoal: boolean;
  /** Joints that a new trajectory does not name go on with the running one; false: they stop and hold. */
  allowTrajectoryReplacement: boolean;
  allowNonzeroVelocityAtTrajectoryEnd: boolean;
  /** Accept points without positions and integrate their velocities. */
  allowIntegrationInGoalTrajectories: boolean;
  /** After the end of a trajectory whose goal is not reached; 0 = never. Must exceed goalTimeS. */
  cmdTimeoutS: number;
  /** After the end of a trajectory, until its goal tolerances must hold; 0 = for ever. */
  goalTimeS: number;
  stoppedVelocityToleranceRadPerS: number;
  /** Per joint, rad; 0 = not enforced. */
  pathToleranceRad: readonly number[];
  goalToleranceRad: readonly number[];
  /** A first point at time 0 may lie this far from the present command; further is refused as a jump. */
  startToleranceRad: number;
  /** No velocity command for this long: limited deceleration to zero. */
  velocityTimeoutS: number;
  /** Longest step of the controller's own clock: after a longer gap between updates the motion goes on late and from rest. */
  maxStepS: number;
  /** Older measured states stop the arm (latched); 0 = not watched. */
  stateTimeoutS: number;
  maxPoints: number;
}

/** Defaults: joint_trajectory_controller's where it has them. */
export function defaultParameters(joints: number): ControllerParameters {
  return {
    allowPartialJointsGoal: false,
    allowTrajectoryReplacement: true,
    allowNonzeroVelocityAtTrajectoryEnd: false,
    allowIntegrationInGoalTrajectories: false,
    cmdTimeoutS: 0,
    goalTimeS: 0,
    stoppedVelocityToleranceRadPerS: 0.01,
    pathToleranceRad: new Array<number>(joints).fill(0),
    goalToleranceRad: new Array<number>(joints).fill(0),
    startToleranceRad: 0.02,
    velocityTimeoutS: 0.1,
    maxStepS: 0.05,
    stateTimeoutS: 0,
    maxPoints: 100_000,
  };
}
