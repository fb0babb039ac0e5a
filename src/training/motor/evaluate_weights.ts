import { MotorLearner } from '../../snn/motor_learner.js';
import type { MotorWeights } from '../../snn/motor_network.js';
import type { TrialMotion } from '../../trial/trial_target.js';
import type { Family } from './families.js';
import { angleErrorMeanRad, tcpErrorMeanM } from './trial.js';

/** Mean TCP error (m) of each target after one exposure and one update, software synapses. */
export function tcpErrors(weights: MotorWeights, targets: readonly TrialMotion[]): number[] {
  return recalled(weights, targets, tcpErrorMeanM);
}

/** The error that a run of this family goes by, of each target after one lesson: of the tool, m; of family arm, of angles, rad. */
export function lessonErrors(
  weights: MotorWeights,
  targets: readonly TrialMotion[],
  family: Family,
): number[] {
  if (family !== 'arm') return tcpErrors(weights, targets);
  const { joints, stepS } = weights.config;
  return recalled(weights, targets, (target, velocities) =>
    angleErrorMeanRad(target, velocities, joints, stepS),
  );
}

function recalled(
  weights: MotorWeights,
  targets: readonly TrialMotion[],
  error: (target: TrialMotion, velocities: Float32Array) => number,
): number[] {
  const learner = new MotorLearner(weights);
  return targets.map((target) => {
    learner.forget();
    learner.expose(target);
    learner.update();
    return error(target, learner.recall());
  });
}
