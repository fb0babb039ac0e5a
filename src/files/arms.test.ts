import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { angleBetween } from '../arm/kinematics/rotation';
import { parseTarget } from '../arm/target/parse';
import { trialTarget } from '../arm/target/trial';
import { InputError } from '../input_error';
import { Random } from '../kernels/random';
import { armNames, armOfDescription, readArm } from './arms';

const half = Math.PI / 2;
/** Published Denavit-Hartenberg parameters (a, alpha, d) of the UR5e. */
const ur5e = [
  [0, half, 0.1625],
  [-0.425, 0, 0],
  [-0.3922, 0, 0],
  [0, half, 0.1333],
  [0, -half, 0.0997],
  [0, 0, 0.0996],
];
/** Of the Panda, Craig's convention (a and alpha before the joint), and its flange. */
const panda = [
  [0, 0, 0.333],
  [0, -half, 0],
  [0, half, 0.316],
  [0.0825, half, 0],
  [-0.0825, -half, 0.384],
  [0, half, 0],
  [0.088, half, 0],
];

type Matrix = number[][];
const times = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => b[0].map((_, c) => row.reduce((s, x, k) => s + x * b[k][c], 0)));
const about = (axis: 'x' | 'z', t: number): Matrix => {
  const [c, s] = [Math.cos(t), Math.sin(t)];
  if (axis === 'z') return [[c, -s, 0, 0], [s, c, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]; // prettier-ignore
  return [[1, 0, 0, 0], [0, c, -s, 0], [0, s, c, 0], [0, 0, 0, 1]]; // prettier-ignore
};
const shift = (x: number, z: number): Matrix => [[1, 0, 0, x], [0, 1, 0, 0], [0, 0, 1, z], [0, 0, 0, 1]]; // prettier-ignore
const product = (list: Matrix[]): Matrix => list.reduce(times);

const drawn = (arm: ReturnType<typeof readArm>, random: Random, share = 1): Float64Array =>
  Float64Array.from(arm.profile.limits, ({ lower, upper }) => {
    const [low, high] = [Math.max(lower, -Math.PI), Math.min(upper, Math.PI)];
    return (low + high) / 2 + share * (random.uniform() - 0.5) * (high - low);
  });

test.each([
  [
    'six_axis',
    (q: Float64Array) =>
      product(ur5e.map(([a, al, d], i) => product([about('z', q[i]), shift(a, d), about('x', al)]))),
  ],
  [
    'seven_axis',
    (q: Float64Array) =>
      times(
        product(
          panda.map(([a, al, d], i) => product([about('x', al), shift(a, 0), about('z', q[i]), shift(0, d)])),
        ),
        shift(0, 0.107),
      ),
  ],
] as const)('%s: forward kinematics is that of the published parameters', (name, oracle) => {
  const arm = readArm({ arm: name });
  const random = new Random(1);
  const pose = new Float64Array(12);
  for (let k = 0; k < 30; k++) {
    const q = drawn(arm, random);
    arm.profile.pose(q, 0, pose, 0);
    const wanted = oracle(q);
    for (let r = 0; r < 3; r++) {
      expect(Math.abs(pose[9 + r] - wanted[r][3])).toBeLessThan(1e-9);
      for (let c = 0; c < 3; c++) expect(Math.abs(pose[3 * r + c] - wanted[r][c])).toBeLessThan(1e-9);
    }
  }
});

test('Jacobians equal finite differences, with another base link too', () => {
  const six = readArm({ arm: 'six_axis' });
  const onPedestal = six.description.replace(
    '</robot>',
    '<link name="world"/><joint name="foot" type="fixed"><parent link="world"/><child link="base_link"/>' +
      '<origin xyz="0.3 -0.2 0.5" rpy="0.4 -0.3 1"/></joint></robot>',
  );
  for (const arm of [
    readArm({ arm: 'seven_axis' }),
    armOfDescription(onPedestal, { baseLink: 'base_link' }),
    readArm({ arm: 'desk_arm', joints: ['elbow_flex', 'shoulder_pan'] }),
  ]) {
    const { profile } = arm;
    const n = profile.learned;
    const q = drawn(arm, new Random(2));
    const jacobian = new Float64Array(6 * n);
    profile.poseJacobian!(q, 0, jacobian, 0);
    const [a, b] = [new Float64Array(12), new Float64Array(12)];
    for (let j = 0; j < n; j++) {
      const h = 1e-6;
      const moved = (s: number): Float64Array => q.map((x, i) => (i === j ? x + s * h : x));
      profile.pose(moved(-1), 0, a, 0);
      profile.pose(moved(1), 0, b, 0);
      for (let r = 0; r < 3; r++)
        expect(Math.abs((b[9 + r] - a[9 + r]) / (2 * h) - jacobian[r * n + j])).toBeLessThan(1e-6);
      const spin = Math.hypot(jacobian[3 * n + j], jacobian[4 * n + j], jacobian[5 * n + j]);
      expect(Math.abs(angleBetween(a, 0, b, 0) / (2 * h) - spin)).toBeLessThan(1e-5);
    }
  }
});

test('positions in the frame of a base link are those of the arm as it stands on it', () => {
  const six = readArm({ arm: 'six_axis' });
  const turned = six.description.replace(
    '</robot>',
    '<link name="world"/><joint name="foot" type="fixed"><parent link="world"/><child link="base_link"/>' +
      '<origin xyz="0.3 -0.2 0.5" rpy="0.4 -0.3 1"/></joint></robot>',
  );
  const based = armOfDescription(turned, { baseLink: 'base_link' });
  const [a, b] = [new Float64Array(12), new Float64Array(12)];
  const q = drawn(six, new Random(9));
  six.profile.pose(q, 0, a, 0);
  based.profile.pose(q, 0, b, 0);
  a.forEach((x, i) => expect(b[i]).toBeCloseTo(x, 9));
});

test('200 random reachable pose paths of the six-axis arm: inverse kinematics ends within 0.1 mm and 0.1 degrees, without jumps', () => {
  const arm = readArm({ arm: 'six_axis' });
  const { profile } = arm;
  const random = new Random(3);
  const pose = new Float64Array(12);
  let worst = { m: 0, rad: 0 };
  for (let path = 0; path < 200; path++) {
    // from a posture near home, a smooth motion of all joints
    const from = Float64Array.from(profile.startAngles, (q) => q + 0.8 * (random.uniform() - 0.5));
    const by = from.map(() => 1.2 * (random.uniform() - 0.5));
    const count = 12;
    const near = Float64Array.from(profile.startAngles);
    const before = new Float64Array(6);
    for (let i = 0; i < count; i++) {
      const s = i / (count - 1);
      profile.pose(
        from.map((q, j) => q + by[j] * s),
        0,
        pose,
        0,
      );
      const { positionM, angleRad } = profile.inversePose!(pose, 0, near, 0, near, 0);
      worst = { m: Math.max(worst.m, positionM), rad: Math.max(worst.rad, angleRad) };
      if (i > 0) expect(Math.max(...near.map((q, j) => Math.abs(q - before[j])))).toBeLessThan(0.8);
      before.set(near);
    }
  }
  expect(worst.m).toBeLessThan(1e-4);
  expect(worst.rad).toBeLessThan((0.1 * Math.PI) / 180);
});

test('a target of poses becomes joint angles whose poses are those asked for; a rotated quaternion sign changes nothing', () => {
  const { profile } = readArm({ arm: 'six_axis' });
  const quaternion = [0.707106781, 0.707106781, 0, 0];
  const row = (y: number, sign: number): number[] => [0.45, y, 0.35, ...quaternion.map((x) => sign * x)];
  const target = (sign: number) =>
    trialTarget(parseTarget({ dt: 0.5, poses: [row(-0.1, 1), row(0, sign), row(0.1, 1)] }, profile), profile);
  const trial = target(1);
  expect(trial.residualM).toBeLessThan(1e-4);
  expect(trial.residualRad).toBeLessThan(2e-3);
  expect(trial.positions[3 * 248 + 1]).toBeCloseTo(0.1, 3);
  expect([...target(-1).velocities]).toEqual([...trial.velocities]);
});

test.each([
  [
    'out of reach',
    {
      dt: 1,
      poses: [
        [0.4, 0, 0.4, 1, 0, 0, 0],
        [3, 0, 0.4, 1, 0, 0, 0],
      ],
    },
    /poses\[1\]: expected poses within 0.02 m and 0.1 rad/,
  ],
  [
    'no quaternion',
    {
      dt: 1,
      poses: [
        [0.4, 0, 0.4, 1, 1, 0, 0],
        [0.4, 0, 0.4, 1, 0, 0, 0],
      ],
    },
    /poses\[0\]: expected a quaternion qx, qy, qz, qw of length 1/,
  ],
  [
    'too few numbers',
    {
      dt: 1,
      poses: [
        [0.4, 0, 0.4],
        [0.4, 0, 0.4],
      ],
    },
    /poses\[0\]: expected 7 numbers/,
  ],
] as const)('poses %s are refused', (_, data, message) => {
  const { profile } = readArm({ arm: 'six_axis' });
  expect(() => trialTarget(parseTarget(data, profile), profile)).toThrow(message);
});

test('the redundant arm uses its freedom to stay near its start angles', () => {
  const { profile } = readArm({ arm: 'seven_axis' });
  const q = Float64Array.from(profile.startAngles);
  const pose = new Float64Array(12);
  profile.pose(q, 0, pose, 0);
  const near = q.map((x, j) => x + 0.2 * Math.sin(j + 1));
  const out = new Float64Array(7);
  const left = profile.inversePose!(pose, 0, near, 0, out, 0);
  expect(left.positionM).toBeLessThan(1e-6);
  const away = (a: Float64Array): number => Math.hypot(...a.map((x, j) => x - profile.startAngles[j]));
  expect(away(out)).toBeLessThan(0.7 * away(near));
});

test('every packaged arm starts inside its limits, clear of itself, and its example passes the gate as it is', () => {
  expect(armNames()).toEqual(['edscorbot', 'six_axis', 'seven_axis', 'desk_arm']);
  for (const name of armNames()) {
    const arm = readArm({ arm: name });
    expect(arm.profile.learned).toBe({ edscorbot: 5, six_axis: 6, seven_axis: 7, desk_arm: 5 }[name]);
    const file = join(__dirname, '..', '..', arm.example!);
    const trial = trialTarget(parseTarget(JSON.parse(readFileSync(file, 'utf8')), arm.profile), arm.profile);
    const { accepted, reasons } = arm.gate.judge(trial, trial.velocities);
    expect({ name, accepted, reasons }).toEqual({ name, accepted: true, reasons: [] });
  }
});

describe('what is not an arm is refused by name', () => {
  const link = (name: string): string => `<link name="${name}"/>`;
  const joint = (
    name: string,
    parent: string,
    child: string,
    type = 'revolute',
    limit = '<limit lower="-1" upper="1" velocity="1" effort="1"/>',
  ): string =>
    `<joint name="${name}" type="${type}"><parent link="${parent}"/><child link="${child}"/><axis xyz="0 0 1"/>${limit}</joint>`;
  const robot = (body: string): string => `<robot name="r">${body}</robot>`;
  const chain = (count: number): string =>
    robot(
      Array.from({ length: count + 1 }, (_, i) => link(`l${i}`)).join('') +
        Array.from({ length: count }, (_, i) => joint(`j${i}`, `l${i}`, `l${i + 1}`)).join(''),
    );
  test.each([
    ['a loop', robot(link('a') + link('b') + joint('x', 'a', 'b') + joint('y', 'b', 'a')), {}],
    ['a missing link', robot(link('a') + joint('x', 'a', 'b')), {}],
    ['no limits', robot(link('a') + link('b') + joint('x', 'a', 'b', 'revolute', '')), {}],
    ['no joints', robot(link('a')), {}],
    ['40 joints', chain(40), {}],
    ['an unknown tool link', chain(3), { tcpLink: 'hand' }],
    ['an unknown joint', chain(3), { joints: ['j0', 'elbow'] }],
    ['an unknown base link', chain(3), { baseLink: 'floor' }],
    ['a base link that moves', chain(3), { baseLink: 'l2' }],
    ['text', 'hello', {}],
  ])('%s', (_, text, choice) => {
    expect(() => armOfDescription(text, choice)).toThrow(InputError);
  });

  test('a continuous joint may learn, a prismatic one on the way holds still, a mimic joint follows', () => {
    const text = robot(
      ['a', 'b', 'c', 'd', 'e'].map(link).join('') +
        joint('turn', 'a', 'b', 'continuous', '<limit velocity="1" effort="1"/>') +
        joint('slide', 'b', 'c', 'prismatic') +
        joint('bend', 'c', 'd') +
        joint('finger', 'd', 'e', 'revolute').replace('</joint>', '<mimic joint="bend"/></joint>'),
    );
    const { profile } = armOfDescription(text, { tcpLink: 'd' });
    expect(profile.joints).toEqual(['turn', 'bend', 'slide']);
    expect(profile.learned).toBe(2);
  });

  test('a name that is no arm, a file that is not there, xacro without the command', () => {
    expect(() => readArm({ arm: 'ninth_axis' })).toThrow(/--arm: expected one of edscorbot, six_axis/);
    expect(() => readArm({ arm: './nowhere.urdf' })).toThrow(/nowhere.urdf/);
    const file = join(mkdtempSync(join(tmpdir(), 'arm-')), 'a.xacro');
    writeFileSync(file, '<robot/>');
    const path = process.env.PATH;
    process.env.PATH = '';
    try {
      expect(() => readArm({ arm: file })).toThrow(/xacro/);
    } finally {
      process.env.PATH = path;
    }
  });

  test('descriptions with parts cut out, doubled or replaced are read or refused, never worse', () => {
    const text = readFileSync(join(__dirname, '..', '..', 'urdf', 'desk_arm.urdf'), 'utf8');
    fc.assert(
      fc.property(
        fc.nat(text.length),
        fc.nat(300),
        fc.constantFrom('', 'nan', '<', '"', '1e999', '</link>'),
        (at, length, put) => {
          const broken = text.slice(0, at) + put + text.slice(at + length);
          try {
            armOfDescription(broken, {});
          } catch (error) {
            if (!(error instanceof InputError)) throw error;
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
