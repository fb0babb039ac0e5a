import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { InputError } from '../../input_error.js';
import { edscorbot, edscorbotJoints, forwardAll, urdfGeometry } from '../kinematics/edscorbot.js';
import { movingJoints } from './model.js';
import { parseUrdf } from './parse.js';
import { LinkPoses } from './poses.js';

const path = join(__dirname, '../../../urdf/edscorbot.urdf');
const xml = readFileSync(path, 'utf8');

test('check_urdf accepts our robot description', () => {
  const { status, stdout, error } = spawnSync('check_urdf', [path], { encoding: 'utf8' });
  if (error) return console.log('skipped: no check_urdf on this machine (Debian: liburdfdom-tools)');
  expect(status).toBe(0);
  expect(stdout).toMatch(/robot name is: edscorbot/);
});

test('the tree has the joints, limits and shapes of the arm', () => {
  const model = parseUrdf(xml);
  expect(model.root).toBe('base');
  expect(movingJoints(model).map((j) => j.name)).toEqual([...edscorbotJoints, 'left_finger_joint']);
  const [base, shoulder] = model.joints;
  expect(base.limit).toEqual({ lower: -2.18166, upper: 2.18166, velocity: 1, effort: 30 });
  expect([base.limit, shoulder.limit].map((l) => ({ lower: l!.lower, upper: l!.upper }))).toEqual(
    edscorbot.limits,
  );
  expect(model.links.get('upper_arm')!.collisions[0]).toMatchObject({ kind: 'box', size: [0.6, 0.12, 0.16] });
});

test('the tree’s forward kinematics is the closed form of the edscorbot profile', () => {
  const poses = new LinkPoses(parseUrdf(xml), edscorbotJoints);
  const tip = poses.offsetOf('end_effector');
  const angle = fc.double({ min: -2, max: 2, noNaN: true });
  const p = new Float64Array(3);
  fc.assert(
    fc.property(fc.tuple(angle, angle, angle, angle, angle), (q) => {
      poses.update(q);
      forwardAll(urdfGeometry, q, 0, p);
      p.forEach((x, i) => expect(poses.poses[tip + 9 + i]).toBeCloseTo(x, 10));
      edscorbot.forward(q, 0, p, 0);
      poses.update(q.slice(0, 2));
      p.forEach((x, i) => expect(poses.poses[tip + 9 + i]).toBeCloseTo(x, 10));
    }),
  );
});

test('the mimicking finger goes along and both slide apart', () => {
  const poses = new LinkPoses(parseUrdf(xml), ['roll', 'left_finger_joint', 'base_joint']);
  poses.update([0.7, 0.01, -0.4]);
  const left = poses.offsetOf('left_finger');
  const right = poses.offsetOf('right_finger');
  // Fingers slide apart by twice the joint value along the gripper's y, which roll has turned.
  const between = [0, 1, 2].map((i) => poses.poses[left + 9 + i] - poses.poses[right + 9 + i]);
  expect(Math.hypot(...between)).toBeCloseTo(Math.hypot(2 * 0.0126, 2 * 0.01), 10);
  poses.update([0, 0, 0]);
  expect(poses.poses[left + 9 + 2] - poses.poses[right + 9 + 2]).toBeGreaterThan(0);
});

const robot = (inner: string) => `<robot name="r"><link name="a"/><link name="b"/>${inner}</robot>`;
const hinge = (inner: string, attributes = 'name="j" type="revolute"') =>
  robot(`<joint ${attributes}><parent link="a"/><child link="b"/>${inner}</joint>`);
const limits = '<limit lower="-1" upper="1" velocity="1" effort="1"/>';

test.each([
  ['no XML', 'hello <', 'not-xml', /line 1/],
  ['unclosed', '<robot><link></robot>', 'not-xml', /line 1/],
  ['another document', '<sdf/>', 'missing-element', /robot/],
  ['no links', '<robot name="r"/>', 'missing-element', /robot/],
  ['nameless link', '<robot><link/></robot>', 'missing-attribute', /link name/],
  ['a link twice', '<robot><link name="a"/><link name="a"/></robot>', 'duplicate-name', /link a/],
  [
    'xacro',
    '<robot name="r" xmlns:xacro="x"><xacro:property name="a" value="1"/><link name="a"/></robot>',
    'unsupported',
    /robot/,
  ],
  ['two roots', robot(''), 'not-a-tree', /robot/],
  ['unknown type', hinge('', 'name="j" type="floating"'), 'unsupported', /joint j type/],
  ['no limits', hinge(''), 'missing-element', /joint j > limit/],
  [
    'limit without velocity',
    hinge('<limit lower="-1" upper="1" effort="1"/>'),
    'not-finite',
    /joint j > limit velocity/,
  ],
  [
    'reversed limits',
    hinge('<limit lower="1" upper="-1" velocity="1" effort="1"/>'),
    'out-of-range',
    /joint j > limit upper/,
  ],
  [
    'limit NaN',
    hinge('<limit lower="x" upper="1" velocity="1" effort="1"/>'),
    'not-finite',
    /joint j > limit lower/,
  ],
  ['zero axis', hinge(`<axis xyz="0 0 0"/>${limits}`), 'out-of-range', /joint j > axis xyz/],
  ['two numbers', hinge(`<origin xyz="0 1"/>${limits}`), 'wrong-length', /joint j > origin xyz/],
  [
    'unknown parent',
    robot(`<joint name="j" type="fixed"><parent link="c"/><child link="b"/></joint>`),
    'unknown-link',
    /joint j > parent/,
  ],
  [
    'no child',
    robot(`<joint name="j" type="fixed"><parent link="a"/></joint>`),
    'missing-attribute',
    /joint j > child/,
  ],
  [
    'a loop',
    `<robot><link name="r"/><link name="a"/><link name="b"/><joint name="j" type="fixed"><parent link="a"/><child link="b"/></joint><joint name="k" type="fixed"><parent link="b"/><child link="a"/></joint></robot>`,
    'not-a-tree',
    /robot/,
  ],
  [
    'empty geometry',
    '<robot><link name="a"><collision><geometry/></collision></link></robot>',
    'missing-element',
    /link a > collision 1 > geometry/,
  ],
  [
    'flat box',
    '<robot><link name="a"><collision><geometry><box size="1 0 1"/></geometry></collision></link></robot>',
    'out-of-range',
    /box size/,
  ],
])('%s is refused and the element named', (_, text, code, field) => {
  let fault;
  try {
    parseUrdf(text);
  } catch (error) {
    if (error instanceof InputError) fault = error.fault;
    else throw error;
  }
  expect(fault?.code).toBe(code);
  expect(fault?.field).toMatch(field);
});
