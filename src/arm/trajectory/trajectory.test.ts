import fc from 'fast-check';
import type { JointLimits } from '../limits/joint_limits.js';
import { integrateVelocities, smoothVelocities } from './integrate.js';
import { approachMove, stoppingMove } from './moves.js';
import { eachPeak, scan, slowingFactor } from './peaks.js';
import { retime } from './retime.js';
import { UniformSpline } from './spline.js';
import { timeLaw } from './time_law.js';
import { slowed, Trajectory } from './trajectory.js';

const joint = (name: string, over: Partial<JointLimits> = {}): JointLimits => ({
  name,
  lower: -2,
  upper: 2,
  velocity: 1,
  acceleration: 4,
  jerk: 100,
  ...over,
});
const limits = [joint('base_joint'), joint('shoulder', { acceleration: 3, velocity: 0.8 })];
const angle = fc.double({ min: -1.4, max: 1.4, noNaN: true });
const pair = fc.tuple(angle, angle);

/** Largest excess over the limits, as a ratio, anywhere. */
function worst(trajectory: Trajectory, by: readonly JointLimits[] = limits): number {
  let ratio = 0;
  scan(trajectory, 0.003, (_, __, v, a, jerk) =>
    by.forEach((l, j) => {
      ratio = Math.max(
        ratio,
        Math.abs(v[j]) / l.velocity,
        Math.abs(a[j]) / l.acceleration,
        Math.abs(jerk[j]) / l.jerk,
      );
    }),
  );
  return ratio;
}

/** A smooth random path: a few harmonics, amplitudes limited. */
const harmonics = fc.array(fc.tuple(angle, angle), { minLength: 1, maxLength: 5 });
const pathOf = (h: [number, number][], rows = 250) =>
  Float64Array.from({ length: 2 * rows }, (_, k) =>
    h.reduce(
      (sum, pair, i) =>
        sum +
        (0.5 * pair[k % 2] * Math.sin(Math.PI * (i + 0.5) * (Math.floor(k / 2) / (rows - 1)))) / (i + 1),
      0,
    ),
  );

test('quintic segments pass through their knots, and their derivatives are derivatives', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(pair, pair, pair), { minLength: 2, maxLength: 20 }), (knots) => {
      const flat = (i: number) => Float64Array.from(knots.flatMap((k) => k[i]));
      const times = Float64Array.from(knots, (_, i) => 0.3 * i + 0.1 * Math.sin(i));
      const t = new Trajectory(['a', 'b'], times, flat(0), flat(1), flat(2));
      const [p, v, a, jerk] = [0, 1, 2, 3].map(() => new Float64Array(2));
      const [p2, v2, a2] = [0, 1, 2].map(() => new Float64Array(2));
      const [p1, v1, a1] = [0, 1, 2].map(() => new Float64Array(2));
      for (let i = knots.length - 1; i >= 0; i--) {
        t.sample(times[i], p, v, a);
        [p, v, a].forEach((x, d) => knots[i][d].forEach((y, j) => expect(x[j]).toBeCloseTo(y, 8)));
      }
      const [h, middle] = [1e-5, t.durationS * 0.37];
      t.sample(middle, p, v, a, jerk);
      t.sample(middle - h, p1, v1, a1);
      t.sample(middle + h, p2, v2, a2);
      for (const [low, high, derivative] of [
        [p1, p2, v],
        [v1, v2, a],
        [a1, a2, jerk],
      ])
        for (let j = 0; j < 2; j++) {
          const slope = (high[j] - low[j]) / (2 * h);
          expect(Math.abs(slope - derivative[j])).toBeLessThan(1e-3 * (1 + Math.abs(slope)) + 1e-2);
        }
    }),
    { numRuns: 50 },
  );
});

test('peaks are what a fine scan finds, never less', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(pair, pair, pair), { minLength: 2, maxLength: 6 }), (knots) => {
      const flat = (i: number) => Float64Array.from(knots.flatMap((k) => k[i]));
      const times = Float64Array.from(knots, (_, i) => 0.4 * i);
      const t = new Trajectory(['a', 'b'], times, flat(0), flat(1), flat(2));
      const exact = new Float64Array(6);
      eachPeak(t, (order, j, _, value) => {
        exact[2 * order + j - 2] = Math.max(exact[2 * order + j - 2], Math.abs(value));
      });
      const scanned = new Float64Array(6);
      scan(t, 0.001, (_, __, ...states) =>
        states.forEach((x, d) =>
          x.forEach((y, j) => (scanned[2 * d + j] = Math.max(scanned[2 * d + j], Math.abs(y)))),
        ),
      );
      scanned.forEach((y, k) => {
        expect(exact[k]).toBeGreaterThanOrEqual(y - 1e-9 * (1 + y));
        expect(exact[k]).toBeLessThanOrEqual(y * 1.02 + 1e-3);
      });
    }),
    { numRuns: 40 },
  );
});

