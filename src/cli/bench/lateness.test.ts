import { distribution, lateness } from './lateness';

const period = 5e6;
const grid = (n: number): number[] => Array.from({ length: n }, (_, k) => 7e9 + k * period);

test('a punctual loop is not late; a constant delay does not count', () => {
  expect(lateness(grid(1000), period)).toEqual({ rateError: 0, p50Ms: 0, p99Ms: 0, worstMs: 0 });
  expect(
    lateness(
      grid(1000).map((t) => t + 3e6),
      period,
    ).worstMs,
  ).toBe(0);
});

test('late ticks are late by what they are, also where the first one is', () => {
  const times = grid(1000).map((t, k) => t + (k % 50 === 0 ? 2e6 : 0));
  const { p50Ms, p99Ms, worstMs, rateError } = lateness(times, period);
  expect([p50Ms, p99Ms, worstMs]).toEqual([0, 2, 2]);
  expect(Math.abs(rateError)).toBeLessThan(1e-3);
});

test('ticks left out lower the rate, and the grid stays', () => {
  // held up for 17 ms at tick 100: due 7e9 + 500 ms, begins 17 ms later; three even times are left out
  const times = grid(1000).flatMap((t, k) => (k === 100 ? [t + 17e6] : k > 100 && k <= 103 ? [] : [t]));
  const { worstMs, rateError, p50Ms } = lateness(times, period);
  expect(worstMs).toBe(17);
  expect(p50Ms).toBe(0);
  expect(rateError).toBeCloseTo(-3 / 999, 6);
});

test('distribution', () => {
  expect(distribution(Array.from({ length: 200 }, (_, k) => 200 - k))).toEqual({
    p50: 101,
    p99: 199,
    worst: 200,
  });
});
