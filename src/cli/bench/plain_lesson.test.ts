import { readMotorWeights } from '../../files/motor_weights.js';
import { weightsPath } from '../../files/models.js';
import { Random } from '../../kernels/random.js';
import { tcpErrors } from '../../training/motor/evaluate_weights.js';
import { drawClean, drawMany } from '../../training/motor/families.js';
import { tcpErrorMeanM } from '../../training/motor/trial.js';
import { lessonTimes } from './lesson.js';
import { PlainLesson } from './plain_lesson.js';

// Where sums are rounded in another order a single spike may fall a step away, and others follow it: most motions agree to
// a hundredth of a millimetre, all to two centimetres.
describe.each(['motor-default', 'motor-paper'] as const)('a lesson with %s', (name) => {
  const { weights } = readMotorWeights(weightsPath(name, name));

  test('the plain peer computes what the kernels compute', () => {
    const targets = drawMany(11, weights.config.steps, (trial, k) => drawClean(new Random(5, k), trial));
    const ours = tcpErrors(weights, targets);
    const plain = new PlainLesson(weights);
    const differences = targets.map((target, k) => {
      const before = tcpErrorMeanM(target, new Float32Array(target.velocities.length));
      const peer = tcpErrorMeanM(target, plain.run(target));
      expect(peer).toBeLessThan(before / 3);
      return Math.abs(ours[k] - peer);
    });
    expect(differences.toSorted((a, b) => a - b)[5]).toBeLessThan(1e-5);
    expect(Math.max(...differences)).toBeLessThan(0.02);
  });

  test('every time is measured', () => void everyTime(name));
});

test('six joints with motor-arm: every time is measured, the peer errs as much', () => {
  const { error, plainError } = everyTime('motor-arm');
  expect(error).toBeLessThan(0.05);
  expect(Math.abs(error - plainError)).toBeLessThan(0.02);
});

function everyTime(name: 'motor-default' | 'motor-arm' | 'motor-paper') {
  const times = lessonTimes(name, readMotorWeights(weightsPath(name, name)).weights, 0, 3);
  for (const [key, value] of Object.entries(times)) if (key !== 'weights') expect(value).toBeGreaterThan(0);
  return times;
}
