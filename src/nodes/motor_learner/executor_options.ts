import type { JointLimits } from '../../arm/limits/joint_limits.js';
import type { Trajectory } from '../../arm/trajectory/trajectory.js';
import type { JointMonitor } from './joint_monitor.js';
import type { MotionOutput } from './output.js';

/** Settings that may change between motions. */
export interface ExecutorSettings {
  startPolicy: 'approach' | 'refuse';
  startToleranceRad: number;
  approachSpeed: number;
  startDelayS: number;
  settleS: number;
  goalToleranceRad: number;
  jointStateTimeoutS: number;
  /** 0: stamps are not watched. */
  jointStateMaxAgeS: number;
  /** 0: not watched. */
  heartbeatTimeoutS: number;
}

export interface ExecutorOptions {
  joints: JointMonitor;
  /** Of the commanded joints, in their order. */
  limits: readonly JointLimits[];
  settings: () => ExecutorSettings;
  /** Made anew for each motion, so that a changed parameter counts. */
  output: () => MotionOutput;
  /** The limited move between two places (commanded joints, rad). @throws Error where there is none that is safe. */
  approach: (from: Float64Array, to: Float64Array, speed: number) => Trajectory;
  /** Monotonic ms. */
  nowMs: () => number;
  /** ROS time, s. */
  nowS: () => number;
  onChange: () => void;
  /** Told what a person should know. */
  onTrouble: (message: string) => void;
}
