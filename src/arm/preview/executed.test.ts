import { edscorbot, edscorbotPaper } from '../kinematics/edscorbot.js';
import { toUrdf } from '../kinematics/profile.js';
import { trialFromVelocities } from '../target/trial.js';
import { Trajectory } from '../trajectory/trajectory.js';
import { measureExecuted, shortcoming, type Executed } from './executed.js';

const wave = Float32Array.from(
  { length: 498 },
  (_, k) => 0.6 * Math.sin((2 * Math.PI * (k >> 1)) / 249) * (1 + (k & 1)),
);
const performedS = 7.5;
const stepTimesS = Float64Array.from({ length: 249 }, (_, k) => (performedS * (k + 1)) / 249);

/** The trial's motion as a trajectory: its angles at the steps' times, in the description's senses. */
function command(profile = edscorbotPaper): Trajectory {
  const target = trialFromVelocities(wave, profile);
  const rows = 250;
  const positions = new Float64Array(rows * 5);
  for (let k = 0; k < rows; k++)
    toUrdf(
      profile,
      k === 0 ? [0, 0] : [target.angles[2 * k - 2], target.angles[2 * k - 1]],
      0,
      'angles',
      positions,
      5 * k,
    );
  const velocities = new Float64Array(rows * 5);
  const dt = performedS / 249;
  for (let k = 1; k + 1 < rows; k++)
    for (let j = 0; j < 5; j++)
      velocities[5 * k + j] = (positions[5 * (k + 1) + j] - positions[5 * (k - 1) + j]) / (2 * dt);
  const timesS = Float64Array.from({ length: rows }, (_, k) => k * dt);
  return new Trajectory(profile.joints, timesS, positions, velocities, new Float64Array(rows * 5));
}

/** What an arm measures that is where `when(t)` says the command was. */
function performed(
  when: (t: number) => number,
  profile = edscorbotPaper,
  skip = (_t: number) => false,
  sagRad = 0,
): Executed {
  const target = trialFromVelocities(wave, profile);
  const motion = command(profile);
  const timesS: number[] = [];
  const urdfAngles: number[] = [];
  const row = new Float64Array(5);
  for (let t = -0.2; t < performedS + 2.5; t += 0.01) {
    if (skip(t)) continue;
    motion.sample(when(t), row);
    timesS.push(t);
    row[3] += sagRad;
    urdfAngles.push(...row);
  }
  return measureExecuted(target, { timesS, urdfAngles }, motion, stepTimesS, target.positions, profile);
}

const tolerance = { deviationM: 0.02, delayS: 0.5 };

test.each([edscorbotPaper, edscorbot])(
  '$name: a perfect execution has no error, no delay, nothing to say',
  (profile) => {
    const exact = performed((t) => t, profile);
    expect(exact.tcpErrorMeanM).toBeLessThan(1e-4);
    expect(exact.deviationM).toBeLessThan(1e-4);
    expect(exact.delayS).toBeLessThan(1e-3);
    expect(shortcoming(exact, tolerance)).toBe('');
  },
);

test.each([0.01, 0.033, 0.25])('a delay of %f s is told, and is no error', (delay) => {
  const late = performed((t) => t - delay);
  expect(late.delayS).toBeCloseTo(delay, 3);
  expect(late.tcpErrorMeanM).toBeLessThan(1e-3);
  expect(shortcoming(late, tolerance)).toBe('');
});

test('too late a start, a stall, a silence and bad tracking are told apart', () => {
  const late = performed((t) => t - 1.2);
  expect(late.delayS).toBeCloseTo(1.2, 2);
  expect(shortcoming(late, tolerance)).toMatch(/^late start: 1\.20 s/);
  const stalled = performed((t) => (t < 1.5 ? t : t < 3 ? 1.5 : t - 1.5));
  expect(stalled.stallS).toBeGreaterThan(1);
  expect(shortcoming(stalled, tolerance)).toMatch(/^stalls: /);
  const silent = performed(
    (t) => 0.7 * t,
    edscorbotPaper,
    (t) => t > 2 && t < 3,
  );
  expect(shortcoming(silent, { ...tolerance, delayS: 3 })).toMatch(/^stalls: .* for 1\.0\d s/);
  const slack = performed((t) => 0.8 * t);
  expect(shortcoming(slack, { ...tolerance, delayS: 3 })).toMatch(/^tracking: /);
});

test('an arm that never moved is no success', () => {
  const still = performed(() => 0);
  expect(still.stallS).toBeGreaterThan(2);
  expect(shortcoming(still, tolerance)).toMatch(/^stalls: /);
});

// the wrist's pitch swings the tool about its joint: 2 l sin(a / 2), l the tool's length
test.each([
  [edscorbotPaper, 0.22],
  [edscorbot, 0.224],
])('$0.name: what a joint that does not learn is off its command counts', (profile, toolM) => {
  const sagging = performed((t) => t, profile, undefined, 0.1);
  expect(sagging.deviationM).toBeCloseTo(2 * toolM * Math.sin(0.05), 4);
  expect(sagging.tcpErrorMeanM).toBeCloseTo(2 * toolM * Math.sin(0.05), 4);
  expect(sagging.delayS).toBeLessThan(1e-3);
});
