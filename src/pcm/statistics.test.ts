import { describe, expect, test } from '@jest/globals';
import { Random } from '../kernels/random.js';
import { pcmConfig } from './config.js';
import { Devices, type DeviceConfig } from './devices.js';
import { hermesOneStatistics, hermesTwoStatistics, pcmLikeStatistics } from './statistics.js';

const count = 100_000;
const levels = [0, 0.25, 0.5, 0.75, 1];

function devices(statistics: DeviceConfig['statistics'], options: object): Devices {
  const config = { ...pcmConfig('pcm-like', options), statistics };
  return new Devices(count, config as DeviceConfig, new Random(11));
}
function moments(values: ArrayLike<number>): { mean: number; std: number } {
  let mean = 0;
  for (let k = 0; k < values.length; k++) mean += values[k] / values.length;
  let square = 0;
  for (let k = 0; k < values.length; k++) square += (values[k] - mean) ** 2 / values.length;
  return { mean, std: Math.sqrt(square) };
}
const phi = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
/** Normal distribution function: Simpson's rule. */
function Phi(x: number): number {
  const n = 2000;
  const h = (x + 12) / n;
  let sum = phi(-12) + phi(x);
  for (let k = 1; k < n; k++) sum += (k % 2 ? 4 : 2) * phi(-12 + k * h);
  return (sum * h) / 3;
}
/** Mean and deviation of max(0, X), X normal. */
function clipped(mean: number, std: number): { mean: number; std: number } {
  if (std === 0) return { mean, std };
  const a = mean / std;
  const m = mean * Phi(a) + std * phi(a);
  return { mean: m, std: Math.sqrt((mean * mean + std * std) * Phi(a) + mean * std * phi(a) - m * m) };
}
/** Mean and deviation of |X|, X normal. */
function folded(mean: number, std: number): { mean: number; std: number } {
  const a = mean / std;
  const m = 2 * std * phi(a) + mean * (1 - 2 * Phi(-a));
  return { mean: m, std: Math.sqrt(mean * mean + std * std - m * m) };
}
function within(got: number, wanted: number, share = 0.02): void {
  expect(Math.abs(got - wanted)).toBeLessThanOrEqual(share * Math.abs(wanted) + 1e-9);
}
const between = (x: number, low: number, high: number): number => Math.min(high, Math.max(low, x));

/** The formulas of the sources, written out: the oracle. uS, seconds. */
const sources = [
  {
    statistics: pcmLikeStatistics,
    gMax: 25,
    t0: 20,
    tr: 250e-9,
    sigma: (g: number) => 0.26348 + 1.965 * g - 1.1731 * g * g,
    mu: (g: number) => between(-0.0155 * Math.log(Math.max(g, 1e-7)) + 0.0244, 0.049, 0.1),
    s: (g: number) => between(-0.0125 * Math.log(Math.max(g, 1e-7)) - 0.0059, 0.008, 0.045),
    q: (g: number) => Math.min(0.0088 / g ** 0.65, 0.2),
  },
  {
    statistics: hermesTwoStatistics,
    gMax: 20.7,
    t0: 300,
    tr: 512e-9,
    sigma: (g: number) => 0.16603 + 4.71806 * g - 8.48101 * g ** 2 + 4.68962 * g ** 3,
    mu: (g: number) => (g < 0.0945 ? 0.13 : -0.0436 * g * g - 0.0126 * g + 0.0736),
    s: (g: number) =>
      g < 0.3055
        ? between(-0.0117 * Math.log(Math.max(g, 1e-7)) - 0.0057, 0.0091, 0.04)
        : -0.0118 * g * g + 0.0093 * g + 0.0073,
    q: (g: number) => 0.0069 * g ** 3 - 0.028 * g ** 2 + 0.0211 * g + 0.0123,
  },
  {
    statistics: hermesOneStatistics,
    gMax: 10.35,
    t0: 200,
    tr: 512e-9,
    sigma: (g: number) => 0.15782 + 2.32444 * g - 2.16311 * g ** 2 + 0.68842 * g ** 3,
    mu: (g: number) => (g < 0.0945 ? 0.13 : -0.0436 * g * g - 0.0126 * g + 0.0736),
    s: (g: number) =>
      g < 0.3039
        ? between(-0.012 * Math.log(Math.max(g, 1e-7)) - 0.0023, 0.0124, 0.04)
        : -0.0165 * g * g + 0.0116 * g + 0.0104,
    q: (g: number) => 0.0664 * g ** 3 - 0.1352 * g ** 2 + 0.0768 * g + 0.0088,
  },
];

