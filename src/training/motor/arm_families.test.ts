import { Random } from '../../kernels/random.js';
import { armKinds, channelLimits, drawArmMotion } from './arm_families.js';
import { drawTask } from './task.js';
import { angleErrorMeanRad, emptyTrial, integrate } from './trial.js';
import { jointLoss } from './loss.js';

const stepS = 0.01;

describe.each([1, 2, 3, 6, 7])('%i channels', (channels) => {
  test.each(armKinds)('%s: within the limits, seeded, starts at 0', (kind) => {
    for (let seed = 0; seed < 20; seed++) {
      const draw = (): Float32Array => {
        const velocities = new Float32Array(249 * channels);
        expect(drawArmMotion(new Random(seed), velocities, channels, stepS, kind)).toBe(kind);
        return velocities;
      };
      const velocities = draw();
      expect(Buffer.from(draw().buffer).equals(Buffer.from(velocities.buffer))).toBe(true);
      const trial = { ...emptyTrial(249, channels), velocities };
      integrate(trial, channels, stepS);
      // the two-joint kinds reach 130 degrees
      const most = kind === 'pair' ? 2.3 : channelLimits.angleRad + 1e-3;
      const largest = (values: Float32Array): number => values.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
      expect(largest(trial.angles)).toBeLessThanOrEqual(most);
      expect(largest(velocities)).toBeLessThanOrEqual(channelLimits.velocityRadPerS + 1e-4);
    }
  });
});

test('any subset of the channels moves', () => {
  const seen = new Set<number>();
  const trial = emptyTrial(249, 6);
  for (let seed = 0; seed < 300; seed++) {
    drawTask({ family: 'arm' }, { joints: 6, stepS }, new Random(seed), trial);
    const moving = [0, 1, 2, 3, 4, 5].filter((c) => trial.velocities.some((v, k) => k % 6 === c && v !== 0));
    seen.add(moving.length);
  }
  expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
});

test.each([1, 3, 7])('loss in joint space of %i joints: its gradient equals finite differences', (joints) => {
  const random = new Random(joints);
  const target = emptyTrial(40, joints);
  target.velocities.forEach((_, k) => (target.velocities[k] = random.gaussian()));
  integrate(target, joints, stepS);
  const recalled = target.velocities.map((v) => v + 0.2 * random.gaussian());
  const weights = { velocity: 0.7, position: 3 };
  const gradient = new Float32Array(recalled.length);
  const loss = (velocities: Float32Array): number => {
    const l = jointLoss(
      target,
      velocities,
      joints,
      stepS,
      weights,
      0.25,
      new Float32Array(velocities.length),
    );
    return 0.25 * (weights.velocity * l.velocityMse + weights.position * l.positionMse);
  };
  jointLoss(target, recalled, joints, stepS, weights, 0.25, gradient);
  for (let k = 0; k < recalled.length; k += 7) {
    const h = 1e-2;
    const at = (sign: number): number => loss(recalled.map((v, i) => (i === k ? v + sign * h : v)));
    expect(Math.abs((at(1) - at(-1)) / (2 * h) - gradient[k])).toBeLessThan(1e-5);
  }
});

test('angle error counts the joints that move', () => {
  const target = emptyTrial(10, 2);
  for (let t = 0; t < 10; t++) target.velocities[2 * t] = 1;
  integrate(target, 2, stepS);
  const still = new Float32Array(20);
  // the first joint stays behind by 0.01 (t + 1): 0.055 in the mean
  expect(angleErrorMeanRad(target, still, 2, stepS)).toBeCloseTo(0.055, 6);
});
