import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parseTarget } from '../target/parse.js';
import { trialTarget } from '../target/trial.js';
import { parseUrdf } from '../urdf/parse.js';
import { jointsTo } from '../urdf/tool_link.js';
import { edscorbot, edscorbotJoints } from './edscorbot.js';
import { urdfProfile } from './urdf_profile.js';

const model = parseUrdf(readFileSync(join(__dirname, '../../../urdf/edscorbot.urdf'), 'utf8'));
const options = { learned: ['base_joint', 'shoulder'], tcpLink: 'end_effector' };
const profile = urdfProfile(model, options);
const angle = (limit: number) => fc.double({ min: -limit, max: limit, noNaN: true });

test('of the ED-Scorbot’s description comes its closed-form profile', () => {
  expect(profile.joints).toEqual([...edscorbotJoints]);
  expect(profile.limits).toEqual(edscorbot.limits);
  const [p, q, j, k] = [3, 3, 6, 6].map((n) => new Float64Array(n));
  fc.assert(
    fc.property(angle(2), angle(1.4), (q1, q2) => {
      profile.forward([q1, q2], 0, p, 0);
      edscorbot.forward([q1, q2], 0, q, 0);
      profile.jacobian([q1, q2], 0, j, 0);
      edscorbot.jacobian([q1, q2], 0, k, 0);
      p.forEach((x, i) => expect(x).toBeCloseTo(q[i], 10));
      j.forEach((x, i) => expect(x).toBeCloseTo(k[i], 10));
    }),
  );
});

test('the tool of all joints, held ones elsewhere, is that of the closed form; the learned ones alone are as before', () => {
  const [p, q, alone, again] = [3, 3, 3, 3].map((n) => new Float64Array(n));
  fc.assert(
    fc.property(fc.array(angle(1.4), { minLength: 5, maxLength: 5 }), (angles) => {
      profile.forward(angles, 0, alone, 0);
      profile.forwardAll(angles, 0, p, 0);
      edscorbot.forwardAll(angles, 0, q, 0);
      profile.forward(angles, 0, again, 0);
      p.forEach((x, i) => expect(x).toBeCloseTo(q[i], 10));
      expect(again).toEqual(alone);
    }),
  );
});

test('three learned joints: Jacobian by differences, inverse kinematics back to the point, buffers may be shared', () => {
  const three = urdfProfile(model, {
    learned: ['base_joint', 'shoulder', 'elbow'],
    tcpLink: 'end_effector',
    held: [{ joint: 'pitch', angle: 0.3 }],
  });
  const [p, plus, minus, j, q] = [3, 3, 3, 9, 3].map((n) => new Float64Array(n));
  fc.assert(
    fc.property(angle(1.5), angle(0.8), fc.double({ min: 0.3, max: 1.2, noNaN: true }), (q1, q2, q3) => {
      const at = [q1, q2, q3];
      three.jacobian(at, 0, j, 0);
      for (let c = 0; c < 3; c++) {
        const moved = (d: number) => at.map((x, i) => (i === c ? x + d : x));
        three.forward(moved(1e-6), 0, plus, 0);
        three.forward(moved(-1e-6), 0, minus, 0);
        for (let r = 0; r < 3; r++) expect(j[3 * r + c]).toBeCloseTo((plus[r] - minus[r]) / 2e-6, 6);
      }
      three.forward(at, 0, p, 0);
      q.set([q1 + 0.1, q2 - 0.1, q3 + 0.1]);
      expect(three.inverse(p, 0, q, 0, q, 0)).toBeLessThan(1e-8);
    }),
  );
});

