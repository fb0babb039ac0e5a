import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { profileNamed } from '../../src/arm/kinematics/profiles';
import { toUrdf } from '../../src/arm/kinematics/profile';
import { Random } from '../../src/kernels/random';
import { stiffServo } from '../servo';
import { positionServo } from './joint_servo';
import { loadMujoco, type Mujoco } from './mujoco';
import { PhysicsArm, type PhysicsArmOptions } from './physics_arm';

const urdf = readFileSync(join(__dirname, '..', '..', 'urdf', 'edscorbot.urdf'), 'utf8');
const joints = ['base_joint', 'shoulder', 'elbow', 'pitch', 'roll'];
let mujoco: Mujoco;
const made: PhysicsArm[] = [];
beforeAll(async () => {
  mujoco = await loadMujoco();
});
afterEach(() => made.splice(0).forEach((arm) => arm.delete()));

const armOf = (options: Partial<PhysicsArmOptions> = {}): PhysicsArm => {
  const names = options.joints ?? joints;
  const arm = new PhysicsArm(mujoco, {
    urdf,
    joints: names,
    servos: names.map(() => positionServo(stiffServo)),
    others: () => positionServo(stiffServo),
    start: names.map(() => 0),
    ...options,
  });
  made.push(arm);
  return arm;
};

/** Moves all joints along a minimum-jerk reach of 2 s, cycle by cycle; the largest error of the time-aligned position, rad. */
function reach(arm: PhysicsArm, to: number[], duration = 2): number {
  const cycle = 0.01;
  const at = (t: number): number => {
    const x = Math.min(1, t / duration);
    return x * x * x * (10 + x * (6 * x - 15));
  };
  let worst = 0;
  for (let t = cycle; t < duration + 0.5; t += cycle) {
    const rate = (at(t) - at(t - cycle)) / cycle;
    arm.drive(
      to.map((q) => q * at(t)),
      to.map((q) => q * rate),
      cycle,
    );
    arm.advance(cycle);
    to.forEach((q, j) => (worst = Math.max(worst, Math.abs(arm.position[j] - q * at(t)))));
  }
  return worst;
}

test('forward kinematics is that of src/arm within 1e-6 m', () => {
  const profile = profileNamed('edscorbot');
  const random = new Random(3);
  const arm = armOf({ contacts: false });
  const point = new Float64Array(3);
  for (let k = 0; k < 50; k++) {
    const learned = Array.from({ length: profile.learned }, () => random.uniform() - 0.5);
    const all = new Float64Array(profile.joints.length);
    toUrdf(profile, learned, 0, 'angles', all);
    arm.reset(joints.map((name) => (profile.joints.includes(name) ? all[profile.joints.indexOf(name)] : 0)));
    profile.forward(learned as never, 0, point, 0);
    const measured = arm.linkPosition('end_effector');
    for (let c = 0; c < 3; c++) expect(Math.abs(measured[c] - point[c])).toBeLessThan(1e-6);
  }
});

test('a held arm needs the torque that the masses ask for: sum of m g x lever, within 2 %', () => {
  const arm = armOf({ contacts: false });
  arm.advance(1);
  // about the shoulder's axis, from the description's masses and MuJoCo-free kinematics of the posture
  const parts: [string, number, [number, number, number]][] = [
    ['upper_arm', 5.4535, [0.0409, -0.0468, 0]],
    ['forearm', 2.194, [0.074, 0.0382, 0]],
    ['flange', 0.2444, [0.007, -0.02, 0]],
    ['gripper_base', 1.5913, [0.0594, 0, 0]],
    ['left_finger', 0.1, [0.0219, 0.0174, 0.0039]],
    ['right_finger', 0.1, [0.0219, -0.0174, 0.0039]],
  ];
  const yaw = 0.411898;
  // pitch of each link's frame at the home posture: origins' rpy add up along the chain (y axes stay parallel)
  const pitchOf: Record<string, number> = { upper_arm: -0.383972 };
  for (const name of ['forearm', 'flange', 'gripper_base', 'left_finger', 'right_finger'])
    pitchOf[name] = -0.383972 + 0.20944;
  const shoulder = arm.linkPosition('upper_arm');
  let torque = 0;
  for (const [link, mass, [cx, , cz]] of parts) {
    const origin = arm.linkPosition(link);
    // distance along the arm's plane from the axis
    const along = (origin[0] - shoulder[0]) * Math.cos(yaw) + (origin[1] - shoulder[1]) * Math.sin(yaw);
    torque -= mass * 9.81 * (along + cx * Math.cos(pitchOf[link]) + cz * Math.sin(pitchOf[link]));
  }
  expect(torque).toBeLessThan(-15);
  expect(Math.abs(arm.effort[1] - torque)).toBeLessThan(0.02 * Math.abs(torque));
});

test('follows a reach within 5 mrad with its servos, and the same way for the same seed', () => {
  expect(reach(armOf(), [0.8, -0.5, 0.4, 0.3, 0.5])).toBeLessThan(5e-3);
  const noisy = (seed: number): number[] => {
    const arm = armOf({ positionNoiseRad: 0.001, random: new Random(seed) });
    reach(arm, [0.3, 0, 0, 0, 0], 0.5);
    return [...arm.position];
  };
  const first = noisy(5);
  expect(noisy(5)).toEqual(first);
  expect(noisy(6)).not.toEqual(first);
});

test('a payload that the servos do not know of sags by about its torque over the stiffness, and effort limits hold', () => {
  const arm = armOf({ payload: { link: 'end_effector', massKg: 1 } });
  const worst = reach(arm, [0.8, -0.5, 0.4, 0.3, 0.5]);
  expect(worst).toBeGreaterThan(5e-3);
  for (let k = 0; k < 100; k++) {
    arm.advance(0.01);
    for (const torque of arm.effort) expect(Math.abs(torque)).toBeLessThanOrEqual(30 + 1e-9);
  }
});

test('free drive balances gravity and can be led by a wrench; afterwards the arm holds where it is', () => {
  const arm = armOf();
  arm.freeDrive(true);
  arm.advance(1);
  expect(Math.max(...arm.position.map(Math.abs))).toBeLessThan(0.01);
  arm.applyWrench('end_effector', [0, 15, 0], [0, 0, 0], 0.5);
  arm.advance(0.5);
  arm.advance(1.5);
  const led = [...arm.position];
  expect(Math.abs(led[0])).toBeGreaterThan(0.1);
  arm.freeDrive(false);
  arm.advance(1);
  led.forEach((q, j) => expect(Math.abs(arm.position[j] - q)).toBeLessThan(0.02));
});

test('reset() begins anew: the same motion comes out bit for bit', () => {
  const arm = armOf();
  reach(arm, [0.5, -0.3, 0, 0, 0], 1);
  const first = [...arm.position];
  arm.reset([0, 0, 0, 0, 0]);
  expect([...arm.position]).toEqual([0, 0, 0, 0, 0]);
  reach(arm, [0.5, -0.3, 0, 0, 0], 1);
  expect([...arm.position]).toEqual(first);
});

test('a floor stops the arm', () => {
  const arm = armOf({ floorM: 0 });
  reach(arm, [0, 1.2, 0, 0, 0]);
  expect(arm.contacts.flat()).toContain('world');
  expect(arm.linkPosition('end_effector')[2]).toBeGreaterThan(-0.1);
});