test('before its start and after its end a motion rests', () => {
  const move = approachMove([0, 0], [0.5, -0.2], limits);
  const [p, v] = [new Float64Array(2), new Float64Array(2)];
  move.sample(-1, p, v);
  expect([...p, ...v]).toEqual([0, 0, 0, 0]);
  move.sample(move.durationS + 1, p, v);
  expect([...p, ...v]).toEqual([0.5, -0.2, 0, 0]);
  move.sample(NaN, p, v);
  expect([...p]).toEqual([0, 0]);
});

test('approach moves are straight, at rest at both ends, within the limits and touch one of them at speed 1', () => {
  fc.assert(
    fc.property(pair, pair, (from, to) => {
      const distance = Math.max(...from.map((x, j) => Math.abs(x - to[j])));
      fc.pre(distance > 1e-3);
      const move = approachMove(from, to, limits, 1);
      const ratio = worst(move);
      expect(ratio).toBeLessThan(1.0001);
      expect(ratio).toBeGreaterThan(0.99);
      expect(worst(approachMove(from, to, limits, 0.5))).toBeLessThan(0.51);
      const p = new Float64Array(2);
      move.sample(move.durationS * 0.3, p);
      const share = 10 * 0.3 ** 3 - 15 * 0.3 ** 4 + 6 * 0.3 ** 5; // minimum jerk, closed form
      p.forEach((x, j) => expect(x).toBeCloseTo(from[j] + share * (to[j] - from[j]), 9));
    }),
    { numRuns: 30 },
  );
  expect(() => approachMove([0, 0], [0, 3], limits)).toThrow(/shoulder \(end\)/);
  expect(() => approachMove([0, NaN], [0, 0], limits)).toThrow(/shoulder \(start\)/);
  for (const speed of [0, -1, 2, NaN])
    expect(() => approachMove([0, 0], [0, 1], limits, speed)).toThrow(/speed/);
});

test('stops decelerate within the limits, along the direction of motion', () => {
  fc.assert(
    fc.property(pair, pair, (p, v) => {
      fc.pre(Math.hypot(...v) > 1e-3);
      const stop = stoppingMove(
        p,
        v.map((x, j) => x * limits[j].velocity * 0.7),
        limits,
      );
      expect(worst(stop)).toBeLessThan(1.0001);
      const [end, rest] = [new Float64Array(2), new Float64Array(2)];
      stop.sample(stop.durationS, end, rest);
      expect([...rest].map(Math.abs)).toEqual([0, 0]);
      end.forEach((x, j) =>
        expect(x).toBeCloseTo(p[j] + 0.5 * 0.7 * v[j] * limits[j].velocity * stop.durationS, 9),
      );
    }),
  );
});

test('uniform slowing keeps the path and makes exactly the worst ratio 1', () => {
  fc.assert(
    fc.property(pair, pair, (from, to) => {
      fc.pre(Math.hypot(from[0] - to[0], from[1] - to[1]) > 0.01);
      const fast = slowed(approachMove(from, to, limits, 1), 0.3);
      expect(slowingFactor(fast, limits)).toBeGreaterThan(3);
      const fine = slowed(fast, slowingFactor(fast, limits));
      expect(worst(fine)).toBeLessThan(1 + 1e-6);
      expect(worst(fine)).toBeGreaterThan(0.99);
      const [p, q] = [new Float64Array(2), new Float64Array(2)];
      fast.sample(fast.durationS * 0.4, p);
      fine.sample(fine.durationS * 0.4, q);
      p.forEach((x, j) => expect(q[j]).toBeCloseTo(x, 9));
    }),
    { numRuns: 30 },
  );
});

test('the spline interpolates a smooth curve and its derivatives', () => {
  const rows = 401;
  const spline = new UniformSpline(
    Float64Array.from({ length: rows }, (_, i) => Math.sin((2 * Math.PI * i) / (rows - 1))),
    1,
  );
  const [y, d1, d2] = [0, 1, 2].map(() => new Float64Array(1));
  for (const s of [0, 0.111, 0.25, 0.5, 0.7777, 1]) {
    spline.sample(s, y, d1, d2);
    const w = 2 * Math.PI;
    expect(y[0]).toBeCloseTo(Math.sin(w * s), 6);
    expect(d1[0]).toBeCloseTo(w * Math.cos(w * s), 3);
    expect(d2[0]).toBeCloseTo(-w * w * Math.sin(w * s), 1);
  }
});

