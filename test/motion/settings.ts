import type { MotionSettings } from '../../src/motion/index.js';

/** A motion core whose arm takes a stream of velocities and follows it. */
export const streamed: MotionSettings = {
  startPolicy: 'approach',
  startToleranceRad: 0.01,
  approachSpeed: 0.5,
  startDelayS: 0,
  settleS: 1,
  goalToleranceRad: 0.05,
  trackingToleranceRad: 0,
  jointStateTimeoutS: 0.3,
  jointStateMaxAgeS: 0,
  heartbeatTimeoutS: 0,
  maxGapS: 0.1,
};
