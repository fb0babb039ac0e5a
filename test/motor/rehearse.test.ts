import { weightsPath } from '../../src/files/models.js';
import { readMotorWeights } from '../../src/files/motor_weights.js';
import { Random } from '../../src/kernels/random.js';
import { MotorLearner } from '../../src/snn/motor_learner.js';
import { drawMotion } from '../../src/training/motor/families.js';
import { emptyTrial, tcpErrorMeanM } from '../../src/training/motor/trial.js';

const { weights } = readMotorWeights(weightsPath(undefined, 'motor-default'));
const random = new Random(4, 0x4e7);

function same(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  return a.length === b.length && Array.prototype.every.call(a, (x, k) => x === b[k]);
}

test.each(['brownian', 'sine2', 'square', 'handwriting'] as const)(
  '%s: a rehearsed update touches no synapse before it is written, changes the readout alone, and errs by less than half',
  (kind) => {
    const target = emptyTrial(weights.config.steps);
    drawMotion(kind, random, target);
    const lesson = (rehearse: boolean) => {
      const learner = new MotorLearner(weights);
      const before = learner.synapses.read().slice();
      learner.expose(target);
      if (rehearse) learner.rehearse(target);
      expect(same(learner.synapses.read(), before)).toBe(true);
      learner.update();
      const error = tcpErrorMeanM(target, learner.recall());
      const { spikes, start } = learner.activity().recall;
      return { error, synapses: learner.synapses.read().slice(), spikes: spikes.slice(0, start.at(-1)) };
    };
    const [plain, rehearsed] = [lesson(false), lesson(true)];
    expect(rehearsed.error).toBeLessThan(plain.error / 2);
    // the same spikes: all that differs is how they are read
    expect(same(rehearsed.spikes, plain.spikes)).toBe(true);
    const { joints, trainee } = weights.config;
    const hidden = (matrix: Float32Array) =>
      matrix.filter((_, k) => k % (trainee.neurons + joints) < trainee.neurons);
    expect(same(hidden(rehearsed.synapses), hidden(plain.synapses))).toBe(true);
  },
);

test('without an exposure there is nothing to rehearse', () => {
  const learner = new MotorLearner(weights);
  const target = emptyTrial(weights.config.steps);
  expect(() => learner.rehearse(target)).toThrow('nothing was exposed');
  learner.expose(target);
  learner.update();
  expect(() => learner.rehearse(target)).toThrow('nothing was exposed');
});
