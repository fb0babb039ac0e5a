import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { edscorbotPaper } from '../../src/arm/kinematics/edscorbot.js';
import { trialFromVelocities } from '../../src/arm/target/trial.js';
import { readGate } from '../../src/files/arm_files.js';
import { importReleasedWeights } from '../../src/files/import_weights.js';
import { MotorLearner } from '../../src/snn/motor_learner.js';

const released = join(__dirname, '../../../shared/data/authors_weights/robot_arm.json');
const gate = readGate(edscorbotPaper);
/** Sines of both joints, `cycles` in a trial, amplitudes in rad/s. */
const sine = (cycles: number, base: number, shoulder: number) =>
  trialFromVelocities(
    Float32Array.from(
      { length: 498 },
      (_, k) => (k & 1 ? shoulder : base) * Math.sin((2 * Math.PI * cycles * ((k >> 1) + 0.5)) / 249),
    ),
    edscorbotPaper,
  );

test('a two-cycle sine through the released weights is refused with its score; a gentle reach passes', () => {
  if (!existsSync(released)) return console.log('skipped: no released weights beside the checkout');
  const imported = importReleasedWeights(released);
  if (imported.kind !== 'motor') throw new Error('not the motor weights');
  const learner = new MotorLearner(imported.weights);
  const judge = (target: ReturnType<typeof sine>) => {
    learner.forget();
    learner.expose(target);
    learner.update();
    return gate.judge(target, learner.recall());
  };
  const refused = judge(sine(2, 1.5, 1));
  expect(refused.trajectory).toBeNull();
  expect(refused.reasons).toMatchObject([{ code: 'score', joint: 'tool-centre-point', limit: 0.1 }]);
  expect(refused.reasons[0].value).toBeGreaterThan(0.1);
  const passed = judge(sine(0.5, 0.6, 0.3));
  expect(passed.reasons).toEqual([]);
  expect(passed.preview.tcpErrorMeanM).toBeLessThan(0.05);
});
