import { expect, test } from '@jest/globals';
import { Random } from '../kernels/random.js';
import { Crossbar } from './crossbar.js';

// Products in whole numbers, against plain JavaScript bit for bit: codes, sums, noise, converters.
const f = Math.fround;
const [rows, columns] = [77, 21];
const width = 24;
const random = new Random(8);
const uniform = (n: number, low: number, high: number): Float32Array =>
  Float32Array.from({ length: n }, () => low + (high - low) * random.uniform());
const positive = uniform(rows * columns, 0, 1.1);
const negative = uniform(rows * columns, 0, 1.1);
const variance = uniform(rows * columns, 0, 0.01);
const gain = uniform(rows, 0.2, 1);
const limit = uniform(columns, 5, 10);
const scale = uniform(columns, 0.5, 2);

/** Half to even, as the converters round. */
function nearest(v: number): number {
  const low = Math.floor(v);
  return v - low < 0.5 || (v - low === 0.5 && low % 2 === 0) ? low : low + 1;
}

/** xoshiro128+ in four lanes. */
function generator(seed: Random): () => number[] {
  const s = [0, 1, 2, 3].map(() => [0, 1, 2, 3].map(() => seed.uint32()));
  s[3] = s[3].map((v) => (v | 1) >>> 0);
  return () => {
    const result = s[0].map((v, lane) => (v + s[3][lane]) | 0);
    for (let lane = 0; lane < 4; lane++) {
      const t = s[1][lane] << 9;
      s[2][lane] ^= s[0][lane];
      s[3][lane] ^= s[1][lane];
      s[1][lane] ^= s[2][lane];
      s[0][lane] ^= s[3][lane];
      s[2][lane] ^= t;
      s[3][lane] = (s[3][lane] << 11) | (s[3][lane] >>> 21);
    }
    return result;
  };
}

const bits = new DataView(new ArrayBuffer(4));
function toBits(v: number): number {
  bits.setFloat32(0, v);
  return bits.getInt32(0);
}
function fromBits(v: number): number {
  bits.setInt32(0, v);
  return bits.getFloat32(0);
}
/** c0 + c1 x in float32. */
const line = (c0: number, c1: number, x: number): number => f(f(c0) + f(x * f(c1)));

/** -2 ln u, u = (1 + upper 24 bits) / 2^24. */
function squaredRadius(word: number): number {
  const from = toBits(f(0.70710678));
  const shifted = toBits((word >>> 8) + 1) - from;
  const t = f(fromBits((shifted & 0x7fffff) + from) - 1);
  const q = f(t * t);
  const c = line(-0.4411187, 0.28584135, t);
  const b = f(line(-0.66516047, 0.5080654, t) + f(q * c));
  const y = f(line(-2.0000091, 0.99980435, t) + f(q * b));
  return Math.max(0, f(f(t * y) + f(((shifted >> 23) - 24) * f(-1.3862944))));
}

/** sin(2 pi a). */
function sine(a: number): number {
  const q = f(a * a);
  const low = line(6.2831794, -41.338943, q);
  const high = line(81.395359, -71.474694, q);
  return f(a * f(low + f(f(q * q) * high)));
}

/** Eight standard normals, each times share sqrt(variance) as the kernel does. */
function noise(next: () => number[], v: number[], share: number): number[] {
  const words = next();
  const angles = next().map((w) => f(f(w) * f(1.1641532e-10)));
  const radius = words.map((w) => f(Math.sqrt(squaredRadius(w))));
  return v.map((variance, k) => {
    const lane = k & 3;
    const a = angles[lane];
    const cosine = sine(f(0.25 - Math.abs(a))) * (words[lane] & 128 ? -1 : 1);
    const normal = f(radius[lane] * (k < 4 ? cosine : sine(a)));
    return f(f(Math.sqrt(f(f(f(share) * f(share)) * variance))) * normal);
  });
}

