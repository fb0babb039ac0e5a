import { MotorLearner } from '../../snn/motor_learner.js';
import type { MotorWeights, TrialTarget } from '../../snn/motor_network.js';
import { tcpErrorMeanM } from './trial.js';

/** Mean TCP error (m) of each target after one exposure and one update, software synapses. */
export function tcpErrors(weights: MotorWeights, targets: readonly TrialTarget[]): number[] {
  const learner = new MotorLearner(weights);
  return targets.map((target) => {
    learner.forget();
    learner.expose(target);
    learner.update();
    return tcpErrorMeanM(target, learner.recall());
  });
}
