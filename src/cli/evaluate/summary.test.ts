import { summarize } from './summary.js';

test('statistics of a known sample', () => {
  const s = summarize([4, 1, 3, 2, 10]);
  expect(s).toMatchObject({ n: 5, mean: 4, median: 3 });
  expect(s.std).toBeCloseTo(Math.sqrt(50 / 4), 12);
  expect(s.p95).toBeCloseTo(4 + 0.8 * 6, 12);
  expect(s.ci95[1] - s.ci95[0]).toBeCloseTo((2 * 1.96 * s.std) / Math.sqrt(5), 12);
});

test('one value is its own mean, none is refused', () => {
  expect(summarize([2])).toEqual({ n: 1, mean: 2, median: 2, p95: 2, std: 0, ci95: [2, 2] });
  expect(() => summarize([])).toThrow(/at least one/);
});
