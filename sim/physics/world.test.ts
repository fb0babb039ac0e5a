import { loadMujoco, type Mujoco } from './mujoco';
import { buildWorld, type World } from './world';

let mujoco: Mujoco;
const made: World[] = [];
beforeAll(async () => {
  mujoco = await loadMujoco();
});
afterEach(() => made.splice(0).forEach((world) => world.delete()));

const world = (urdf: string, options = {}): World => {
  const one = buildWorld(mujoco, urdf, { armature: 0, contacts: false, ...options });
  made.push(one);
  return one;
};
const step = ({ model, data }: World, n: number): void => {
  for (let k = 0; k < n; k++) mujoco.mj_step(model, data);
};

/** One body on one joint; its centre of mass `down` below the joint. */
const oneBody = (type: string, axis: string, down: number, inertia = 1e-6): string => `<robot name="one">
  <link name="base"/>
  <link name="bob"><inertial><origin xyz="0 0 ${-down}"/><mass value="2"/>
    <inertia ixx="${inertia}" ixy="0" ixz="0" iyy="${inertia}" iyz="0" izz="${inertia}"/></inertial></link>
  <joint name="j" type="${type}"><parent link="base"/><child link="bob"/><axis xyz="${axis}"/>
    <limit lower="-100" upper="100" effort="0" velocity="100"/></joint></robot>`;

test('free fall: s = g t^2 / 2 within 1 %', () => {
  const falling = world(oneBody('prismatic', '0 0 1', 0));
  step(falling, 1000);
  const expected = (-9.81 * 1 ** 2) / 2;
  expect(Math.abs(falling.data.qpos[0] - expected)).toBeLessThan(0.01 * Math.abs(expected));
});

test('pendulum: period 2 pi sqrt((I + m l^2) / (m g l)) for small swings, within 1 %', () => {
  const [m, l, inertia] = [2, 0.4, 0.05];
  const pendulum = world(oneBody('continuous', '0 1 0', l, inertia));
  pendulum.data.qpos[0] = 0.02;
  const crossings: number[] = [];
  for (let k = 1; k <= 6000; k++) {
    const before = pendulum.data.qpos[0];
    step(pendulum, 1);
    const now = pendulum.data.qpos[0];
    if (before > 0 && now <= 0) crossings.push(k * 1e-3 - (1e-3 * -now) / (before - now));
  }
  const period = (crossings[crossings.length - 1] - crossings[0]) / (crossings.length - 1);
  const expected = 2 * Math.PI * Math.sqrt((inertia + m * l * l) / (m * 9.81 * l));
  expect(Math.abs(period - expected)).toBeLessThan(0.01 * expected);
});

test('a passive swing of a damped double pendulum never gains energy', () => {
  const link = (name: string) => `<link name="${name}"><inertial><origin xyz="0 0 -0.2"/><mass value="1"/>
    <inertia ixx="0.02" ixy="0" ixz="0" iyy="0.02" iyz="0" izz="0.01"/></inertial></link>`;
  const joint = (name: string, parent: string, child: string, z: number) =>
    `<joint name="${name}" type="continuous"><parent link="${parent}"/><child link="${child}"/><origin xyz="0 0 ${z}"/>
     <axis xyz="0 1 0"/><dynamics damping="0.05"/></joint>`;
  const double = world(`<robot name="double"><link name="base"/>${link('a')}${link('b')}
    ${joint('one', 'base', 'a', 0)}${joint('two', 'a', 'b', -0.4)}</robot>`);
  double.data.qpos[0] = 2;
  double.data.qpos[1] = -1;
  mujoco.mj_forward(double.model, double.data);
  let before = Infinity;
  const first = double.data.energy[0] + double.data.energy[1];
  for (let k = 0; k < 5000; k++) {
    step(double, 1);
    const energy = double.data.energy[0] + double.data.energy[1];
    // an integrator's own error at 1 kHz is allowed for: 1e-5 of the swing's energy a step
    expect(energy).toBeLessThan(before + 1e-5 * Math.abs(first));
    before = energy;
  }
  expect(before).toBeLessThan(first - 1);
});

test('mimic joints follow, meshes are left out and named, overlapping links do not touch', () => {
  const arm = world(
    `<robot name="m"><link name="base"/>
      <link name="a"><inertial><mass value="1"/><inertia ixx="1" ixy="0" ixz="0" iyy="1" iyz="0" izz="1"/></inertial>
        <collision><geometry><mesh filename="package://nowhere/a.stl"/></geometry></collision></link>
      <link name="b"><inertial><mass value="1"/><inertia ixx="1" ixy="0" ixz="0" iyy="1" iyz="0" izz="1"/></inertial>
        <collision><geometry><sphere radius="0.1"/></geometry></collision></link>
      <link name="c"><inertial><mass value="1"/><inertia ixx="1" ixy="0" ixz="0" iyy="1" iyz="0" izz="1"/></inertial>
        <collision><geometry><sphere radius="0.1"/></geometry></collision></link>
      <joint name="ja" type="continuous"><parent link="base"/><child link="a"/><axis xyz="0 0 1"/></joint>
      <joint name="jb" type="continuous"><parent link="base"/><child link="b"/><axis xyz="0 0 1"/><mimic joint="ja" multiplier="2"/></joint>
      <joint name="jc" type="continuous"><parent link="base"/><child link="c"/><axis xyz="0 0 1"/></joint></robot>`,
    { contacts: true },
  );
  expect(arm.meshLinks).toEqual(['a']);
  expect(arm.joints).toEqual(['ja', 'jb', 'jc']);
  arm.data.qvel[0] = 1;
  step(arm, 500);
  expect(arm.data.qpos[1]).toBeCloseTo(2 * arm.data.qpos[0], 2);
  expect(arm.data.ncon).toBe(0);
});

test('the same world made again takes no more memory, and what is done to one is not seen in another', () => {
  const urdf = oneBody('continuous', '0 1 0', 0.4);
  const make = (): World => buildWorld(mujoco, urdf, { floorM: -1 });
  const first = make();
  first.model.opt.timestep = 1e-4;
  first.data.qpos[0] = 1;
  make().delete();
  const taken = process.memoryUsage().external;
  for (let k = 0; k < 1500; k++) make().delete();
  expect(process.memoryUsage().external - taken).toBeLessThan(5e6);
  const other = make();
  expect([other.model.opt.timestep, other.data.qpos[0]]).toEqual([1e-3, 0]);
  first.delete();
  step(other, 1);
  other.delete();
});

test.each([
  ['no robot', '<robot', /robot description: expected a description that MuJoCo can simulate/],
  [
    'a joint without its child',
    '<robot name="a"><link name="b"/><joint name="x" type="revolute"><parent link="b"/><child link="zz"/></joint></robot>',
    /robot description/,
  ],
])('%s is refused', (_, urdf, message) => {
  expect(() => world(urdf)).toThrow(message);
});
