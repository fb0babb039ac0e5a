import { describe, expect, test } from '@jest/globals';
import { Random } from '../kernels/random.js';
import { Crossbar, type CrossbarConfig } from './crossbar.js';

const rows = 37;
const columns = 21;
const random = new Random(3);
const uniform = (n: number, low = 0, high = 1): Float32Array =>
  Float32Array.from({ length: n }, () => low + (high - low) * random.uniform());

interface Setup {
  config?: Partial<CrossbarConfig>;
  variance?: Float32Array;
  gain?: Float32Array;
}
const positive = uniform(rows * columns);
const negative = uniform(rows * columns);

function crossbar({ config, variance, gain }: Setup): Crossbar {
  const full = { inputBits: null, outputBits: null, phases: 1 as const, wireResistance: 0, ...config };
  const c = new Crossbar(rows, columns, full, new Random(5));
  c.load(positive, negative, variance ?? null, gain ?? new Float32Array(rows).fill(1));
  return c;
}
function run(c: Crossbar, inputs: Float32Array, count: number): Float32Array {
  const out = new Float32Array(count * columns);
  const range = inputs.reduce((a, x) => Math.max(a, Math.abs(x)), 0);
  c.multiply(inputs, 0, rows, out, 0, columns, count, new Float32Array(columns).fill(1), false, range);
  return out;
}
/** Currents in double precision, x already converted; `side` chooses which conductances conduct. */
function current(x: (i: number) => number, j: number, side: 'net' | 'positive' | 'negative' = 'net'): number {
  let y = 0;
  for (let i = 0; i < rows; i++) {
    const p = side === 'negative' ? 0 : positive[i * columns + j];
    const n = side === 'positive' ? 0 : negative[i * columns + j];
    y += x(i) * (p - n);
  }
  return y;
}

test.each([1, 2, 4, 5, 63, 64, 131])('products of %d vectors equal the plain sums', (count) => {
  const inputs = uniform(count * rows, -1, 1);
  const out = run(crossbar({}), inputs, count);
  for (let n = 0; n < count; n++)
    for (let j = 0; j < columns; j++)
      expect(out[n * columns + j]).toBeCloseTo(
        current((i) => inputs[n * rows + i], j),
        4,
      );
});

test('the input converter rounds to signed codes of the range; row gains come first', () => {
  const gain = uniform(rows, 0.2, 1);
  const inputs = uniform(rows, -1, 1);
  const scaled = inputs.map((x, i) => Math.fround(x * gain[i]));
  const range = scaled.reduce((a, x) => Math.max(a, Math.abs(x)), 0);
  const c = crossbar({ config: { inputBits: 5 }, gain });
  const out = new Float32Array(columns);
  c.multiply(inputs, 0, rows, out, 0, columns, 1, new Float32Array(columns).fill(1), false, range);
  for (let j = 0; j < columns; j++)
    expect(out[j]).toBeCloseTo(
      current((i) => (Math.round((scaled[i] / range) * 15) * range) / 15, j),
      4,
    );
});

test('one phase: signed codes, saturation at the range', () => {
  const inputs = uniform(rows, -1, 1);
  const c = crossbar({ config: { outputBits: 6 } });
  const exact = Array.from({ length: columns }, (_, j) => current((i) => inputs[i], j));
  const limit = exact.map((y, j) => (j === 0 ? Math.abs(y) / 2 : 5));
  c.setOutputLimit(limit);
  const out = run(c, inputs, 1);
  expect(out[0]).toBeCloseTo(Math.sign(exact[0]) * limit[0], 5);
  for (let j = 1; j < columns; j++) {
    const step = limit[j] / 31;
    expect(out[j]).toBeCloseTo(step * Math.round(Math.min(5, Math.max(-5, exact[j])) / step), 4);
  }
});

test('four phases: each sign of input and weight has its own unsigned conversion', () => {
  const inputs = uniform(rows, -1, 1);
  const c = crossbar({ config: { outputBits: 6, phases: 4 } });
  c.setOutputLimit(new Array(columns).fill(8));
  const out = run(c, inputs, 1);
  const step = 8 / 63;
  const convert = (y: number): number => step * Math.round(Math.min(8, Math.max(-8, y)) / step);
  for (let j = 0; j < columns; j++) {
    let wanted = 0;
    for (const sign of [1, -1]) {
      const x = (i: number): number => Math.max(0, sign * inputs[i]);
      wanted += sign * (convert(current(x, j, 'positive')) - convert(-current(x, j, 'negative')));
    }
    expect(out[j]).toBeCloseTo(wanted, 3);
  }
});

