import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { importReleasedWeights } from '../../src/files/import_weights.js';
import { Random } from '../../src/kernels/random.js';
import { MotorLearner } from '../../src/snn/motor_learner.js';
import { drawClean, drawMany } from '../../src/training/motor/families.js';
import { tcpErrorMeanM } from '../../src/training/motor/trial.js';

const released = join(__dirname, '../../../shared/data/authors_weights/robot_arm.json');
const present = existsSync(released);
if (!present) console.warn(`skipped: the released weights are not at ${released}`);

(present ? describe : describe.skip)("the authors' weights through this code", () => {
  it('one update brings 40 clean targets from over 40 cm to 1.80 +- 0.15 cm', () => {
    const imported = importReleasedWeights(released);
    if (imported.kind !== 'motor') throw new Error('expected motor weights');
    const learner = new MotorLearner(imported.weights);
    const targets = drawMany(40, 249, (trial, k) => drawClean(new Random(7, k), trial));
    let [before, after] = [0, 0];
    for (const target of targets) {
      learner.forget();
      before += tcpErrorMeanM(target, learner.expose(target)) / targets.length;
      learner.update();
      after += tcpErrorMeanM(target, learner.recall()) / targets.length;
    }
    expect(before).toBeGreaterThan(0.4);
    expect(Math.abs(after - 0.018)).toBeLessThan(0.0015);
  });
});
