import { Random } from '../kernels/random.js';
import { fitJointResponse } from './fit.js';
import { replay, sustainedDegreesPerS, ModelledJoint, type JointResponse } from './joint_response.js';
import responses from './joint_responses.json';
import type { StepRecording } from './recording.js';

const truth: JointResponse = {
  deadTimeS: 0.03,
  naturalFrequencyRadPerS: 9,
  dampingRatio: 1.1,
  frictionDegrees: 0.8,
  integralPerS: 0.25,
  loadDegrees: 0.5,
  outputLimitDegrees: 9,
};

/** A made-up recording: a staircase up and down, logged irregularly with encoder-like rounding. */
function recording(step: number, interval: number, random: Random): StepRecording {
  const up = Array.from({ length: 40 / step }, (_, i) => (i + 1) * step);
  const angles = [...up, ...up.slice(0, -1).reverse(), 0, 0];
  const referenceTimeS = angles.map((_, i) => i * interval);
  const sampleTimeS = Array.from({ length: 150 }, (_, i) => i * 0.11 + 0.02 * random.uniform());
  const made = { references: angles, referenceDegrees: angles, referenceTimeS, sampleTimeS };
  const exact = replay(truth, { ...made, measuredDegrees: [0] });
  return { ...made, measuredDegrees: exact.map((d) => Math.round(d * 125.5) / 125.5) };
}

test('a known response is found again from its recordings', async () => {
  const random = new Random(1);
  const recordings = [recording(10, 0.25, random), recording(5, 0.5, random), recording(2, 0.25, random)];
  const { response, rmseDegrees } = await fitJointResponse(recordings);
  expect(Math.max(...rmseDegrees)).toBeLessThan(0.1);
  // What matters of a response is how it follows something else.
  const other = recording(8, 0.5, random);
  const [a, b] = [replay(truth, other), replay(response, other)];
  expect(Math.max(...a.map((v, i) => Math.abs(v - b[i])))).toBeLessThan(0.5);
  expect(Math.abs(response.naturalFrequencyRadPerS / response.dampingRatio - 9 / 1.1)).toBeLessThan(0.05);
}, 120000);

test('a joint under a far reference keeps up the speed that its response says', () => {
  for (const response of responses) {
    const sustained = sustainedDegreesPerS(response);
    for (const way of [1, -1]) {
      const joint = new ModelledJoint(response);
      joint.refer(way * 1000, 0);
      joint.advance(5);
      expect(joint.degreesPerS * way).toBeGreaterThan(0.999 * sustained);
    }
  }
});
