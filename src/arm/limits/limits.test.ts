import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { InputError } from '../../input_error.js';
import { edscorbotJoints } from '../kinematics/edscorbot.js';
import { parseUrdf } from '../urdf/parse.js';
import { parseLimitsConfig } from './config.js';
import { defaultAcceleration, jointLimits } from './joint_limits.js';

const root = join(__dirname, '../../..');
const model = parseUrdf(readFileSync(join(root, 'urdf/edscorbot.urdf'), 'utf8'));
const content: unknown = parse(readFileSync(join(root, 'config/joint_limits.yaml'), 'utf8'));

function fault(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof InputError) return `${error.fault.code} ${error.fault.field}`;
    throw error;
  }
  return 'accepted';
}

test('our configuration tightens the robot description by its soft margin and adds accelerations', () => {
  const [base, shoulder] = jointLimits(model, edscorbotJoints, parseLimitsConfig(content));
  expect(base).toMatchObject({ name: 'base_joint', velocity: 1, acceleration: 4, jerk: 100 });
  expect(base.upper).toBeCloseTo(2.18166 - 0.02, 9);
  expect(shoulder.lower).toBeCloseTo(-1.48353 + 0.02, 9);
});

test('without a configuration the robot description’s limits hold', () => {
  const [base] = jointLimits(model, ['base_joint']);
  expect(base).toEqual({
    name: 'base_joint',
    lower: -2.18166,
    upper: 2.18166,
    velocity: 1,
    acceleration: defaultAcceleration,
    jerk: 100,
  });
});

test('the layout of a ROS parameter file is looked through; switched-off limits do not count', () => {
  const wrapped = {
    '/**': {
      ros__parameters: {
        joint_limits: { shoulder: { has_velocity_limits: false, max_velocity: 0.1, min_position: -0.5 } },
      },
    },
  };
  const [shoulder] = jointLimits(model, ['shoulder'], parseLimitsConfig(wrapped));
  expect(shoulder.velocity).toBe(1);
  expect(shoulder.lower).toBe(-0.5);
});

test.each([
  [
    { joint_limits: { base_joint: { max_velocity: 2 } } },
    'looser-than-urdf joint_limits.base_joint.max_velocity',
  ],
  [
    { joint_limits: { base_joint: { min_position: -3 } } },
    'looser-than-urdf joint_limits.base_joint.min_position',
  ],
  [
    { joint_limits: { base_joint: { max_acceleration: 0 } } },
    'out-of-range joint_limits.base_joint.max_acceleration',
  ],
  [
    { joint_limits: { base_joint: { max_acceleration: NaN } } },
    'out-of-range joint_limits.base_joint.max_acceleration',
  ],
  [
    { joint_limits: { base_joint: { has_jerk_limits: true } } },
    'missing-field joint_limits.base_joint.max_jerk',
  ],
  [
    { joint_limits: { base_joint: { has_jerk_limits: 'yes' } } },
    'wrong-type joint_limits.base_joint.has_jerk_limits',
  ],
  [{ joint_limits: { base_joint: { max_speed: 1 } } }, 'unknown-field joint_limits.base_joint.max_speed'],
  [{ soft_margin: 3 }, 'out-of-range soft_margin'],
  [{ soft_margin: -1 }, 'out-of-range soft_margin'],
  [{ workspace: { min: [0, 0], max: [1, 1, 1] } }, 'wrong-length workspace.min'],
  [{ workspace: { min: [0, 0, 2], max: [1, 1, 1] } }, 'out-of-range workspace.max[2]'],
  [{ workspace: { min: [0, 0, 0], max: [1, 1, 'x'] } }, 'out-of-range workspace.max[2]'],
  [{ self_collision: { ignore: [['a']] } }, 'wrong-type self_collision.ignore[0]'],
  [{ limits: {} }, 'unknown-field limits'],
  [[], 'wrong-type content'],
  [null, 'wrong-type content'],
])('%j is refused', (data, expected) => {
  expect(fault(() => jointLimits(model, edscorbotJoints, parseLimitsConfig(data)))).toBe(expected);
});

test('soft limits of the description count; a joint that may not move is refused', () => {
  const hinge = (inner: string, velocity: number) =>
    parseUrdf(
      `<robot name="r"><link name="a"/><link name="b"/><joint name="j" type="revolute"><parent link="a"/><child link="b"/>
       <limit lower="-1" upper="1" velocity="${velocity}" effort="1"/>${inner}</joint></robot>`,
    );
  const soft = hinge(
    '<safety_controller soft_lower_limit="-0.5" soft_upper_limit="0.99" k_velocity="1"/>',
    1,
  );
  expect(jointLimits(soft, ['j'], parseLimitsConfig({ soft_margin: 0.1 }))).toMatchObject([
    { lower: -0.5, upper: 0.9 },
  ]);
  expect(fault(() => jointLimits(hinge('', 0), ['j']))).toBe('out-of-range joint j > limit velocity');
});

test('a fixed or unknown joint has no limits', () => {
  expect(fault(() => jointLimits(model, ['base_joint', 'end_effector_joint']))).toBe(
    'unknown-joint joints[1]',
  );
});
