import { join } from 'node:path';
import { fileRecorder } from '../../src/files/recording_file';
import { oneshotArm, temporaryFolder } from '../cli/run';
import { root, rosMissing, RosTest } from '../ros/harness';

const folder = temporaryFolder();
const header = (k: number) => ({ stamp: { sec: k, nanosec: 0 }, frame_id: '' });

/** Stands for a second, moves for two, stands; base_joint and shoulder of the robot description, 100 Hz. */
function recorded(name: string): string {
  const file = join(folder.path, name);
  const recorder = fileRecorder(file);
  for (let k = 0; k < 400; k++) {
    const x = Math.min(1, Math.max(0, (0.01 * k - 1) / 2));
    const base = 0.3 * (1 - Math.cos(Math.PI * x));
    recorder.write(
      '/joint_states',
      'sensor_msgs/msg/JointState',
      {
        header: { stamp: { sec: 0, nanosec: 0 }, frame_id: '' },
        name: ['base_joint', 'shoulder'],
        position: [base, -base / 2],
        velocity: [],
        effort: [],
      },
      BigInt(k) * 10_000_000n,
    );
  }
  recorder.write(
    '/learned',
    'trajectory_msgs/msg/JointTrajectory',
    { header: header(7), joint_names: ['base_joint'], points: [] },
    4_000_000_000n,
  );
  recorder.close();
  return file;
}

test('convert makes a target of a recording, and learn takes either', async () => {
  const file = recorded('shown.mcap');
  for (const out of ['out.json', 'out.csv']) {
    const target = join(folder.path, out);
    const { code, stdout, stderr } = await oneshotArm(['convert', file, '--out', target, '--json', '-']);
    expect([stderr, code]).toEqual(['', 0]);
    const report = JSON.parse(stdout);
    expect(report.durationS).toBeCloseTo(2, 1);
    expect(report.trimmedS.before).toBeCloseTo(1, 1);
    const learned = await oneshotArm(['learn', target, '--json', '-']);
    expect([learned.stderr, learned.code]).toEqual(['', 0]);
  }
  const direct = await oneshotArm(['learn', file, '--json', '-']);
  expect([direct.stderr, direct.code]).toEqual(['', 0]);
  expect(JSON.parse(direct.stdout).after.tcpErrorMeanM).toBeLessThan(0.05);
});

test.each([
  [['--topic', '/none'], /topic: expected \/none with messages, got "\/joint_states, \/learned"/],
  [
    ['--topic', '/learned'],
    /topic \/learned: expected "?sensor_msgs\/msg\/JointState"?, got "trajectory_msgs/,
  ],
])('learn %j is refused with exit code 2', async (args, message) => {
  const { code, stderr } = await oneshotArm(['learn', recorded(`${args[1].slice(1)}.mcap`), ...args]);
  expect(stderr).toMatch(message);
  expect(code).toBe(2);
});

const describeRos = rosMissing() ? describe.skip : describe;
describeRos('replay', () => {
  let ros: RosTest;
  beforeAll(async () => (ros = await RosTest.start()));
  afterAll(() => ros?.stop());

  test('publishes every message again, in order', async () => {
    const file = recorded('replayed.mcap');
    const client = await ros.client();
    const player = ros.process('replay', process.execPath, [
      join(root, 'dist/src/cli/main.js'),
      'replay',
      file,
      '--rate',
      '2',
      '--wait',
      '30',
    ]);
    const states = await client.subscribe('sensor_msgs/msg/JointState', '/joint_states');
    const learned = await client.subscribe('trajectory_msgs/msg/JointTrajectory', '/learned');
    expect((await player.exited).code).toBe(0);
    expect(player.output).toMatch(/401 messages of 2 topics/);
    expect((await learned.any()).header.stamp.sec).toBe(7);
    const positions = states.messages.map((m) => m.position[0] as number);
    expect(positions.length).toBeGreaterThan(300);
    expect(positions[positions.length - 1]).toBeCloseTo(0.6, 6);
    positions.slice(1).forEach((p, k) => expect(p).toBeGreaterThanOrEqual(positions[k]));
  });
});
