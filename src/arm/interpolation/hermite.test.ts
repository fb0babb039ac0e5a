import fc from 'fast-check';
import { monotoneSlopes, sampleHermite } from './hermite.js';

const value = fc.double({ min: -3, max: 3, noNaN: true });
const knots = fc.array(fc.tuple(fc.double({ min: 0.01, max: 1, noNaN: true }), value), {
  minLength: 2,
  maxLength: 30,
});

test('the curve goes through its knots and stays between neighbours', () => {
  fc.assert(
    fc.property(knots, (data) => {
      let t = 0;
      const times = data.map(([dt]) => (t += dt));
      const values = data.map(([, y]) => y);
      const slopes = monotoneSlopes(times, values, 1);
      const at = new Float64Array(times.length);
      sampleHermite(times, values, slopes, 1, times, at);
      at.forEach((y, i) => expect(y).toBeCloseTo(values[i], 9));
      for (let i = 0; i + 1 < times.length; i++) {
        const queries = [0.1, 0.35, 0.5, 0.8].map((s) => times[i] + s * (times[i + 1] - times[i]));
        const between = new Float64Array(4);
        sampleHermite(times, values, slopes, 1, queries, between);
        for (const y of between) {
          expect(y).toBeGreaterThanOrEqual(Math.min(values[i], values[i + 1]) - 1e-9);
          expect(y).toBeLessThanOrEqual(Math.max(values[i], values[i + 1]) + 1e-9);
        }
      }
    }),
  );
});

test('lines stay lines, and beyond the knots the ends hold', () => {
  const times = [0, 0.5, 2, 2.1];
  const values = times.map((t) => 3 - 2 * t);
  const out = new Float64Array(5);
  sampleHermite(times, values, monotoneSlopes(times, values, 1), 1, [-1, 0.2, 1.9, 2.05, 9], out);
  [3, 2.6, -0.8, -1.1, -1.2].forEach((y, i) => expect(out[i]).toBeCloseTo(y, 12));
});

test('one knot is a constant', () => {
  const out = new Float64Array(2);
  sampleHermite([0], [7], monotoneSlopes([0], [7], 1), 1, [0, 1], out);
  expect([...out]).toEqual([7, 7]);
});
