import { Random } from '../kernels/random';
import { deltaRule, softmaxRows } from './delta_rule';

/** Mean cross-entropy of softmax(h W), in double precision. */
function loss(
  features: Float32Array,
  weights: Float64Array,
  labels: number[],
  columns: number,
  ways: number,
): number {
  const count = labels.length;
  const channels = features.length / count;
  let sum = 0;
  for (let n = 0; n < count; n++) {
    const logits = Array.from({ length: ways }, (_, l) => {
      let z = 0;
      for (let c = 0; c < channels; c++) z += features[n * channels + c] * weights[c * columns + l];
      return z;
    });
    sum += Math.log(logits.reduce((s, z) => s + Math.exp(z - logits[labels[n]]), 0));
  }
  return sum / count;
}

function problem(seed: number, columns: number, ways: number) {
  const random = new Random(seed);
  const count = 3 * ways;
  const channels = 12;
  const features = Float32Array.from({ length: count * channels }, () => random.gaussian());
  const weights = Float64Array.from({ length: channels * columns }, () =>
    Math.fround(0.3 * random.gaussian()),
  );
  const labels = Array.from({ length: count }, (_, k) => k % ways);
  const probabilities = new Float32Array(count * columns);
  for (let n = 0; n < count; n++)
    for (let l = 0; l < columns; l++)
      for (let c = 0; c < channels; c++)
        probabilities[n * columns + l] += features[n * channels + c] * weights[c * columns + l];
  softmaxRows(probabilities, columns, ways);
  return { features, weights, labels, probabilities, channels };
}

test.each([
  [1, 5, 5],
  [2, 5, 3],
  [3, 20, 20],
])(
  'the delta rule is the negative gradient of the cross-entropy (seed %i, %i columns, %i ways)',
  (seed, columns, ways) => {
    const { features, weights, labels, probabilities, channels } = problem(seed, columns, ways);
    const delta = deltaRule(features, probabilities, labels, ways, 0.1);
    const h = 1e-5;
    for (let k = 0; k < channels * columns; k++) {
      const up = weights.slice();
      const down = weights.slice();
      up[k] += h;
      down[k] -= h;
      const slope =
        k % columns < ways
          ? (loss(features, up, labels, columns, ways) - loss(features, down, labels, columns, ways)) /
            (2 * h)
          : 0;
      expect(Math.abs(delta[k] + 0.1 * slope)).toBeLessThan(1e-6);
    }
  },
);

test('softmax is stable for large logits and leaves unused columns at 0', () => {
  const rows = Float32Array.of(1000, 999, 5000, -1000, -1001, 3);
  softmaxRows(rows, 3, 2);
  const p = 1 / (1 + Math.exp(-1));
  [p, 1 - p, 0, p, 1 - p, 0].forEach((x, k) => expect(rows[k]).toBeCloseTo(x, 6));
});
