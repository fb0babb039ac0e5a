import fc from 'fast-check';
import { edscorbotPaper } from '../kinematics/edscorbot.js';
import { trialFromVelocities } from '../target/trial.js';
import { preview } from './preview.js';

const wave = Float32Array.from(
  { length: 498 },
  (_, k) => 0.6 * Math.sin((2 * Math.PI * (k >> 1)) / 249) * (1 + (k & 1)),
);

test('the target recalled exactly has no error', () => {
  const target = trialFromVelocities(wave, edscorbotPaper);
  const result = preview(target, wave, edscorbotPaper);
  expect(result.tcpErrorMeanM).toBeLessThan(1e-6);
  expect(result.velocityRmseRadPerS.every((x) => x === 0)).toBe(true);
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
