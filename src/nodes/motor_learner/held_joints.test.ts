import { approachMove } from '../../arm/trajectory/moves.js';
import type { Trajectory } from '../../arm/trajectory/trajectory.js';
import { MeasuredJoints } from '../../motion/index.js';
import { heldJoints, vetHeldJoints } from './held_joints.js';
import type { Setup } from './setup.js';

const joints = ['base', 'shoulder', 'elbow'];
const limits = joints.map((name) => ({ name, lower: -2, upper: 2, velocity: 1, acceleration: 4, jerk: 100 }));
/** Judged with the elbow at 0; whatever has the elbow beyond 1 rad runs into the floor. */
const motion = approachMove([0, 0, 0], [0.5, 0.4, 0], limits, 0.5);
const checked: Trajectory[] = [];
const book = {
  profile: { joints },
  gate: {
    checkMotion(whole: Trajectory) {
      checked.push(whole);
      const elbow = whole.joints.indexOf('elbow');
      const hit = whole.positions.some((p, k) => k % whole.joints.length === elbow && Math.abs(p) > 1);
      return hit ? [{ code: 'floor', joint: 'elbow', timeS: 0, value: -0.1, limit: 0 }] : [];
    },
  },
} as unknown as Setup['book'];

function elbowAt(rad: number | null): MeasuredJoints {
  const held = new MeasuredJoints(heldJoints({ book, commandJoints: ['base', 'shoulder'] }));
  if (rad !== null) held.receive(['elbow'], [rad], [0], 1, 1, 1);
  return held;
}
beforeEach(() => checked.splice(0));

test('a joint that is not commanded is held; with all commanded none is', () => {
  expect(elbowAt(0).joints).toEqual(['elbow']);
  const none = new MeasuredJoints(heldJoints({ book, commandJoints: joints }));
  expect(vetHeldJoints(motion, { book }, none, 1, 0.5)).toBe('');
});

test('where it is as judged nothing is checked twice', () => {
  expect(vetHeldJoints(motion, { book }, elbowAt(5e-4), 1.1, 0.5)).toBe('');
  expect(checked).toHaveLength(0);
});

test('where it is elsewhere the motion is checked with the joint where it is', () => {
  expect(vetHeldJoints(motion, { book }, elbowAt(0.6), 1.1, 0.5)).toBe('');
  expect(checked).toHaveLength(1);
  const at = new Float64Array(3);
  checked[0].sample(checked[0].durationS / 2, at);
  expect(at[checked[0].joints.indexOf('elbow')]).toBeCloseTo(0.6, 12);
  expect(at[checked[0].joints.indexOf('base')]).toBeCloseTo(0.25, 6);
});

test('where that runs into something it is refused, and says where the joint is', () => {
  expect(vetHeldJoints(motion, { book }, elbowAt(1.2), 1.1, 0.5)).toMatch(/^with elbow at 1\.200 rad: ./);
});

test('where nobody knows where it is, neither', () => {
  expect(vetHeldJoints(motion, { book }, elbowAt(null), 1.1, 0.5)).toMatch(/where elbow are is not known/);
  expect(vetHeldJoints(motion, { book }, elbowAt(0), 3, 0.5)).toMatch(/not known/);
});
