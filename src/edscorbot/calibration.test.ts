import fc from 'fast-check';
import {
  countOfDegrees,
  degreesOfCount,
  degreesOfReference,
  ED_SCORBOT_JOINTS,
  referenceOfDegrees,
  referenceRange,
} from './calibration.js';

const joint = fc.constantFrom(...ED_SCORBOT_JOINTS, { ...ED_SCORBOT_JOINTS[0], referencePerDegree: -3 });

test('the accuracy runs: 40 degrees are these references', () => {
  expect(ED_SCORBOT_JOINTS.map((j) => referenceOfDegrees(j, 40))).toEqual([122, 381, 129, 707]);
});

test('counts: the published conversion at a few points', () => {
  expect(degreesOfCount(ED_SCORBOT_JOINTS[0], 32768 - 1255)).toBeCloseTo(10);
  expect(degreesOfCount(ED_SCORBOT_JOINTS[3], 31768)).toBeCloseTo(12.391573729863692);
  for (const j of ED_SCORBOT_JOINTS) expect(degreesOfCount(j, countOfDegrees(j, 33.3))).toBeCloseTo(33.3, 1);
});

test('a reference is an integer within the limits and the nearest to the angle inside them', () => {
  fc.assert(
    fc.property(joint, fc.double({ min: -1e6, max: 1e6, noNaN: true }), (j, degrees) => {
      const reference = referenceOfDegrees(j, degrees);
      expect(Number.isInteger(reference)).toBe(true);
      expect(Object.is(reference, -0)).toBe(false);
      const [least, greatest] = referenceRange(j);
      expect(reference).toBeGreaterThanOrEqual(least);
      expect(reference).toBeLessThanOrEqual(greatest);
      const angle = degreesOfReference(j, reference);
      expect(angle).toBeGreaterThanOrEqual(j.minDegrees - 1e-6);
      expect(angle).toBeLessThanOrEqual(j.maxDegrees + 1e-6);
      const inside = Math.min(j.maxDegrees, Math.max(j.minDegrees, degrees));
      expect(Math.abs(angle - inside)).toBeLessThanOrEqual(1 / Math.abs(j.referencePerDegree) + 1e-9);
    }),
  );
});

test.each([NaN, Infinity])('%p is refused', (bad) =>
  expect(() => referenceOfDegrees(ED_SCORBOT_JOINTS[0], bad)).toThrow(/expected a finite angle/),
);
