import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileRecorder } from '../src/files/recording_file';
import { rosMissing, RosTest, TestProcess } from './ros/harness';

const root = join(__dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'oneshot-examples-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (name: string, ...args: string[]): string =>
  execFileSync(process.execPath, [join(root, 'examples', name), ...args], { cwd: folder, encoding: 'utf8' });
const error = /error ([\d.]+) cm before, ([\d.]+) cm after/;

test('each program is told of in the README of the examples, and run here', () => {
  const readme = readFileSync(join(root, 'examples/README.md'), 'utf8');
  const tests = readFileSync(__filename, 'utf8');
  const programs = readdirSync(join(root, 'examples')).filter((name) => /\.(mjs|py)$/.test(name));
  expect(programs.length).toBeGreaterThan(4);
  for (const name of programs) {
    expect(readme).toContain(`\`${name}`);
    expect(tests).toContain(`'${name}'`);
  }
});

test('learn', () => {
  const [, before, after] = error.exec(run('learn.mjs'))!.map(Number);
  expect(after).toBeLessThan(before / 5);
});

/** A demonstration of 2 s, then stillness: base_joint to 0.8 rad, shoulder to -0.4. */
function shownMotion(name: string): string {
  const path = join(folder, name);
  const recorder = fileRecorder(path);
  for (let k = 0; k <= 250; k++) {
    const angle = 0.4 * (1 - Math.cos((Math.PI * Math.min(k, 200)) / 200));
    const header = { stamp: { sec: 0, nanosec: 0 }, frame_id: '' };
    const state = { header, name: ['base_joint', 'shoulder'], position: [angle, -angle / 2] };
    recorder.write(
      '/joint_states',
      'sensor_msgs/msg/JointState',
      { ...state, velocity: [], effort: [] },
      BigInt(k) * 10_000_000n,
    );
  }
  recorder.close();
  return path;
}

test('recording', () => {
  const text = run('recording.mjs', shownMotion('shown.mcap'));
  const [, before, after] = error.exec(text)!.map(Number);
  expect(after).toBeLessThan(before / 5);
  expect(Number(/([\d.]+) s of base_joint, shoulder/.exec(text)![1])).toBeLessThan(2.4);
});

test('PCM study', () => {
  const rows = [...run('pcm_study.mjs', '1').matchAll(/^(.*?) {2,}([\d.]+) \(\+- [\d.]+\) +(\d+)$/gm)];
  expect(rows.map(([, name]) => name)).toEqual([
    'exact weights',
    'chip, one update',
    'chip, 5 steps of refinement',
  ]);
  const [exact, ...chips] = rows.map(([, , cm, written]) => ({ cm: Number(cm), written: Number(written) }));
  expect(exact.written).toBe(0);
  for (const { cm, written } of chips) {
    expect(cm).toBeGreaterThan(exact.cm);
    expect(cm).toBeLessThan(10);
    expect(written).toBeGreaterThan(1000);
  }
});

(rosMissing() ? describe.skip : describe)('over ROS', () => {
  let ros: RosTest;
  beforeAll(async () => {
    ros = await RosTest.start();
  });
  afterAll(() => ros.stop());

  test('teaches', async () => {
    ros.node('arm_simulator');
    const learner = ros.node('motor_learner', { parameters: { skills_directory: join(folder, 'skills') } });
    await learner.waitFor(/weights motor-default/, 60_000);
    const path = join(root, 'examples', 'teach.py');
    const script = ros.process('teach', 'python3', ['-u', path, '--save', 'reach']);
    await script.waitFor(/executed +[\d.]+ cm\nskill reach saved/, 60_000);
    const [, before, after] = /before +([\d.]+) cm\nafter +([\d.]+) cm/.exec(script.output)!.map(Number);
    expect(after).toBeLessThan(before / 5);
    // a bag, by the same learner: the arm ends where the demonstration did, in the description's senses
    const client = await ros.client();
    const states = await client.subscribe('sensor_msgs/msg/JointState', '/joint_states', 'sensor');
    const bag = [join(root, 'examples', 'teach_bag.py'), shownMotion('bag.mcap')];
    const shown = ros.process('bag', 'python3', ['-u', ...bag]);
    await shown.waitFor(/executed +[\d.]+ cm/, 60_000);
    const [, untaught, taught] = /before +([\d.]+) cm\nafter +([\d.]+) cm/.exec(shown.output)!.map(Number);
    expect(taught).toBeLessThan(untaught / 5);
    const near = (q: number, wanted: number): boolean => Math.abs(q - wanted) < 0.15;
    await states.next(({ name, position }) => {
      const joint = (wanted: string): number => position[name.indexOf(wanted)] as number;
      return near(joint('base_joint'), 0.8) && near(joint('shoulder'), -0.4);
    }, 20_000);
    await learner.stop('SIGINT');
  }, 180_000);

  test('looks through a camera', async () => {
    ros.node('character_classifier', { remap: { '~/image': 'image' } });
    const client = await ros.client();
    // a bar across, or along
    const picture = (across: boolean): object => {
      const data = Array.from({ length: 28 * 28 }, (_, k) => {
        const [row, column] = [Math.floor(k / 28), k % 28];
        return Math.abs((across ? row : column) - 14) < 3 ? 20 : 230;
      });
      return { height: 28, width: 28, encoding: 'mono8', step: 28, data };
    };
    const child = spawn('python3', ['-u', join(root, 'examples', 'camera.py')], {
      env: ros.env,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const camera = new TestProcess('camera', child);
    const show = (across: boolean): Promise<void> =>
      client.stream('sensor_msgs/msg/Image', '/image', picture(across), 20, 0.5);
    try {
      while (!/name/.test(camera.output) && camera.running) await show(true);
      for (const across of [true, false]) {
        await show(across);
        child.stdin?.write(across ? 'across\n' : 'along\n');
        await camera.waitFor(across ? /name.*name/ : /name.*name.*name/, 30_000);
      }
      child.stdin?.write('\n');
      await camera.waitFor(/learned across, along/, 30_000);
      for (const [across, seen] of [
        [true, /sees across\n/],
        [false, /sees along\n/],
      ] as const)
        for (let k = 0; k < 20 && !seen.test(camera.output); k++) await show(across);
      expect(camera.output).toMatch(/sees across\n[^]*sees along\n/);
    } finally {
      await camera.stop('SIGKILL');
    }
  }, 120_000);
});