describe.each(sources)('$statistics.name', ({ statistics, gMax, t0, tr, sigma, mu, s, q }) => {
  test.each(levels)('programming noise and drift exponent at %d of G_max', (g) => {
    const d = devices(statistics, {});
    for (let k = 0; k < count; k++) d.program(k, g, 0);
    const landed = moments(d.programmed);
    const wanted = clipped(g * gMax, sigma(g));
    within(landed.mean * gMax, wanted.mean);
    within(landed.std * gMax, wanted.std);

    const nu = moments(Float64Array.from({ length: count }, (_, k) => d.driftCoefficient(k)));
    const exponent = folded(mu(g), s(g));
    within(nu.mean, exponent.mean);
    within(nu.std, exponent.std);
  });

  test.each(levels)('read noise a day after programming at %d of G_max', (g) => {
    const day = 86_400;
    const growth = Math.sqrt(Math.log((day + t0 + tr) / (2 * tr)));
    const wanted = g === 0 ? 0 : g * q(g) * growth;
    const values = new Float32Array(count);
    const variance = new Float32Array(count);
    for (const mode of ['frozen', 'fresh'] as const) {
      const n = mode === 'frozen' ? count : 8;
      const d = devices(statistics, { programming: { noise: 0 }, drift: 0, readNoise: { mode } });
      for (let k = 0; k < n; k++) d.program(k, g, 0);
      d.sample(day, 0, n, values, variance);
      within(moments(values.subarray(0, n)).mean, g);
      within(mode === 'frozen' ? moments(values).std : Math.sqrt(variance[0]), wanted);
    }
  });

  test('frozen and fresh shares of split read noise add up', () => {
    const d = devices(statistics, {
      programming: { noise: 0 },
      drift: 0,
      readNoise: { mode: 'split', intervalS: 0.01 },
    });
    for (let k = 0; k < count; k++) d.program(k, 0.5, 0);
    const values = new Float32Array(count);
    const variance = new Float32Array(count);
    d.sample(32, 0, count, values, variance);
    const total = (0.5 * q(0.5)) ** 2 * Math.log((32 + t0 + tr) / (2 * tr));
    within(moments(values).std ** 2 + variance[0], total, 0.03);
    within(variance[0], (0.5 * q(0.5)) ** 2 * Math.log((0.01 + tr) / (2 * tr)));
  });

  test('conductance falls along a straight line in log-log, with the mean exponent as its slope', () => {
    const d = devices(statistics, { readNoise: { scale: 0 } });
    for (let k = 0; k < count; k++) d.program(k, 0.5, 0);
    const x: number[] = [];
    const y: number[] = [];
    const values = new Float32Array(count);
    for (let decade = 3; decade <= 9; decade++) {
      const age = 10 ** decade;
      d.sample(age, 0, count, values, null);
      let sum = 0;
      let n = 0;
      for (let k = 0; k < count; k++) {
        if (d.programmed[k] === 0) continue;
        sum += Math.log(values[k] / d.programmed[k]);
        n++;
      }
      x.push(Math.log(age + t0));
      y.push(sum / n);
    }
    const meanX = x.reduce((a, b) => a + b) / x.length;
    const meanY = y.reduce((a, b) => a + b) / y.length;
    const sxy = x.reduce((a, v, i) => a + (v - meanX) * (y[i] - meanY), 0);
    const sxx = x.reduce((a, v) => a + (v - meanX) ** 2, 0);
    within(sxy / sxx, -folded(mu(0.5), s(0.5)).mean);
    const residual = y.map((v, i) => Math.abs(v - meanY - (sxy / sxx) * (x[i] - meanX)));
    expect(Math.max(...residual)).toBeLessThan(1e-4);
  });
});

test('read-verify brings the error to the tolerance within the pulse budget', () => {
  const errors = [1, 20].map((maxPulses) => {
    const d = devices(hermesTwoStatistics, {
      programming: { maxPulses, tolerance: 0.01 },
      readNoise: { scale: 0 },
    });
    for (let k = 0; k < count; k++) d.program(k, 0.3, 0);
    expect(d.pulses).toBeLessThanOrEqual(count * maxPulses);
    let outside = 0;
    for (const g of d.programmed) outside += Math.abs(g - 0.3) > 0.01 ? 1 : 0;
    return outside / count;
  });
  expect(errors[0]).toBeGreaterThan(0.7);
  // A pulse hits the window with probability 2 Phi(0.01 / 0.0476) - 1 = 0.166: 0.834^20 miss it 20 times.
  expect(errors[1]).toBeLessThan(0.05);
});

test('stuck devices stay where they are, others have a gain of their own', () => {
  const d = devices(pcmLikeStatistics, {
    stuck: { reset: 0.1, set: 0.05 },
    spread: 0.2,
    programming: { noise: 0 },
  });
  for (let k = 0; k < count; k++) d.program(k, 0.5, 0);
  const reset = d.programmed.filter((g) => g === 0).length / count;
  const set = d.programmed.filter((g) => g === 1).length / count;
  expect(reset).toBeCloseTo(0.1, 2);
  expect(set).toBeCloseTo(0.05, 2);
  const free = Array.from(d.programmed).filter((g) => g > 0 && g < 1);
  within(moments(free.map((g) => Math.log(g / 0.5))).std, 0.2);
});
