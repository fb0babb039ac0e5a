import { edscorbotPaper } from '../../arm/kinematics/edscorbot.js';
import { surfacePoint } from '../../arm/kinematics/surface.js';
import type { TrialMotion } from '../../trial/trial_target.js';

/** Largest joint angles of the task family (released code): base +-130, shoulder +-70 degrees. */
export const angleLimitsRad = [(130 * Math.PI) / 180, (70 * Math.PI) / 180] as const;
/** Largest angular velocity of the task family, rad/s. */
export const velocityLimitRadPerS = Math.PI;
/** Arm time of a step, s. */
export const stepS = 0.01;

/** A trial's arrays, zeros. Two joints have the paper's kinematics; positions of others stay 0. */
export function emptyTrial(steps: number, joints = 2): TrialMotion {
  return {
    velocities: new Float32Array(joints * steps),
    angles: new Float32Array(joints * steps),
    positions: new Float32Array(3 * steps),
  };
}

/** Angles relative to the start, from the trial's velocities, unclipped. */
export function integrate(trial: TrialMotion, joints: number, stepS: number): void {
  const { velocities, angles } = trial;
  for (let j = 0; j < joints; j++) {
    let q = 0;
    for (let k = j; k < velocities.length; k += joints) angles[k] = q += stepS * velocities[k];
  }
}

/** Mean distance (rad) of recalled angles from the target's over all steps and the joints that move (all, where none does). */
export function angleErrorMeanRad(
  target: TrialMotion,
  recalled: Float32Array,
  joints: number,
  stepS: number,
): number {
  let [sum, count, all] = [0, 0, 0];
  const steps = recalled.length / joints;
  for (let j = 0; j < joints; j++) {
    let [q, off, moves] = [0, 0, false];
    for (let k = j; k < recalled.length; k += joints) {
      q += stepS * recalled[k];
      off += Math.abs(q - target.angles[k]);
      moves ||= target.velocities[k] !== 0;
    }
    all += off;
    if (!moves) continue;
    sum += off;
    count++;
  }
  return count > 0 ? sum / (count * steps) : all / (joints * steps);
}

/** Angles (clipped to the limits, as the released code does) and TCP positions from the trial's velocities on steps of `dt` s. */
export function completeTrial(trial: TrialMotion, dt = stepS): void {
  const { velocities, angles, positions } = trial;
  let [q1, q2] = [0, 0];
  for (let t = 0; t < velocities.length / 2; t++) {
    q1 += dt * velocities[2 * t];
    q2 += dt * velocities[2 * t + 1];
    angles[2 * t] = clip(q1, angleLimitsRad[0]);
    angles[2 * t + 1] = clip(q2, angleLimitsRad[1]);
    surfacePoint(edscorbotPaper.surface, angles[2 * t], angles[2 * t + 1], positions, 3 * t);
  }
}

/** Whether no angle is clipped and every coordinate can be encoded in 16 bits (-1 <= c < 1 m). */
export function isClean(trial: TrialMotion): boolean {
  const { velocities, positions } = trial;
  const q = [0, 0];
  for (let k = 0; k < velocities.length; k++) {
    q[k & 1] += stepS * velocities[k];
    if (Math.abs(q[k & 1]) >= angleLimitsRad[k & 1]) return false;
  }
  return positions.every((c) => Math.abs(c) < 1);
}

/** Mean distance (m) of the TCP of recalled velocities (steps x 2, of `dt` s, integrated from angle 0) from the target's. */
export function tcpErrorMeanM(trial: TrialMotion, recalled: Float32Array, dt = stepS): number {
  const at = new Float64Array(3);
  const steps = recalled.length / 2;
  let [q1, q2, sum] = [0, 0, 0];
  for (let t = 0; t < steps; t++) {
    q1 += dt * recalled[2 * t];
    q2 += dt * recalled[2 * t + 1];
    surfacePoint(edscorbotPaper.surface, q1, q2, at);
    sum += Math.hypot(
      at[0] - trial.positions[3 * t],
      at[1] - trial.positions[3 * t + 1],
      at[2] - trial.positions[3 * t + 2],
    );
  }
  return sum / steps;
}

export function clip(x: number, limit: number): number {
  return Math.max(-limit, Math.min(limit, x));
}
