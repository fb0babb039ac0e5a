import { edscorbotPaper } from '../arm/kinematics/edscorbot.js';
import { trialFromVelocities } from '../arm/target/trial.js';
import { comparePerformed } from './performed.js';

const profile = edscorbotPaper;
const steps = 249;
const velocities = Float32Array.from(
  { length: 2 * steps },
  (_, i) => Math.sin((Math.PI * (i >> 1)) / steps) * (i & 1 ? 0.2 : -0.3),
);
const target = { ...trialFromVelocities(velocities, profile), durationS: 5 };
/** All joints so far off from the first step on. */
const off = (rad: number): Float32Array => target.angles.map((q) => q + rad);

test('each way beside the demonstration, on its rows', () => {
  const executed = Float64Array.from([...target.startAngles, ...target.angles]);
  const { motions, rows, stepS } = comparePerformed(target, off(0.02), executed, profile);
  expect(motions.map((m) => m.method)).toEqual([
    'demonstration',
    'learned, predicted',
    'learned, executed',
    'direct replay',
    'dynamic movement primitive',
    'linear interpolation of 10 points',
  ]);
  expect(rows).toBe(steps + 1);
  expect(stepS * (rows - 1)).toBeCloseTo(5, 12);
  const [shown, predicted, performed, replay, primitive, via] = motions;
  expect(performed.tcpErrorMaxM).toBeLessThan(1e-6);
  expect(replay.tcpErrorMaxM).toBeLessThan(1e-6);
  // by hand: the tool's distance at every row
  let sum = 0;
  const [a, b] = [new Float64Array(3), new Float64Array(3)];
  for (let k = 1; k < rows; k++) {
    profile.forward(target.angles, 2 * (k - 1), a, 0);
    profile.forward(off(0.02), 2 * (k - 1), b, 0);
    sum += Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
  }
  expect(predicted.tcpErrorMeanM).toBeCloseTo(sum / rows, 7);
  expect(predicted.tcpErrorMaxM).toBeGreaterThan(predicted.tcpErrorMeanM);
  for (const m of [primitive, via]) {
    expect(m.tcpErrorMeanM).toBeGreaterThan(0);
    expect(m.frechetM).toBeLessThan(0.02);
    expect(m.points).toHaveLength(shown.points.length);
  }
});

test('what was not performed has no row; long motions are compared on at most 1000 rows', () => {
  const many = new Float32Array(2 * 5000).fill(1e-5);
  const long = trialFromVelocities(many, profile);
  const { motions, rows } = comparePerformed(long, long.angles, null, profile);
  expect(motions.map((m) => m.method)).not.toContain('learned, executed');
  expect(rows).toBe(1000);
  expect(motions[0].points).toHaveLength(3000);
});
