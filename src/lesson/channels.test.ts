import { InputError } from '../input_error.js';
import { paperConfig, type MotorNetworkConfig } from '../snn/motor_network.js';
import { channelsFor } from './channels.js';

const steps = 4;
const network = (joints: number, relativeAngles: boolean): MotorNetworkConfig => ({
  ...paperConfig,
  steps,
  joints,
  encoder: { kind: 'tuned', velocity: { units: 20, limit: 3.2, width: 0.3 }, angle: null, relativeAngles },
});
/** Two joints that start at 0.5 and -1. */
const start = [0.5, -1];
const target = (size: number) => ({
  velocities: Float32Array.from([1, -2, 3, -4, 5, -6, 7, -8].map((v) => (size * v) / 8)),
  angles: Float32Array.from(
    [0.1, -0.1, 0.2, -0.2, 0.3, -0.3, 0.4, -0.4].map((q, k) => start[k % 2] + size * q),
  ),
  positions: new Float32Array(3 * steps),
});

test('joints go through the first channels, the others are shown stillness; the way back undoes it', () => {
  const t = target(2.2); // fastest 2.2 rad/s: shown as it is
  const { shown, joints } = channelsFor(network(7, true), t, start);
  expect(shown.velocities).toHaveLength(7 * steps);
  for (let k = 0; k < steps; k++)
    for (let c = 0; c < 7; c++) {
      expect(shown.velocities[7 * k + c]).toBeCloseTo(c < 2 ? t.velocities[2 * k + c] : 0, 6);
      expect(shown.angles[7 * k + c]).toBeCloseTo(c < 2 ? t.angles[2 * k + c] - start[c] : 0, 6);
    }
  joints(shown.velocities).forEach((v, k) => expect(v).toBeCloseTo(t.velocities[k], 6));
});

test.each([0.2, 22])(
  'motions of another size (%d) are brought to scale by one factor and recalled in their own size',
  (size) => {
    const t = target(size); // fastest `size` rad/s, furthest 0.4 of that
    const { shown, joints } = channelsFor(network(3, true), t, start);
    expect(shown.velocities[3 * 3 + 1]).toBeCloseTo(-2.2, 5);
    expect(shown.angles[3 * 3 + 1]).toBeCloseTo(-0.88, 5);
    joints(shown.velocities).forEach((v, k) =>
      expect(Math.abs(v - t.velocities[k])).toBeLessThan(1e-6 * size),
    );
    // stillness stays stillness
    const none = channelsFor(network(3, true), target(0), start);
    expect(none.shown.velocities.every((v) => v === 0)).toBe(true);
  },
);

test.each([false, true])(
  'weights trained from 0 are shown a motion from 0 (stretch: %s), in its own size',
  (stretch) => {
    const t = target(0.1);
    const { shown, scale } = channelsFor(network(2, false), t, start, stretch);
    expect(scale).toBe(1);
    expect(shown.velocities).toEqual(t.velocities);
    expect(shown.angles[0]).toBeCloseTo(0.01, 6);
    expect(shown.angles[7]).toBeCloseTo(-0.04, 6);
    expect(channelsFor(network(2, false), t, [0, 0]).shown).toBe(t);
  },
);

test('weights that see where the tool is get the target as it is, but for stretches of a longer motion', () => {
  const t = target(0.1);
  const config: MotorNetworkConfig = { ...network(2, false), encoder: { kind: 'bits' } };
  expect(channelsFor(config, t, start).shown).toBe(t);
  expect(channelsFor(config, t, start, true).shown.angles[0]).toBeCloseTo(0.01, 6);
});

test('more joints than channels are refused', () => {
  expect(() => channelsFor(network(1, true), target(1), start)).toThrow(InputError);
});

test('a joint that the target holds still stands still on recall, whatever the network does; one that moves a little does not', () => {
  const t = target(2.2);
  for (let k = 0; k < steps; k++) {
    t.velocities[2 * k + 1] = 0;
    t.angles[2 * k + 1] = start[1];
  }
  const recalled = Float32Array.from({ length: 7 * steps }, (_, k) => 0.1 + k);
  const of = (motion: typeof t, relative = true): number[] =>
    Array.from(channelsFor(network(7, relative), motion, start).joints(recalled)).filter(
      (_, k) => k % 2 === 1,
    );
  expect(of(t)).toEqual([0, 0, 0, 0]);
  // other weights are recalled as they are
  expect(of(t, false).every((v) => v !== 0)).toBe(true);
  t.angles[5] = start[1] + 0.01;
  expect(of(t).every((v) => v !== 0)).toBe(true);
  expect(of(target(0))).toEqual([0, 0, 0, 0]);
});
