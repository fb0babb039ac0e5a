import { monotoneSlopes, sampleHermite } from '../interpolation/hermite.js';
import { fromUrdf, type Profile } from '../kinematics/profile.js';
import type { TrialTarget } from '../target/trial.js';
import { score, type Scores } from './preview.js';

/** Joint states recorded while a motion was performed, in the robot description's joint senses. */
export interface Recording {
  /** s after the motion's start, strictly increasing. */
  timesS: ArrayLike<number>;
  /** samples x profile.joints, rad. */
  urdfAngles: ArrayLike<number>;
}

/**
 * Scores of a performed motion: the recording, taken when each of the trial's steps was due, against the target.
 * @param stepTimesS those times (a gate's judgement has them), s after the motion's start; or one number: the time the whole
 * motion took, its steps evenly spaced.
 */
export function scoreExecuted(
  target: TrialTarget,
  recording: Recording,
  stepTimesS: ArrayLike<number> | number,
  profile: Profile,
): Scores {
  const all = profile.joints.length;
  const n = profile.learned;
  const samples = recording.timesS.length;
  const learned = new Float64Array(samples * n);
  for (let i = 0; i < samples; i++) fromUrdf(profile, recording.urdfAngles, i * all, learned, i * n);
  const { steps, stepS } = target;
  const queries = Float64Array.from({ length: steps + 1 }, (_, k) =>
    typeof stepTimesS === 'number' ? (stepTimesS * k) / steps : k === 0 ? 0 : stepTimesS[k - 1],
  );
  const knots = new Float64Array((steps + 1) * n);
  sampleHermite(recording.timesS, learned, monotoneSlopes(recording.timesS, learned, n), n, queries, knots);
  const velocities = new Float64Array(steps * n);
  const positions = new Float64Array(steps * 3);
  for (let k = 0; k < steps; k++) {
    for (let j = 0; j < n; j++) velocities[k * n + j] = (knots[(k + 1) * n + j] - knots[k * n + j]) / stepS;
    profile.forward(knots, (k + 1) * n, positions, 3 * k);
  }
  return score(target, velocities, positions, n);
}
