import {
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { drawCharacter, randomCharacter } from '../../src/fewshot/stroke_characters';
import { fileRecorder } from '../../src/files/recording_file';
import { Random } from '../../src/kernels/random';
import { root } from '../cli/run';

/** Fills a folder with what the documents' commands find there: the package's folders, and files of a user's own. */
export async function fillFolder(path: string): Promise<void> {
  for (const name of ['examples', 'config', 'urdf']) symlinkSync(join(root, name), join(path, name));
  // packaged weights stay as they are: a run is resumed in a copy
  mkdirSync(join(path, 'models'));
  for (const name of readdirSync(join(root, 'models')))
    if (name !== 'motor-default') symlinkSync(join(root, 'models', name), join(path, 'models', name));
  cpSync(join(root, 'models/motor-default'), join(path, 'models/motor-default'), { recursive: true });
  symlinkSync(join(root, 'test/record/lerobot/v3.0'), join(path, 'my_dataset'));
  copyFileSync(join(root, 'examples/wave.csv'), join(path, 'my_motion.csv'));
  const motion = JSON.parse(readFileSync(join(root, 'examples/reach.json'), 'utf8'));
  writeFileSync(
    join(path, 'back.json'),
    JSON.stringify({ ...motion, positions: motion.positions.toReversed() }),
  );
  ownArm(path);
  for (const name of ['recording.mcap', 'demonstration.mcap']) demonstration(join(path, name));
  await pictures(path);
}

/** An arm of one's own, with the motion that docs/new_arm.md shows, and limits for it. */
function ownArm(path: string): void {
  const chain = ['base', 'turret', 'upper', 'fore', 'gripper_tcp'];
  const inertia = `<inertial><mass value="1"/><inertia ixx="0.01" ixy="0" ixz="0" iyy="0.01" iyz="0" izz="0.01"/></inertial>`;
  const joints = ['pan', 'lift', 'elbow'].map(
    (name, k) =>
      `<joint name="${name}" type="revolute"><origin xyz="0 0 0.15"/><parent link="${chain[k]}"/><child link="${chain[k + 1]}"/>` +
      `<axis xyz="0 ${k ? '1 0' : '0 1'}"/><limit lower="-2" upper="2" velocity="2" effort="50"/></joint>`,
  );
  writeFileSync(
    join(path, 'my_arm.urdf'),
    `<robot name="my_arm">${chain.map((name) => `<link name="${name}">${inertia}</link>`).join('')}${joints.join('')}` +
      `<joint name="tool" type="fixed"><origin xyz="0 0 0.2"/><parent link="fore"/><child link="gripper_tcp"/></joint></robot>`,
  );
  const limit = 'has_acceleration_limits: true\n    max_acceleration: 3.0';
  writeFileSync(
    join(path, 'my_limits.yaml'),
    `joint_limits:\n${['pan', 'lift'].map((name) => `  ${name}:\n    ${limit}\n`).join('')}`,
  );
  const motion = /^\{ "dt".*"positions".*$/m.exec(readFileSync(join(root, 'docs/new_arm.md'), 'utf8'));
  writeFileSync(join(path, 'my_motion.json'), motion![0]);
}

/** A recording of two seconds. */
function demonstration(path: string): void {
  const recorder = fileRecorder(path);
  for (let k = 0; k <= 200; k++) {
    const angle = 0.3 * (1 - Math.cos((Math.PI * k) / 200));
    const state = {
      header: { stamp: { sec: 0, nanosec: 0 }, frame_id: '' },
      name: ['base_joint', 'shoulder'],
      position: [angle, -angle / 2],
      velocity: [],
      effort: [],
    };
    recorder.write('/joint_states', 'sensor_msgs/msg/JointState', state, BigInt(k) * 10_000_000n);
  }
  recorder.close();
}

/** Characters: folders to learn from and to label, and an alphabet laid out as Omniglot's are. */
async function pictures(path: string): Promise<void> {
  const random = new Random(5);
  for (let k = 1; k <= 5; k++) {
    const character = randomCharacter(random);
    const draw = async (folder: string, count: number): Promise<void> => {
      mkdirSync(join(path, folder), { recursive: true });
      for (let n = 0; n < count; n++) {
        const ink = drawCharacter(character, random, undefined, 105);
        const raw = { width: 105, height: 105, channels: 1 } as const;
        await sharp(Buffer.from(ink.map((v) => 255 - 255 * v)), { raw })
          .png()
          .toFile(join(path, folder, `${n}.png`));
      }
    };
    if (k <= 2)
      for (const [folder, count] of [
        ['known', 2],
        ['new', 1],
        ['letters/known', 2],
        ['letters/new', 1],
      ] as const)
        await draw(join(folder, `letter${k}`), count);
    await draw(`omniglot/Made_up/character0${k}`, 10);
  }
}
