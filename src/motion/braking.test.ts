import fc from 'fast-check';
import { eachPeak } from '../arm/trajectory/peaks.js';
import { brakingMove } from './braking.js';

const limits = ['a', 'b', 'c'].map((name, j) => ({
  name,
  lower: -1,
  upper: 1 + j,
  velocity: 1,
  acceleration: 4 + j,
  jerk: 100,
}));

test('a stop from any state from which one is possible keeps every limit, goes on in its direction and ends at rest', () => {
  const joint = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    speed: fc.double({ min: -1, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(joint, { minLength: 3, maxLength: 3 }), (state) => {
      const position = Float64Array.from(
        state,
        ({ at }, j) => limits[j].lower + at * (limits[j].upper - limits[j].lower),
      );
      // as fast as still allows a stop inside
      const velocity = Float64Array.from(state, ({ speed }, j) => {
        const { lower, upper, acceleration } = limits[j];
        const left = Math.max(0, (speed > 0 ? upper - position[j] : position[j] - lower) - 1e-5);
        return speed * Math.min(1, Math.sqrt(2 * acceleration * left));
      });
      const stop = brakingMove(position, velocity, limits);
      const last = (stop.timesS.length - 1) * 3;
      for (let j = 0; j < 3; j++) {
        expect(stop.positions[j]).toBe(position[j]);
        expect(stop.velocities[j]).toBeCloseTo(velocity[j], 12);
        expect(stop.velocities[last + j]).toBe(0);
        expect((stop.positions[last + j] - position[j]) * velocity[j]).toBeGreaterThanOrEqual(0);
      }
      eachPeak(stop, (order, j, _, value) => {
        const { lower, upper, acceleration } = limits[j];
        if (order === 0) {
          expect(value).toBeGreaterThan(lower - 1e-5);
          expect(value).toBeLessThan(upper + 1e-5);
        }
        if (order === 1) expect(Math.abs(value)).toBeLessThanOrEqual(Math.abs(velocity[j]) + 1e-6);
        if (order === 2) expect(Math.abs(value)).toBeLessThanOrEqual(acceleration * (1 + 1e-6));
      });
    }),
    { numRuns: 500 },
  );
});
