import { countOfDegrees, ED_SCORBOT_JOINTS } from './calibration.js';
import { EncoderFeedback } from './encoder_feedback.js';

const at = (...degrees: number[]) => [
  ...ED_SCORBOT_JOINTS.map((j, i) => countOfDegrees(j, degrees[i] ?? 0)),
  32768,
  32768,
];

function started(): EncoderFeedback {
  const feedback = new EncoderFeedback(ED_SCORBOT_JOINTS);
  expect(feedback.take(at(0, 0, 0, 0), 10, true).kind).toBe('taken');
  return feedback;
}

test('angles, speeds and age by the time of receipt', () => {
  const feedback = started();
  feedback.take(at(2, -1, 0, 4), 10.1, true);
  expect(Array.from(feedback.degrees, (d) => Math.round(d * 10) / 10)).toEqual([2, -1, 0, 4]);
  expect(feedback.degreesPerS[0]).toBeCloseTo(20, 0);
  expect(feedback.ageS(10.35)).toBeCloseTo(0.25);
});

test('a single damaged report is left out, three are a failure', () => {
  const feedback = started();
  expect(feedback.take(at(60), 10.1, true)).toMatchObject({ kind: 'left out', zeroLost: true });
  expect(feedback.degrees[0]).toBe(0);
  expect(feedback.take(at(1), 10.2, true).kind).toBe('taken');
  for (const t of [10.3, 10.4]) expect(feedback.take(undefined, t, true).kind).toBe('left out');
  expect(feedback.take(undefined, 10.5, true)).toMatchObject({ kind: 'failed', zeroLost: false });
});

test('a jump that stays is a failure and names the joint', () => {
  const feedback = started();
  const kinds = [1, 2, 3].map((k) => feedback.take(at(0, 0, 55), 10 + 0.05 * k, true));
  expect(kinds.map((k) => k.kind)).toEqual(['left out', 'left out', 'failed']);
  expect(kinds[2]).toMatchObject({ reason: expect.stringMatching(/joint 3 jumped by 55\.0 deg/) });
});

test('outside the range: only judged where the zero is known', () => {
  const far = at(0, 100);
  expect(new EncoderFeedback(ED_SCORBOT_JOINTS).take(far, 0, true).kind).toBe('left out');
  expect(new EncoderFeedback(ED_SCORBOT_JOINTS).take(far, 0, false).kind).toBe('taken');
});

test('reports that were held up and arrive together are taken', () => {
  const feedback = started();
  // Half a second of motion at 45 degrees/s, then five reports at once.
  for (const k of [1, 2, 3, 4, 5])
    expect(feedback.take(at(4.5 * k), 10.5 + 1e-4 * k, true).kind).toBe('taken');
  expect(Math.abs(feedback.degreesPerS[0])).toBeLessThan(60);
});
