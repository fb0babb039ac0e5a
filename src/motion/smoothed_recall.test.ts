import { smoothVelocities } from '../arm/trajectory/integrate.js';
import { Random } from '../kernels/random.js';
import { SmoothedRecall } from './smoothed_recall.js';

test('row by row it is the low-pass of the whole recall, half its width ahead', () => {
  const [steps, joints] = [60, 2];
  const random = new Random(3);
  const raw = Float64Array.from({ length: steps * joints }, () => random.gaussian());
  const whole = smoothVelocities(raw, joints, 19);
  let asked = 0;
  const smooth = new SmoothedRecall(
    {
      next(row) {
        if (asked >= steps) return false;
        row.set(raw.subarray(asked * joints, ++asked * joints));
        return true;
      },
    },
    joints,
    steps,
  );
  const row = new Float64Array(joints);
  for (let k = 0; k < steps; k++) {
    expect(smooth.next(row)).toBe(true);
    expect([...row]).toEqual([...whole.subarray(k * joints, (k + 1) * joints)]);
    expect(asked).toBe(Math.min(steps, k + 10));
  }
  expect(smooth.next(row)).toBe(false);
});
