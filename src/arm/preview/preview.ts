import type { Profile } from '../kinematics/profile.js';
import type { TrialTarget } from '../target/trial.js';

/** How far a motion is from its target, taken on the trial's steps. */
export interface Scores {
  /** Mean over steps of the distance between target and performed tool-centre-point, m. */
  tcpErrorMeanM: number;
  tcpErrorMaxM: number;
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
  target: Pick<TrialTarget, 'velocities' | 'positions' | 'startAngles' | 'steps' | 'stepS'>,
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
  return { angles, positions, ...score(target, velocities, positions, n) };
}

/** Scores of velocities (steps x joints) and tool-centre-points (steps x 3) against a target's. */
export function score(
  target: Pick<TrialTarget, 'velocities' | 'positions' | 'steps'>,
  velocities: ArrayLike<number>,
  positions: ArrayLike<number>,
  joints: number,
): Scores {
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
    max = Math.max(max, distance);
    for (let j = 0; j < joints; j++)
      squares[j] += (velocities[k * joints + j] - target.velocities[k * joints + j]) ** 2;
  }
  return {
    tcpErrorMeanM: sum / target.steps,
    tcpErrorMaxM: max,
    velocityRmseRadPerS: squares.map((s) => Math.sqrt(s / target.steps)),
  };
}
