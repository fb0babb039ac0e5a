import fc from 'fast-check';
import { edscorbotPaper } from '../kinematics/edscorbot.js';
import { trialFromVelocities } from '../target/trial.js';
import { preview } from './preview.js';

const wave = Float32Array.from(
  { length: 498 },
  (_, k) => 0.6 * Math.sin((2 * Math.PI * (k >> 1)) / 249) * (1 + (k & 1)),
);

test('angles are the sums of the velocities, and the tool is where these put it: a target made of both is recalled without error', () => {
  const turn = (2 * Math.PI) / 249;
  // the sum of sines in closed form
  const sum = (k: number): number =>
    (Math.sin((k * turn) / 2) * Math.sin(((k + 1) * turn) / 2)) / Math.sin(turn / 2);
  const angles = Float32Array.from({ length: 498 }, (_, i) => 0.006 * (1 + (i & 1)) * sum(i >> 1));
  const positions = new Float32Array(249 * 3);
  for (let k = 0; k < 249; k++)
    edscorbotPaper.forward(Float64Array.of(angles[2 * k], angles[2 * k + 1]), 0, positions, 3 * k);
  const target = { ...trialFromVelocities(wave, edscorbotPaper), angles, positions };
  const result = preview(target, wave, edscorbotPaper);
  result.angles.forEach((angle, i) => expect(angle).toBeCloseTo(angles[i], 5));
  expect(result.tcpErrorMaxM).toBeLessThan(2e-6);
  // and a recall that stands still is as far off as the target goes
  const still = preview(target, new Float32Array(498), edscorbotPaper);
  const rms = [0.6, 1.2].map((amplitude) => amplitude / Math.SQRT2);
  still.velocityRmseRadPerS.forEach((value, j) => expect(value).toBeCloseTo(rms[j], 5));
});

test('a constant velocity error gives its own RMSE, and the TCP error of the drifting angle', () => {
  const target = trialFromVelocities(new Float32Array(498), edscorbotPaper);
  fc.assert(
    fc.property(fc.double({ min: -0.4, max: 0.4, noNaN: true }), (error) => {
      const recalled = Float32Array.from({ length: 498 }, (_, k) => (k % 2 ? error : 0));
      const result = preview(target, recalled, edscorbotPaper);
      expect(result.velocityRmseRadPerS[1]).toBeCloseTo(Math.abs(error), 6);
      let sum = 0; // chord of the shoulder's circle of 0.87 m
      for (let k = 1; k <= 249; k++) sum += 2 * 0.87 * Math.abs(Math.sin((error * 0.01 * k) / 2));
      expect(result.tcpErrorMeanM).toBeCloseTo(sum / 249, 5);
      expect(result.tcpErrorMaxM).toBeCloseTo(2 * 0.87 * Math.abs(Math.sin((error * 2.49) / 2)), 5);
    }),
  );
});