test('the time law of a straight path is the bang-bang law', () => {
  const points = 2001;
  const length = 1.5;
  const path = {
    points,
    joints: 1,
    first: new Float64Array(points).fill(length),
    second: new Float64Array(points),
  };
  const time = (x: Float64Array) => {
    let t = 0;
    for (let i = 1; i < points; i++) t += 2 / (points - 1) / (Math.sqrt(x[i - 1]) + Math.sqrt(x[i]));
    return t;
  };
  // Trapezoid: length / v + v / a; triangle: 2 sqrt(length / a).
  expect(time(timeLaw(path, [1], [4], Infinity))).toBeCloseTo(length / 1 + 1 / 4, 3);
  expect(time(timeLaw(path, [100], [4], Infinity))).toBeCloseTo(2 * Math.sqrt(length / 4), 3);
});

test('retimed motions keep the path and every limit, rest at both ends, and are no faster than asked', () => {
  fc.assert(
    fc.property(harmonics, fc.double({ min: 0.2, max: 20, noNaN: true }), (h, duration) => {
      const knots = pathOf(h);
      const { trajectory, knotTimesS } = retime(knots, duration, limits);
      expect(worst(trajectory)).toBeLessThan(1 + 1e-6);
      expect(trajectory.durationS).toBeGreaterThanOrEqual(duration * 0.999);
      const [p, v] = [new Float64Array(2), new Float64Array(2)];
      for (let i = 0; i < 249; i++) {
        trajectory.sample(knotTimesS[i], p);
        for (let j = 0; j < 2; j++) expect(Math.abs(p[j] - knots[2 * (i + 1) + j])).toBeLessThan(1e-3);
      }
      for (const t of [0, trajectory.durationS]) {
        trajectory.sample(t, p, v);
        v.forEach((x) => expect(Math.abs(x)).toBeLessThan(1e-9));
      }
      p.forEach((x, j) => expect(x).toBeCloseTo(knots[498 + j], 12));
    }),
    { numRuns: 30, interruptAfterTimeLimit: 20000 },
  );
});

test('a slow smooth motion keeps its own timing but for the start and the stop', () => {
  const knots = pathOf([[0.4, 0.3]]);
  const { trajectory, knotTimesS } = retime(knots, 10, limits);
  expect(trajectory.durationS).toBeLessThan(10.3);
  expect(knotTimesS[200] - knotTimesS[100]).toBeCloseTo((10 * 100) / 249, 2);
});

test('a motion that stands still for its whole length is retimed to rest', () => {
  const { trajectory } = retime(new Float64Array(500), 2, limits);
  expect(worst(trajectory)).toBe(0);
  expect(trajectory.durationS).toBeGreaterThanOrEqual(2);
});

test('integration sums velocities; the closing correction ends at the wanted angles without disturbing the ends', () => {
  fc.assert(
    fc.property(fc.array(pair, { minLength: 20, maxLength: 300 }), pair, pair, (rows, start, end) => {
      const velocities = rows.flat();
      const open = integrateVelocities(velocities, 2, 0.01, start);
      const sums = [0, 1].map((j) => start[j] + 0.01 * rows.reduce((sum, r) => sum + r[j], 0));
      expect(open[2 * rows.length]).toBeCloseTo(sums[0], 9);
      expect(open[2 * rows.length + 1]).toBeCloseTo(sums[1], 9);
      const closed = integrateVelocities(velocities, 2, 0.01, start, end);
      expect(closed[2 * rows.length]).toBeCloseTo(end[0], 9);
      expect(closed[0]).toBe(start[0]);
      const first = (closed[2] - closed[0]) / 0.01;
      const share = 10 / rows.length ** 3;
      expect(Math.abs(first - velocities[0])).toBeLessThan(
        (share * Math.abs(end[0] - sums[0])) / 0.01 + 1e-9,
      );
    }),
  );
});

test('smoothing leaves straight courses alone and takes ripple out', () => {
  const line = Float64Array.from({ length: 200 }, (_, k) => (k % 2 ? 1 : 0.01 * (k >> 1)));
  smoothVelocities(line, 2, 15).forEach((x, k) => expect(x).toBeCloseTo(line[k], 9));
  const ripple = Float64Array.from({ length: 200 }, (_, k) => ((k >> 1) % 2 ? 1 : -1));
  for (const x of smoothVelocities(ripple, 2, 15).slice(20, 180)) expect(Math.abs(x)).toBeLessThan(0.02);
});