/** Matrix in whole numbers of each column's largest / levels. */
function whole(value: (k: number) => number, levels: number) {
  const all = Array.from({ length: rows * columns }, (_, k) => value(k));
  const largest = Array.from({ length: columns }, (_, j) =>
    Math.max(...all.filter((_v, k) => k % columns === j).map(Math.abs)),
  );
  return {
    codes: all.map((v, k) => Math.round(v * (levels / largest[k % columns]))),
    scale: largest.map((l) => f(l / levels)),
  };
}

function plain(inputs: Float32Array, count: number, phases: 1 | 4, seed: Random): Float32Array {
  const next = generator(seed);
  const out = new Float32Array(count * columns);
  const scaled = inputs.map((x, k) => x * gain[k % rows]);
  const range = scaled.reduce((a, x) => Math.max(a, Math.abs(x)), 0);
  const codes = scaled.map((x) => nearest(f(x * f(127 / range))));
  const unit = range / 127;
  const spread = whole((k) => variance[k], 1023);
  const signed = codes.some((c) => c < 0);
  const share = phases === 1 ? 1 : signed ? 0.5 : Math.SQRT1_2;
  const dot = (
    x: (i: number) => number,
    w: ReturnType<typeof whole>,
    j: number,
    factor: number,
    from: number,
  ) => {
    let sum = from;
    for (let i = 0; i < rows; i++) sum += x(i) * w.codes[i * columns + j];
    return f(f(f(sum) - from) * f(f(factor) * w.scale[j]));
  };
  const parts: { w: ReturnType<typeof whole>; polarity: number; sign: number }[] = [];
  if (phases === 1) parts.push({ w: whole((k) => positive[k] - negative[k], 32767), polarity: 0, sign: 1 });
  else
    for (const polarity of signed ? [1, -1] : [1])
      for (const side of [1, -1])
        parts.push({
          w: whole((k) => (side > 0 ? positive : negative)[k], 32767),
          polarity: signed ? polarity : 0,
          sign: side * polarity,
        });
  // the kernel goes through 64 vectors at a time, and through them phase by phase
  for (let chunk = 0; chunk < count; chunk += 64)
    for (const { w, polarity, sign } of parts)
      for (let n = chunk; n < Math.min(count, chunk + 64); n++)
        for (let first = 0; first < width; first += 8) {
          const x = (i: number): number => {
            const c = codes[n * rows + i];
            return polarity ? Math.max(0, polarity * c) : c;
          };
          const square = (i: number): number => codes[n * rows + i] ** 2;
          const wanted = Array.from({ length: 8 }, (_, k) => first + k);
          const v = wanted.map((j) => (j < columns ? dot(square, spread, j, unit * unit, -(2 ** 31)) : 0));
          const drawn = noise(next, v, share);
          for (const j of wanted.filter((at) => at < columns)) {
            const y = f(dot(x, w, j, unit, 0) + drawn[j - first]);
            const levels = phases === 1 ? 127 : 255;
            const code = nearest(f(Math.min(limit[j], Math.max(-limit[j], y)) * f(levels / limit[j])));
            const q = f(f(limit[j] / levels) * code);
            out[n * columns + j] += f(sign * scale[j] * q);
          }
        }
  return out;
}

test.each([
  [1, 1, -1],
  [1, 4, -1],
  [2, 1, -1],
  [7, 4, -1],
  [7, 4, 0],
  [131, 1, -1],
] as const)('%d vectors, %d phase(s), inputs from %d to 1: every bit', (count, phases, low) => {
  const inputs = uniform(count * rows, low, 1);
  const config = { inputBits: 8, outputBits: 8, phases, wireResistance: 0 };
  const crossbar = new Crossbar(rows, columns, config, new Random(5));
  crossbar.load(positive, negative, variance, gain);
  crossbar.setOutputLimit(limit);
  const out = new Float32Array(count * columns);
  crossbar.multiply(inputs, 0, rows, out, 0, columns, count, scale, false);
  expect(out).toEqual(plain(inputs, count, phases, new Random(5)));
});

