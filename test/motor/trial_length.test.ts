import { weightsPath } from '../../src/files/models.js';
import { readMotorWeights } from '../../src/files/motor_weights.js';
import { MotorLearner } from '../../src/snn/motor_learner.js';
import { withTrialSteps } from '../../src/snn/trial_length.js';
import { completeTrial, emptyTrial, tcpErrorMeanM } from '../../src/training/motor/trial.js';

/** Errors before and after a lesson of a swing out and back, 2.49 s. */
function lesson(steps: number): { before: number; after: number } {
  const weights = withTrialSteps(readMotorWeights(weightsPath(undefined, 'motor-default')).weights, steps);
  const { stepS } = weights.config;
  const target = emptyTrial(steps);
  for (let k = 0; k < 2 * steps; k++) {
    const s = ((k >> 1) + 0.5) / steps;
    target.velocities[k] = (k & 1 ? -0.5 : 0.8) * Math.sin(2 * Math.PI * s);
  }
  completeTrial(target, stepS);
  const learner = new MotorLearner(weights);
  const before = tcpErrorMeanM(target, learner.recall(), stepS);
  learner.expose(target);
  learner.update();
  return { before, after: tcpErrorMeanM(target, learner.recall(), stepS) };
}

test.each([125, 500])('weights trained on 249 steps learn the same motion in one update on %d', (steps) => {
  const { before, after } = lesson(steps);
  expect(after).toBeLessThan(before / 4);
});