test('a joint on the way that mimics another moves with it: one joint, its Jacobian by differences, its inverse', () => {
  const link = (name: string): string => `<link name="${name}"/>`;
  const joint = (name: string, parent: string, child: string, mimic = ''): string =>
    `<joint name="${name}" type="revolute"><origin xyz="0 0 0.3"/><parent link="${parent}"/><child link="${child}"/><axis xyz="0 1 0"/><limit lower="-2" upper="2" velocity="1" effort="1"/>${mimic}</joint>`;
  const levelled = parseUrdf(
    `<robot name="r">${['a', 'b', 'c', 'd', 'e'].map(link).join('')}${joint('turn', 'a', 'b').replace('0 1 0', '0 0 1')}${joint('lift', 'b', 'c')}${joint('bend', 'c', 'd')}${joint('level', 'd', 'e', '<mimic joint="lift" multiplier="-0.5" offset="0.2"/>')}<link name="tip"/><joint name="t" type="fixed"><origin xyz="0.2 0 0"/><parent link="e"/><child link="tip"/></joint></robot>`,
  );
  const names = jointsTo(levelled, 'tip');
  expect(names).toEqual(['turn', 'lift', 'bend']);
  const arm = urdfProfile(levelled, { learned: names, tcpLink: 'tip' });
  const [plus, minus, j, q] = [3, 3, 9, 3].map((n) => new Float64Array(n));
  const at = [0.3, 0.5, 0.7];
  arm.jacobian(at, 0, j, 0);
  for (let c = 0; c < 3; c++) {
    arm.forward(
      at.map((x, i) => (i === c ? x + 1e-6 : x)),
      0,
      plus,
      0,
    );
    arm.forward(
      at.map((x, i) => (i === c ? x - 1e-6 : x)),
      0,
      minus,
      0,
    );
    for (let r = 0; r < 3; r++) expect(j[3 * r + c]).toBeCloseTo((plus[r] - minus[r]) / 2e-6, 6);
  }
  const point = [0, 0, 0];
  arm.forward(at, 0, point, 0);
  q.set([0.2, 0.4, 0.8]);
  expect(arm.inverse(point, 0, q, 0, q, 0)).toBeLessThan(1e-8);
});

describe('seven joints for a point or a pose', () => {
  const seven = parseUrdf(readFileSync(join(__dirname, '../../../urdf/seven_axis.urdf'), 'utf8'));
  const learned = jointsTo(seven, 'tool0');
  const arm = urdfProfile(seven, {
    learned,
    tcpLink: 'tool0',
    startAngles: [0, -0.8, 0, -2.3, 0, 1.6, 0.8],
  });
  const away = [0.4, -0.5, -0.4, -2.1, 0.4, 1.2, 1.1];

  test.each(['inverse', 'inversePose'] as const)(
    '%s: one answer, however far away the search begins, and neighbours near each other',
    (which) => {
      const pose = new Float64Array(12);
      const solve = (near: ArrayLike<number>): Float64Array => {
        const q = new Float64Array(7);
        if (which === 'inverse') arm.inverse(pose, 9, Float64Array.from(near), 0, q, 0);
        else arm.inversePose!(pose, 0, Float64Array.from(near), 0, q, 0);
        return q;
      };
      arm.pose(away, 0, pose, 0);
      const first = solve(away);
      solve(first).forEach((q, j) => expect(Math.abs(q - first[j])).toBeLessThan(1e-5));
      // a fraction of a millimetre further, no joint turns by more than a few mrad
      pose[9] += 5e-4;
      solve(first).forEach((q, j) => expect(Math.abs(q - first[j])).toBeLessThan(5e-3));
    },
  );
});

test('targets are learned on it as on any profile', () => {
  const path = Array.from({ length: 40 }, (_, i) => {
    const p = [0, 0, 0];
    profile.forward([0.01 * i, -0.005 * i], 0, p, 0);
    return p;
  });
  const trial = trialTarget(parseTarget({ dt: 0.05, path }, profile), profile);
  expect(trial.residualM).toBeLessThan(1e-6);
  expect(trial.angles[2 * 248]).toBeCloseTo(0.39, 4);
  expect(trial.angles[2 * 248 + 1]).toBeCloseTo(-0.195, 4);
});

test.each([
  [{ ...options, tcpLink: 'tool0' }, /tcp_link: expected a link of robot edscorbot, got "tool0"/],
  [{ ...options, learned: ['base_joint', 'knee'] }, /learned_joints\[1\]/],
  [{ ...options, learned: ['base_joint', 'base_joint'] }, /learned_joints\[1\]: expected each joint once/],
  [{ ...options, learned: ['left_finger_joint'] }, /a joint between base and end_effector/],
  [{ ...options, learned: ['end_effector_joint'] }, /a moving joint/],
  [{ ...options, learned: [] }, /at least one joint/],
  [{ ...options, startAngles: [0, 4] }, /start_angles\[1\]/],
])('%j is refused', (bad, message) => {
  expect(() => urdfProfile(model, bad)).toThrow(message);
});
