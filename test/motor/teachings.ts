import type { Teachings } from '../../src/nodes/motor_learner/lesson_types';

/** One exposure and one update, judged by the limits of a learner without parameters of its own. */
export const once: Teachings = {
  updates: 1,
  refineSteps: 0,
  readAfterS: 0,
  toleranceM: 0,
  timeScaling: true,
  maxTimeScaling: 100,
  maxTcpErrorM: 0.1,
  maxTcpErrorOfExtent: 0.3,
  maxOrientationErrorRad: 0.3,
};
