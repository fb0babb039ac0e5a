import { Random } from '../kernels/random.js';
import { QuantisedSynapses } from './quantised_synapses.js';

describe('weights of four bits', () => {
  const columns = 3;
  const random = new Random(1);
  const weights = Float32Array.from(
    { length: 40 * columns },
    (_, k) => (1 + (k % columns)) * random.gaussian(),
  );
  const largest = [0, 1, 2].map((j) =>
    Math.max(...weights.filter((_, k) => k % columns === j).map(Math.abs)),
  );

  it('are the nearest of 15 levels of their column', () => {
    const synapses = new QuantisedSynapses(40, columns, 4, new Random(2));
    synapses.program(weights);
    synapses.read().forEach((w, k) => {
      const step = largest[k % columns] / 7;
      expect(Math.abs(w - weights[k])).toBeLessThanOrEqual(step / 2 + 1e-6);
      expect(Math.abs(w / step - Math.round(w / step))).toBeLessThan(1e-4);
    });
  });

  it('take updates that are right on average, and stay within their range', () => {
    const synapses = new QuantisedSynapses(40, columns, 4, new Random(3), 1);
    const sum = new Float64Array(40 * columns);
    const delta = new Float32Array(40 * columns).fill(0.02);
    const runs = 4000;
    for (let n = 0; n < runs; n++) {
      synapses.program(new Float32Array(40 * columns));
      synapses.update(delta);
      synapses.read().forEach((w, k) => (sum[k] += w / runs));
    }
    // a step of 1/7 taken with probability 0.14: the mean of 4000 has a standard deviation of 0.0008
    sum.forEach((mean) => expect(Math.abs(mean - 0.02)).toBeLessThan(0.004));
    synapses.update(delta.map(() => 5));
    expect(Math.max(...synapses.read())).toBeCloseTo(1, 6);
  });

  it('refuse what is no number of bits', () => {
    expect(() => new QuantisedSynapses(2, 2, 1, new Random(1))).toThrow(
      /bits: expected an integer from 2 to 16/,
    );
  });
});
