import { edscorbotPaper } from '../../arm/kinematics/edscorbot.js';
import { surfaceJacobian, surfacePoint } from '../../arm/kinematics/surface.js';
import type { TrialMotion } from '../../trial/trial_target.js';
import type { RunConfig } from './run_config.js';
import { angleErrorMeanRad, stepS } from './trial.js';

/** Sums over one task. */
export interface TaskLoss {
  /** Mean squared velocity error, (rad/s)^2. */
  velocityMse: number;
  /** Mean squared coordinate error, m^2; of a run in joint space: mean squared angle error, rad^2. */
  positionMse: number;
  /** Mean error: of the tool, m; of a run in joint space: of the moving joints, rad. */
  error: number;
}

/** The terms of the outer loss that a task has. */
export type TaskWeights = Pick<RunConfig['loss'], 'velocity' | 'position'>;

const at = new Float64Array(3);
const jacobian = new Float64Array(6);

/**
 * Errors of recalled velocities, and d(velocity weight x velocityMse + position weight x positionMse) / d velocities x `share`.
 * @param recalled steps x 2, rad/s. @param gradient steps x 2, overwritten.
 */
export function taskLoss(
  target: TrialMotion,
  recalled: Float32Array,
  weights: TaskWeights,
  share: number,
  gradient: Float32Array,
): TaskLoss {
  const steps = recalled.length / 2;
  let [q1, q2, velocity, position, distance] = [0, 0, 0, 0, 0];
  const perVelocity = (share * weights.velocity * 2) / (2 * steps);
  const perPosition = (share * weights.position * 2) / (3 * steps);
  for (let t = 0; t < steps; t++) {
    q1 += stepS * recalled[2 * t];
    q2 += stepS * recalled[2 * t + 1];
    surfacePoint(edscorbotPaper.surface, q1, q2, at);
    surfaceJacobian(edscorbotPaper.surface, q1, q2, jacobian);
    const ex = at[0] - target.positions[3 * t];
    const ey = at[1] - target.positions[3 * t + 1];
    const ez = at[2] - target.positions[3 * t + 2];
    const square = ex * ex + ey * ey + ez * ez;
    position += square;
    distance += Math.sqrt(square);
    // d / d angle for now; the sums over later steps follow below
    gradient[2 * t] = perPosition * (ex * jacobian[0] + ey * jacobian[2] + ez * jacobian[4]);
    gradient[2 * t + 1] = perPosition * (ex * jacobian[1] + ey * jacobian[3] + ez * jacobian[5]);
  }
  let [a1, a2] = [0, 0];
  for (let t = steps - 1; t >= 0; t--) {
    a1 += gradient[2 * t];
    a2 += gradient[2 * t + 1];
    const e1 = recalled[2 * t] - target.velocities[2 * t];
    const e2 = recalled[2 * t + 1] - target.velocities[2 * t + 1];
    velocity += e1 * e1 + e2 * e2;
    gradient[2 * t] = stepS * a1 + perVelocity * e1;
    gradient[2 * t + 1] = stepS * a2 + perVelocity * e2;
  }
  return {
    velocityMse: velocity / (2 * steps),
    positionMse: position / (3 * steps),
    error: distance / steps,
  };
}

/**
 * The same in joint space, for any arm: errors of velocities and of angles relative to the start; position weight x angle MSE.
 * @param recalled steps x joints, rad/s. @param gradient steps x joints, overwritten.
 */
export function jointLoss(
  target: TrialMotion,
  recalled: Float32Array,
  joints: number,
  stepS: number,
  weights: TaskWeights,
  share: number,
  gradient: Float32Array,
): TaskLoss {
  const n = recalled.length;
  const perVelocity = (share * weights.velocity * 2) / n;
  const perAngle = (share * weights.position * 2) / n;
  let [velocity, angle] = [0, 0];
  for (let j = 0; j < joints; j++) {
    let q = 0;
    for (let k = j; k < n; k += joints) {
      q += stepS * recalled[k];
      const e = q - target.angles[k];
      angle += e * e;
      gradient[k] = perAngle * e;
    }
    let later = 0;
    for (let k = n - joints + j; k >= 0; k -= joints) {
      later += gradient[k];
      const e = recalled[k] - target.velocities[k];
      velocity += e * e;
      gradient[k] = stepS * later + perVelocity * e;
    }
  }
  return {
    velocityMse: velocity / n,
    positionMse: angle / n,
    error: angleErrorMeanRad(target, recalled, joints, stepS),
  };
}
