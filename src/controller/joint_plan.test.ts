import fc from 'fast-check';
import { evaluate, JointPlan, segmentBetween } from './joint_plan.js';

test('extremes are those of a fine scan, however narrow', () => {
  const value = fc.double({ min: -3, max: 3, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 6, maxLength: 6 }),
      fc.double({ min: 0.05, max: 2, noNaN: true }),
      ([p0, v0, a0, p1, v1, a1], T) => {
        const knots = [
          { timeS: 0, position: p0, velocity: v0, acceleration: a0 },
          { timeS: T, position: p1, velocity: v1, acceleration: a1 },
        ];
        const found = { position: 0, velocity: 0, acceleration: 0 };
        const keys = Object.keys(found) as (keyof typeof found)[];
        for (const { state } of new JointPlan(knots).extremes())
          for (const key of keys) found[key] = Math.max(found[key], Math.abs(state[key]));
        let missed = '';
        const c = segmentBetween(knots[0], knots[1]);
        for (let k = 0; k <= 2000; k++) {
          const state = evaluate(c, (T * k) / 2000);
          for (const key of keys) if (Math.abs(state[key]) > found[key] * (1 + 1e-9) + 1e-9) missed = key;
        }
        expect(missed).toBe('');
      },
    ),
    { numRuns: 100 },
  );
});
