import fc from 'fast-check';
import {
  defaultThresholds,
  haltAtPositionLimits,
  singularitySlowDown,
  slowToVelocityLimits,
} from './slow_down';
import { StreamWatch } from './stream_watch';
import { TwistSolver } from './twist';

const limits = [1, 2, 0.5].map((velocity) => ({ velocity, lower: -1, upper: 1 }));
const finite = fc.double({ min: -10, max: 10, noNaN: true });

describe('velocity limits', () => {
  test('1.1 and 1.05 times the limits: all joints by 1 / 1.1; an override of 0.5 halves; 1.0 changes nothing', () => {
    const asked = [1.1, 2.1, 0];
    for (const [override, factor] of [
      [1, 1 / 1.1],
      [0.5, 0.5],
    ]) {
      const v = Float64Array.from(asked);
      expect(slowToVelocityLimits(v, limits, override)).toBeCloseTo(factor, 12);
      v.forEach((x, j) => expect(x).toBeCloseTo(asked[j] * factor, 12));
    }
  });

  test('what is not finite asks for rest', () => {
    for (const bad of [NaN, Infinity]) {
      const v = Float64Array.of(0.1, bad, 0.1);
      expect(slowToVelocityLimits(v, limits)).toBe(0);
      expect([...v]).toEqual([0, 0, 0]);
    }
  });

  test('no velocity leads past a limit, and its direction is kept', () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 3, maxLength: 3 }), (asked) => {
        const v = Float64Array.from(asked);
        const factor = slowToVelocityLimits(v, limits);
        v.forEach((x, j) => {
          expect(Math.abs(x)).toBeLessThanOrEqual(limits[j].velocity * (1 + 1e-12));
          expect(x).toBeCloseTo(factor * asked[j], 12);
        });
      }),
    );
  });
});

test('near a position limit: toward it all joints halt, away from it is allowed', () => {
  const v = Float64Array.of(0.1, 0.2, -0.3);
  expect(haltAtPositionLimits(v, [0, 0.95, 0], limits, 0.1)).toBe(1);
  expect([...v]).toEqual([0, 0, 0]);
  const back = Float64Array.of(0.1, -0.2, -0.3);
  expect(haltAtPositionLimits(back, [0, 1.2, 0], limits, 0.1)).toBe(-1);
  expect([...back]).toEqual([0.1, -0.2, -0.3]);
});

test('a singularity slows on the way in, halts, and lets out', () => {
  const { lower, hardStop } = defaultThresholds;
  expect(singularitySlowDown(lower - 1, lower)).toEqual({ factor: 1, status: 'none' });
  const half = singularitySlowDown((lower + hardStop) / 2, hardStop);
  expect(half.status).toBe('approach');
  expect(half.factor).toBeCloseTo(0.5, 12);
  expect(singularitySlowDown(hardStop + 1, hardStop + 2)).toEqual({ factor: 0, status: 'halt' });
  const out = singularitySlowDown(hardStop + 1, hardStop);
  expect(out.status).toBe('leave');
  expect(out.factor).toBeGreaterThan(0);
});

/** Jacobian of a planar arm of two unit links, 2 x 2. */
const planar = (q1: number, q2: number) =>
  Float64Array.of(
    -Math.sin(q1) - Math.sin(q1 + q2),
    -Math.sin(q1 + q2),
    Math.cos(q1) + Math.cos(q1 + q2),
    Math.cos(q1 + q2),
  );

describe('twist', () => {
  const solver = new TwistSolver(2, 2);

  test('without damping the tool moves as asked, wherever the arm is not stretched', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -3, max: 3, noNaN: true }),
        fc.double({ min: 0.2, max: 2.9, noNaN: true }),
        finite,
        finite,
        (q1, q2, x, y) => {
          const J = planar(q1, q2);
          const v = new Float64Array(2);
          solver.solve(J, [x, y], 0, v);
          expect(J[0] * v[0] + J[1] * v[1]).toBeCloseTo(x, 6);
          expect(J[2] * v[0] + J[3] * v[1]).toBeCloseTo(y, 6);
        },
      ),
    );
  });

  test('damped, joint velocities stay below |twist| / (2 damping) in any pose, the stretched one too', () => {
    fc.assert(
      fc.property(
        finite,
        fc.double({ min: -1e-3, max: 1e-3, noNaN: true }),
        finite,
        finite,
        (q1, q2, x, y) => {
          const v = new Float64Array(2);
          solver.solve(planar(q1, q2), [x, y], 0.05, v);
          // largest s / (s^2 + d^2) over all singular values s
          expect(Math.hypot(...v)).toBeLessThanOrEqual(Math.hypot(x, y) / 0.1 + 1e-9);
        },
      ),
    );
  });

  test('the condition number is that of the closed form', () => {
    const J = planar(0.3, 1.2);
    const [a, b, c, d] = J;
    const [trace, det] = [a * a + b * b + c * c + d * d, (a * d - b * c) ** 2];
    const root = Math.sqrt(trace * trace - 4 * det);
    expect(solver.condition(J)).toBeCloseTo(Math.sqrt((trace + root) / (trace - root)), 9);
    expect(solver.condition(planar(0.3, 0))).toBeGreaterThan(1e6);
  });
});

test('stamps of zero, of the future and of another clock do not count; one source at a time; silence ends it', () => {
  const watch = new StreamWatch();
  expect(watch.receive('a', 1, 0, 100)).toBe('no-stamp');
  expect(watch.receive('a', 1, NaN, 100)).toBe('no-stamp');
  expect(watch.receive('a', 1, 101, 100)).toBe('future-stamp');
  expect(watch.receive('a', 1, 1, 100)).toBe('old-stamp');
  expect(watch.stale(1)).toBe(true);
  expect(watch.receive('a', 1, 99.99, 100)).toBe('ok');
  expect(watch.stale(1.05)).toBe(false);
  expect(watch.receive('b', 1.05, 100.05, 100.05)).toBe('other-source');
  expect(watch.stale(1.2)).toBe(true);
  // silent, but its lease goes on
  expect(watch.receive('b', 1.2, 100.2, 100.2)).toBe('other-source');
  expect(watch.holder(1.6)).toBe('');
  expect(watch.receive('b', 1.6, 100.6, 100.6)).toBe('ok');
  watch.drop(true);
  expect(watch.stale(1.6)).toBe(true);
  expect(watch.receive('a', 1.6, 100.6, 100.6)).toBe('ok');
});
