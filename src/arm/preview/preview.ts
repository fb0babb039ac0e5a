import type { Profile } from '../kinematics/profile.js';
import { angleBetween } from '../kinematics/rotation.js';
import type { TrialTarget } from '../../trial/trial_target.js';

/** A tool that moves less than this stands, m. */
const SHORTEST_PATH_M = 1e-4;

/** How far a motion is from its target, taken on the trial's steps. */
export interface Scores {
  /** Mean over steps of the distance between target and performed tool-centre-point, m. */
  tcpErrorMeanM: number;
  tcpErrorMaxM: number;
  /** The mean in percent of the length of the target tool's path; null where it does not move. */
  tcpErrorPercentOfPath: number | null;
  /** Mean over steps of the angle between target and performed tool orientation, rad. */
  orientationErrorMeanRad: number;
  /** Root mean square over steps, a learned joint, rad/s on the trial's clock. */
  velocityRmseRadPerS: number[];
}

/** A motion on the trial's steps. */
export interface Rollout extends Scores {
  /** steps x joints, rad */
  angles: Float32Array;
  /** steps x 3, m */
  positions: Float32Array;
}

/** Integrates trial velocities (steps x joints, rad/s) from the target's start angles and scores the motion against the target. */
export function preview(
  target: Pick<TrialTarget, 'velocities' | 'angles' | 'positions' | 'startAngles' | 'steps' | 'stepS'>,
  velocities: ArrayLike<number>,
  profile: Profile,
): Rollout {
  const { steps, stepS } = target;
  const n = profile.learned;
  const angles = new Float32Array(steps * n);
  const positions = new Float32Array(steps * 3);
  const q = Float64Array.from(target.startAngles);
  for (let k = 0; k < steps; k++) {
    for (let j = 0; j < n; j++) angles[k * n + j] = q[j] += velocities[k * n + j] * stepS;
    profile.forward(q, 0, positions, 3 * k);
  }
  return { angles, positions, ...score(target, velocities, angles, positions, profile) };
}

/** Scores of velocities, angles (steps x joints) and tool-centre-points (steps x 3) against a target's. */
export function score(
  target: Pick<TrialTarget, 'velocities' | 'angles' | 'positions' | 'steps'>,
  velocities: ArrayLike<number>,
  angles: ArrayLike<number>,
  positions: ArrayLike<number>,
  profile: Profile,
): Scores {
  const joints = profile.learned;
  const [wanted, performed] = [new Float64Array(12), new Float64Array(12)];
  let [turned, length] = [0, 0];
  let sum = 0;
  let max = 0;
  const squares = new Array<number>(joints).fill(0);
  for (let k = 0; k < target.steps; k++) {
    const distance = Math.hypot(
      positions[3 * k] - target.positions[3 * k],
      positions[3 * k + 1] - target.positions[3 * k + 1],
      positions[3 * k + 2] - target.positions[3 * k + 2],
    );
    sum += distance;
    profile.pose(target.angles, k * joints, wanted, 0);
    profile.pose(angles, k * joints, performed, 0);
    turned += angleBetween(wanted, 0, performed, 0);
    if (k > 0)
      length += Math.hypot(
        ...[0, 1, 2].map((c) => target.positions[3 * k + c] - target.positions[3 * k - 3 + c]),
      );
    max = Math.max(max, distance);
    for (let j = 0; j < joints; j++)
      squares[j] += (velocities[k * joints + j] - target.velocities[k * joints + j]) ** 2;
  }
  return {
    tcpErrorMeanM: sum / target.steps,
    tcpErrorMaxM: max,
    tcpErrorPercentOfPath: length > SHORTEST_PATH_M ? (100 * sum) / target.steps / length : null,
    orientationErrorMeanRad: turned / target.steps,
    velocityRmseRadPerS: squares.map((s) => Math.sqrt(s / target.steps)),
  };
}
