import fc from 'fast-check';
import { fromNanoseconds, fromSeconds, toNanoseconds, toSeconds } from './time.js';

describe('time', () => {
  test('round trips any duration within int32 seconds', () => {
    fc.assert(
      fc.property(fc.double({ min: -2e9, max: 2e9, noNaN: true }), (s) => {
        const t = fromSeconds(s);
        expect(t.nanosec).toBeGreaterThanOrEqual(0);
        expect(t.nanosec).toBeLessThan(1e9);
        expect(Math.abs(toSeconds(t) - s)).toBeLessThan(1e-6);
      }),
    );
  });
  test('nanoseconds are exact', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), (n) => {
        expect(toNanoseconds(fromNanoseconds(n))).toBe(n);
      }),
    );
  });
  test('carries at the second', () => {
    expect(fromSeconds(0.9999999999)).toEqual({ sec: 1, nanosec: 0 });
    expect(fromSeconds(-0.25)).toEqual({ sec: -1, nanosec: 750000000 });
    expect(() => fromSeconds(Number.NaN)).toThrow(RangeError);
  });
});
