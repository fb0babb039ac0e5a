import { smoothVelocities } from '../arm/trajectory/integrate.js';
import { Random } from '../kernels/random.js';
import { SmoothedRecall } from './smoothed_recall.js';

test('row by row it is the low-pass of the whole recall, half its width ahead; the last ones lead to its own end', () => {
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
  const sum = new Float64Array(joints);
  let furthest = 0;
  for (let k = 0; k < steps; k++) {
    expect(smooth.next(row)).toBe(true);
    row.forEach((v, j) => (sum[j] += v));
    const low = whole.subarray(k * joints, (k + 1) * joints);
    if (k < steps - 10) expect([...row]).toEqual([...low]);
    else furthest = Math.max(furthest, ...row.map((v, j) => Math.abs(v - low[j])));
    expect(asked).toBe(Math.min(steps, k + 10));
  }
  expect(smooth.next(row)).toBe(false);
  const missing = sum.map((_, j) => {
    const total = (rows: Float64Array): number =>
      rows.reduce((at, v, i) => (i % joints === j ? at + v : at), 0);
    expect(sum[j]).toBeCloseTo(total(raw), 9);
    return Math.abs(total(raw) - total(whole));
  });
  // a minimum-jerk move over ten rows is nowhere faster than twice its mean
  expect(furthest).toBeLessThan((2 * Math.max(...missing)) / 10);
});