describe.each([
  [1, null],
  [4, null],
  [1, 8],
  [4, 8],
] as const)('read noise, %d phase(s), inputs of %s bits', (phases, inputBits) => {
  test('has the variance sum x^2 sigma^2, zero mean, and is new in every product', () => {
    const variance = uniform(rows * columns, 0, 0.01);
    const levels = inputBits === null ? 2 ** 23 : 127;
    const x = uniform(rows, -1, 1).map((v) => Math.round(v * levels) / levels);
    x[0] = 1; // the range: converted inputs are what they were
    const count = 20_000;
    const inputs = new Float32Array(count * rows);
    for (let n = 0; n < count; n++) inputs.set(x, n * rows);
    const out = run(crossbar({ config: { phases, inputBits }, variance }), inputs, count);
    let fourth = 0;
    for (let j = 0; j < columns; j++) {
      let wanted = 0;
      for (let i = 0; i < rows; i++) wanted += x[i] * x[i] * variance[i * columns + j];
      const mean = current((i) => x[i], j);
      let first = 0;
      let second = 0;
      for (let n = 0; n < count; n++) {
        const d = out[n * columns + j] - mean;
        first += d / count;
        second += (d * d) / count;
        fourth += (d / Math.sqrt(wanted)) ** 4 / count / columns;
      }
      expect(Math.abs(first)).toBeLessThan(5 * Math.sqrt(wanted / count));
      expect(Math.abs(second / wanted - 1)).toBeLessThan(5 * Math.sqrt(2 / count));
    }
    expect(fourth).toBeCloseTo(3, 0.5); // a normal distribution's kurtosis
  });
});

test('IR drop is the first-order voltage loss along the bit line', () => {
  const inputs = uniform(rows, 0, 1);
  const rho = 1e-3;
  const out = run(crossbar({ config: { wireResistance: rho } }), inputs, 1);
  for (let j = 0; j < columns; j++) {
    const conduct = Array.from(
      { length: rows },
      (_, i) => positive[i * columns + j] - negative[i * columns + j],
    );
    let wanted = 0;
    // Segment m carries the current of rows 0..m to the converter behind the last row.
    let carried = 0;
    for (let m = 0; m < rows; m++) {
      carried += inputs[m] * conduct[m];
      wanted += inputs[m] * conduct[m] - rho * carried * Math.abs(carried);
    }
    expect(out[j]).toBeCloseTo(wanted, 4);
  }
});

test('IR drop agrees with the solved resistor ladder where the drop is small', () => {
  // One column, positive conductances, all inputs at 1 V: nodal analysis by the Thomas algorithm.
  const n = rows;
  const g = Array.from({ length: n }, (_, i) => positive[i * columns]);
  const rho = 1e-4;
  const a = new Float64Array(n).fill(-1 / rho);
  const b = Float64Array.from(g, (gi, i) => gi + (i === 0 ? 1 : 2) / rho);
  const d = Float64Array.from(g);
  for (let i = 1; i < n; i++) {
    const m = a[i] / b[i - 1];
    b[i] -= m * a[i - 1];
    d[i] -= m * d[i - 1];
  }
  const v = new Float64Array(n);
  for (let i = n - 1; i >= 0; i--) v[i] = (d[i] - (i + 1 < n ? a[i] * v[i + 1] : 0)) / b[i];
  const solved = v[n - 1] / rho;
  const c = new Crossbar(
    n,
    1,
    { inputBits: null, outputBits: null, phases: 1, wireResistance: rho },
    new Random(1),
  );
  c.load(Float32Array.from(g), new Float32Array(n), null, new Float32Array(n).fill(1));
  const out = new Float32Array(1);
  c.multiply(new Float32Array(n).fill(1), 0, n, out, 0, 1, 1, new Float32Array([1]), false, 1);
  const exact = g.reduce((s, x) => s + x, 0);
  expect(exact - solved).toBeGreaterThan(0.01 * exact);
  expect(Math.abs(exact - out[0] - (exact - solved)) / (exact - solved)).toBeLessThan(0.06);
});
