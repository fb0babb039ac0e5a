import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadMujoco } from '../../sim/physics/mujoco';
import { buildWorld } from '../../sim/physics/world';

/** A Python with PyBullet: named by ONESHOT_ARM_PYBULLET, else the system's; skipped where there is none. */
const python = [process.env.ONESHOT_ARM_PYBULLET, 'python3'].find(
  (p) => p && spawnSync(p, ['-c', 'import pybullet'], { stdio: 'ignore' }).status === 0,
);

const link = (name: string, mass: number, z: number): string =>
  `<link name="${name}"><inertial><origin xyz="0.02 0.01 ${z}"/><mass value="${mass}"/>
   <inertia ixx="0.03" ixy="0" ixz="0" iyy="0.04" iyz="0" izz="0.01"/></inertial></link>`;
const joint = (name: string, parent: string, child: string, z: number, axis: string): string =>
  `<joint name="${name}" type="revolute"><parent link="${parent}"/><child link="${child}"/><origin xyz="0 0 ${z}"/>
   <axis xyz="${axis}"/><limit lower="-10" upper="10" effort="0" velocity="1000"/></joint>`;
/** Three links, two swing axes at right angles and a third. */
const urdf = `<robot name="swing"><link name="base"/>
  ${link('a', 3, -0.2)}${link('b', 2, -0.15)}${link('c', 1, -0.1)}
  ${joint('one', 'base', 'a', 0, '0 1 0')}${joint('two', 'a', 'b', -0.4, '1 0 0')}${joint('three', 'b', 'c', -0.3, '0 1 0')}
</robot>`;

(python ? test : test.skip)(
  'a free swing of three links is the one that PyBullet computes, within 1 % of its amplitude',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'swing-'));
    const file = join(folder, 'swing.urdf');
    writeFileSync(file, urdf);
    const joints = ['one', 'two', 'three'];
    const start = { one: 0.5, two: -0.3, three: 0.4 };
    const steps = 15_000;
    const { stdout, stderr } = spawnSync(python as string, [join(__dirname, 'pybullet_swing.py')], {
      input: JSON.stringify({ urdf: file, joints, start, massless: ['base'], stepS: 1e-4, steps }),
      encoding: 'utf8',
      maxBuffer: 1e8,
    });
    rmSync(folder, { recursive: true });
    const line = stdout.slice(stdout.lastIndexOf('[['));
    expect(stderr).not.toMatch(/Error/);
    const theirs = JSON.parse(line) as number[][];

    const mujoco = await loadMujoco();
    const world = buildWorld(mujoco, urdf, { armature: 0, contacts: false });
    world.model.opt.timestep = 1e-4;
    joints.forEach(
      (name) => (world.data.qpos[world.joints.indexOf(name)] = start[name as keyof typeof start]),
    );
    let [worst, largest] = [0, 0];
    for (let k = 0; k < steps; k++) {
      mujoco.mj_step(world.model, world.data);
      joints.forEach((name, j) => {
        worst = Math.max(worst, Math.abs(world.data.qpos[world.joints.indexOf(name)] - theirs[k][j]));
        largest = Math.max(largest, Math.abs(theirs[k][j]));
      });
    }
    world.delete();
    expect(worst).toBeLessThan(0.01 * largest);
  },
  60_000,
);
