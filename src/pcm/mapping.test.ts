import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Random } from '../kernels/random.js';
import { pcmConfig } from './config.js';
import { coreSize, tiles } from './mapping.js';
import { pcmSynapses } from './pcm_synapses.js';
import { chooseRange } from './range.js';

test('tiles cover a matrix once, fit cores and are as few as can be', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 1, max: 900 }), (rows, columns) => {
      const cut = tiles(rows, columns);
      expect(cut).toHaveLength(Math.ceil(rows / coreSize) * Math.ceil(columns / coreSize));
      const seen = new Uint8Array(rows * columns);
      for (const t of cut) {
        expect(Math.max(t.rows, t.columns)).toBeLessThanOrEqual(coreSize);
        for (let i = 0; i < t.rows; i++)
          for (let j = 0; j < t.columns; j++) seen[(t.row + i) * columns + t.column + j]++;
      }
      expect(seen.every((n) => n === 1)).toBe(true);
    }),
    { numRuns: 30 },
  );
});

test.each(['matrix', 'column', 'row-column'] as const)(
  'range %s holds every weight, with headroom',
  (range) => {
    const random = new Random(2);
    const [rows, columns] = [30, 20];
    const weights = Float32Array.from(
      { length: rows * columns },
      (_, k) => random.gaussian() * (k < 100 ? 2 : 0.1),
    );
    const config = pcmConfig('chip', { range, headroom: 1.2 });
    const { rowGain, columnRange } = chooseRange(config, weights, rows, columns);
    let fullest = 0;
    for (let i = 0; i < rows; i++) {
      expect(rowGain[i] * 127).toBeCloseTo(Math.round(rowGain[i] * 127), 4);
      for (let j = 0; j < columns; j++) {
        const share = Math.abs(weights[i * columns + j]) / (rowGain[i] * columnRange[j]);
        expect(share).toBeLessThanOrEqual(1 / 1.2 + 1e-6);
        fullest = Math.max(fullest, share);
      }
    }
    expect(fullest).toBeCloseTo(1 / 1.2, 5);
  },
);

test('products over several cores, converters on, stay near the exact ones', () => {
  const random = new Random(4);
  const [rows, columns, count] = [504, 300, 40];
  const weights = Float32Array.from({ length: rows * columns }, () => 0.1 * random.gaussian());
  const inputs = Float32Array.from({ length: count * rows }, () => random.gaussian());
  const outputs = ['ideal', 'chip'].map((preset) => {
    const synapses = pcmSynapses(preset, { seed: 1 })(rows, columns, 'big');
    synapses.program(weights);
    const out = new Float32Array(count * columns);
    synapses.multiply(inputs, out, count);
    return out;
  });
  let error = 0;
  let power = 0;
  for (let k = 0; k < outputs[0].length; k++) {
    error += (outputs[1][k] - outputs[0][k]) ** 2;
    power += outputs[0][k] ** 2;
  }
  expect(Math.sqrt(error / power)).toBeLessThan(0.15);
  expect(Math.sqrt(error / power)).toBeGreaterThan(0.01);
});