test('what the noise is made of agrees with Math.log and Math.sin', () => {
  for (let k = 0; k < 20_000; k++) {
    const word = random.uint32();
    const wanted = -2 * Math.log(((word >>> 8) + 1) / 2 ** 24);
    expect(Math.abs(squaredRadius(word) - wanted)).toBeLessThan(1e-5 * wanted + 1e-9);
    const a = 0.5 * random.uniform() - 0.25;
    expect(Math.abs(sine(f(a)) - Math.sin(2 * Math.PI * f(a)))).toBeLessThan(2e-6);
  }
});

test('the largest sums that a full core can make fit', () => {
  const n = 256;
  const crossbar = new Crossbar(
    n,
    8,
    { inputBits: 8, outputBits: null, phases: 1, wireResistance: 0 },
    new Random(1),
  );
  const ones = new Float32Array(8 * n).fill(1);
  const zeros = new Float32Array(8 * n);
  for (const count of [1, 5]) {
    const inputs = new Float32Array(count * n).fill(-1);
    const out = new Float32Array(8 * count);
    crossbar.load(ones, zeros, zeros, new Float32Array(n).fill(1));
    crossbar.multiply(inputs, 0, n, out, 0, 8, count, new Float32Array(8).fill(1), false);
    for (const y of out) expect(y).toBeCloseTo(-n, 3);
    // and a variance of 1 each: a standard deviation of 16
    let squares = 0;
    crossbar.load(zeros, zeros, ones, new Float32Array(n).fill(1));
    for (let k = 0; k < 2000; k++) {
      crossbar.multiply(inputs, 0, n, out, 0, 8, count, new Float32Array(8).fill(1), false);
      for (const y of out) squares += y * y;
    }
    const draws = 2000 * out.length;
    expect(Math.abs(squares / draws / n - 1)).toBeLessThan(5 * Math.sqrt(2 / draws));
  }
});

test.each([1, 6])(
  '%d vectors: a variance that all weights of a column share gives the noise that it has weight by weight',
  (count) => {
    const inputs = uniform(count * rows, -1, 1);
    const shared = uniform(columns, 0.001, 0.01);
    const nearly = Float32Array.from({ length: rows * columns }, (_, k) => shared[k % columns]);
    const product = (of: Float32Array): Float32Array => {
      const config = { inputBits: 8, outputBits: null, phases: 1 as const, wireResistance: 0 };
      const crossbar = new Crossbar(rows, columns, config, new Random(5));
      crossbar.load(positive, negative, of, gain);
      const out = new Float32Array(count * columns);
      crossbar.multiply(inputs, 0, rows, out, 0, columns, count, scale, false);
      return out;
    };
    const alike = product(nearly.slice());
    nearly[0] *= 0.998; // no longer all alike: summed weight by weight
    const different = product(nearly);
    alike.forEach((y, k) => expect(Math.abs(y - different[k])).toBeLessThan(1e-4));
    expect(alike).not.toEqual(product(new Float32Array(rows * columns)));
  },
);

test('vectors give the same products alone as in a batch where no noise is drawn', () => {
  const quiet = new Float32Array(rows * columns);
  const inputs = uniform(9 * rows, -1, 1);
  const config = { inputBits: 8, outputBits: null, phases: 4 as const, wireResistance: 0 };
  const crossbar = new Crossbar(rows, columns, config, new Random(5));
  crossbar.load(positive, negative, quiet, gain);
  const together = new Float32Array(9 * columns);
  crossbar.multiply(inputs, 0, rows, together, 0, columns, 9, scale, false, 1);
  const alone = new Float32Array(9 * columns);
  for (let n = 0; n < 9; n++)
    crossbar.multiply(inputs, n * rows, rows, alone, n * columns, columns, 1, scale, false, 1);
  expect(alone).toEqual(together);
});
