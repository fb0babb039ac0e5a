import fc from 'fast-check';
import { StampClock } from './stamp_clock.js';
import { fromNanoseconds, toNanoseconds, toSeconds } from './time.js';

/** Two clocks of one time: reading either takes as long as `delays` says next, s. */
function clocks(delays: number[], rosAheadS: () => number = () => 1e6) {
  let trueS = 0;
  let k = 0;
  const pass = (): void => void (trueS += delays[k++ % delays.length]);
  return {
    advance: (s: number) => (trueS += s),
    nowS: () => (pass(), trueS),
    rosNow: () => (pass(), fromNanoseconds(BigInt(Math.round((trueS + rosAheadS()) * 1e9)))),
  };
}

test('however long a process is held up between two readings, stamps are in the order of their instants, and within what was proven', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(0, 1e-6, 1e-3, 0.03, 0.2), { minLength: 6, maxLength: 60 }),
      (delays) => {
        const c = clocks([0, 0, 0, 0, ...delays]);
        const clock = new StampClock(c.rosNow, c.nowS);
        let last = -Infinity;
        let [leastStep, worst] = [Infinity, 0];
        for (let cycle = 1; cycle <= 100; cycle++) {
          c.advance(0.01);
          const stamp = toSeconds(clock.stamp(0.01 * cycle));
          leastStep = Math.min(leastStep, stamp - last);
          worst = Math.max(worst, Math.abs(stamp - (1e6 + 0.01 * cycle)));
          last = stamp;
        }
        expect(leastStep).toBeGreaterThan(0.0099);
        // the first readings were quick: the difference is known
        expect(worst).toBeLessThan(1e-6);
      },
    ),
  );
});

test('a clock that is set or runs at another speed is followed', () => {
  let ahead = 100;
  const c = clocks([1e-6], () => ahead);
  const clock = new StampClock(c.rosNow, c.nowS);
  expect(toSeconds(clock.stamp(0))).toBeCloseTo(100, 4);
  for (let k = 0; k < 100; k++) {
    c.advance(0.01);
    ahead += 5e-6;
    clock.stamp(0.01 * k);
  }
  expect(toSeconds(clock.stamp(1))).toBeCloseTo(101 + 5e-4, 4);
  ahead = 50;
  expect(toSeconds(clock.stamp(2))).toBeCloseTo(52, 4);
  expect(toNanoseconds(clock.stamp(2)) > 0n).toBe(true);
});
