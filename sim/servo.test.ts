import { Random } from '../src/kernels/random';
import { ServoArm, stiffServo } from './servo';

const cycle = 0.01;

/** Drives one servo along a motion as a controller does, cycle by cycle; the largest lag once it runs. */
function lag(servo: typeof stiffServo, position: (t: number) => number, deadTimeS = 0): number {
  const arm = new ServoArm([servo], [position(0)], deadTimeS);
  let worst = 0;
  for (let k = 1; k <= 300; k++) {
    const t = k * cycle;
    arm.drive([position(t)], [(position(t) - position(t - cycle)) / cycle], cycle);
    arm.advance(cycle);
    if (t > 1) worst = Math.max(worst, Math.abs(arm.position[0] - position(t)));
  }
  return worst;
}
const ramp = (t: number) => 0.5 * t;

describe('ServoArm', () => {
  it('follows a ramp without lag with feed-forward, and 2 z / w late without', () => {
    expect(lag(stiffServo, ramp)).toBeLessThan(2e-4);
    const late = lag({ ...stiffServo, velocityFeedforward: 0 }, ramp);
    expect(late).toBeCloseTo((0.5 * 2 * 1) / 40, 3);
  });

  it('adds its dead time to the lag', () => {
    expect(lag(stiffServo, ramp, 0.05)).toBeCloseTo(0.5 * 0.05, 2);
  });

  it('answers a sine as the transfer function says', () => {
    // H = (2 z w f s + w^2) / (s^2 + 2 z w s + w^2): with f = 1 the error is s^2 / (..) times the command.
    const omega = 3;
    const error = omega ** 2 / Math.hypot(40 ** 2 - omega ** 2, 2 * 40 * omega);
    const measured = lag(stiffServo, (t) => 0.4 * Math.sin(omega * t));
    expect(measured).toBeGreaterThan(0.4 * error * 0.7);
    expect(measured).toBeLessThan(0.4 * error * 1.3);
  });

  it('settles on a step as the analytic critically damped answer does, and stays without commands', () => {
    const arm = new ServoArm([{ ...stiffServo, naturalFrequencyRadPerS: 10 }], [0]);
    arm.drive([1], [0], 0);
    arm.advance(0.2);
    expect(arm.position[0]).toBeCloseTo(1 - (1 + 10 * 0.2) * Math.exp(-10 * 0.2), 2);
    arm.advance(3);
    expect(arm.position[0]).toBeCloseTo(1, 6);
  });

  it('stays where its last command ends, not where its rate would lead', () => {
    const arm = new ServoArm([stiffServo], [0]);
    arm.drive([0.01], [1], 0.01);
    arm.advance(1);
    expect(arm.position[0]).toBeCloseTo(0.01, 6);
  });

  it('measures with seeded noise of the given deviation', () => {
    const readings = (seed: number) => {
      const arm = new ServoArm([{ ...stiffServo, positionNoiseRad: 0.01 }], [0], 0, new Random(seed));
      return Array.from({ length: 4000 }, () => (arm.advance(0.001), arm.position[0]));
    };
    const one = readings(1);
    expect(readings(1)).toEqual(one);
    expect(readings(2)).not.toEqual(one);
    const deviation = Math.sqrt(one.reduce((sum, x) => sum + x * x, 0) / one.length);
    expect(deviation).toBeGreaterThan(0.0095);
    expect(deviation).toBeLessThan(0.0105);
  });
});
