import fc from 'fast-check';
import { edscorbot, edscorbotPaper } from '../kinematics/edscorbot.js';
import { toUrdf } from '../kinematics/profile.js';
import { trialFromVelocities } from '../target/trial.js';
import { scoreExecuted } from './executed.js';
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

test.each([edscorbotPaper, edscorbot])(
  '$name: joint states of a perfect execution score 0, at any speed and rate',
  (profile) => {
    const target = trialFromVelocities(wave, profile);
    const performedS = 7.5;
    const samples = 751;
    const timesS = Float64Array.from({ length: samples }, (_, i) => i * 0.01);
    const urdfAngles = new Float64Array(samples * 5);
    const angle = (j: number, u: number) =>
      0.6 * (1 + j) * (2.49 / (2 * Math.PI)) * (1 - Math.cos(2 * Math.PI * u));
    for (let i = 0; i < samples; i++)
      toUrdf(
        profile,
        [angle(0, timesS[i] / performedS), angle(1, timesS[i] / performedS)],
        0,
        'angles',
        urdfAngles,
        5 * i,
      );
    const scores = scoreExecuted(target, { timesS, urdfAngles }, performedS, profile);
    expect(scores.tcpErrorMeanM).toBeLessThan(0.01); // the sum of samples against the integral: half a step's motion
    const lag = scoreExecuted(
      target,
      { timesS: timesS.map((t) => t + 0.5), urdfAngles },
      performedS,
      profile,
    );
    expect(lag.tcpErrorMeanM).toBeGreaterThan(2 * scores.tcpErrorMeanM);
  },
);
