import { Random } from '../kernels/random';
import { pcmSynapses } from '../pcm/pcm_synapses';
import { CharacterLearner, largestOfRows } from './character_learner';
import { characterConfig, convolutionShape, withOutputs, withViews, type CharacterWeights } from './network';

/** Random convolutions; what is learned here depends on features alone. */
function weights(): CharacterWeights {
  const random = new Random(1);
  const config = { ...characterConfig, channels: 8 };
  return {
    config,
    convolutions: Array.from({ length: 4 }, (_, k) =>
      Float32Array.from(
        { length: convolutionShape(config, k).reduce((a, b) => a * b) },
        () => 0.2 * random.gaussian(),
      ),
    ),
    readout: new Float32Array(8 * 5),
  };
}

/** Features of three classes: class l is large in channel l. */
function features(labels: readonly number[], seed: number): Float32Array {
  const random = new Random(seed);
  return Float32Array.from({ length: labels.length * 8 }, (_, k) => {
    const [n, c] = [Math.floor(k / 8), k % 8];
    return (c === labels[n] ? 4 : 0) + 0.5 * random.gaussian();
  });
}

const labels = [0, 1, 2, 2, 1, 0];

test('learns classes in four updates and gives probabilities', () => {
  const learner = new CharacterLearner(weights());
  learner.learn(features(labels, 1), labels);
  const scores = learner.scores(features([2, 0, 1], 2));
  expect(largestOfRows(scores, 3)).toEqual([2, 0, 1]);
  for (let n = 0; n < 3; n++) {
    const row = [...scores.subarray(3 * n, 3 * n + 3)];
    expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
  }
});

test('views of equal features learn what one of them learns, whatever the readout starts from', () => {
  const one = weights();
  one.readout.forEach((_, k) => (one.readout[k] = 0.1 * Math.sin(k)));
  const single = new CharacterLearner(one);
  const known = features(labels, 1);
  single.learn(known, labels);
  const double = new CharacterLearner(withViews(one, 2));
  const twice = (h: Float32Array) =>
    Float32Array.from({ length: 2 * h.length }, (_, k) => h[8 * Math.floor(k / 16) + (k % 8)] / Math.SQRT2);
  double.learn(twice(known), labels);
  const found = double.scores(twice(features([2, 0, 1], 2)));
  single.scores(features([2, 0, 1], 2)).forEach((score, k) => expect(found[k]).toBeCloseTo(score, 5));
});

test('learning starts from the meta-trained state, whatever was learned before', () => {
  const learner = new CharacterLearner(weights());
  learner.learn(features(labels, 1), labels);
  const first = learner.readout.read().slice();
  learner.learn(features([1, 0, 1, 0], 3), [1, 0, 1, 0]);
  expect(learner.ways).toBe(2);
  learner.learn(features(labels, 1), labels);
  expect(learner.readout.read()).toEqual(first);
  learner.forget();
  expect(learner.ways).toBe(0);
  expect(learner.readout.read().every((w) => w === 0)).toBe(true);
  expect(() => learner.scores(features([0], 1))).toThrow(/classes that were learned/);
});

test.each([
  ['one class only', [0, 0, 0, 0, 0, 0], /at least 2 classes/],
  ['a class without a picture', [0, 2, 0, 2, 0, 2], /none of 1/],
  ['more classes than outputs', [0, 1, 2, 3, 4, 5], /at most 5 classes/],
  ['a fractional label', [0, 1, 0.5, 1, 0, 1], /labels\[2\]/],
  ['fewer labels than pictures', [0, 1, 0, 1], /one for each of 6/],
])('%s is rejected, and the state stays', (_, wrong, message) => {
  const learner = new CharacterLearner(weights());
  learner.learn(features(labels, 1), labels);
  const before = learner.readout.read().slice();
  expect(() => learner.learn(features(labels, 4), wrong)).toThrow(message);
  expect(learner.readout.read()).toEqual(before);
  expect(learner.ways).toBe(3);
});

test('a readout of zeros can be widened, another one cannot', () => {
  const wide = withOutputs(weights(), 9);
  const many = Array.from({ length: 9 }, (_, k) => k);
  const learner = new CharacterLearner(wide);
  const h = Float32Array.from({ length: 9 * 8 }, (_, k) => Math.sin(1 + k * 7.3));
  learner.learn(h, many);
  expect(learner.scores(h)).toHaveLength(81);
  const trained = { ...weights(), readout: new Float32Array(40).fill(0.1) };
  expect(() => withOutputs(trained, 6)).toThrow(/at most 5/);
  expect(withOutputs(trained, 3).readout).toHaveLength(24);
});

test('perfect emulated memory learns what software learns, and counts its writes', () => {
  const software = new CharacterLearner(weights());
  const emulated = new CharacterLearner(weights(), pcmSynapses('ideal'));
  for (const learner of [software, emulated]) learner.learn(features(labels, 1), labels);
  const exact = software.readout.read();
  emulated.readout.read().forEach((w, k) => expect(Math.abs(w - exact[k])).toBeLessThan(1e-6));
  expect(emulated.ledger.devicesWritten).toBeGreaterThan(0);
  expect(emulated.ledger.devicesWritten).toBeLessThanOrEqual(4 * 4 * 8 * 3);
});
