import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { edscorbotPaper } from '../../src/arm/kinematics/edscorbot';
import { readRecordingFile, fileRecorder } from '../../src/files/recording_file';
import { readTargetFile } from '../../src/files/target_file';
import { temporaryFolder } from '../cli/run';
import { oraclePython, runPython } from '../oracles';
import { writeTheirs } from './their_recording';

const python = oraclePython('mcap_ros2');
const withPython = python ? test : test.skip;
const folder = temporaryFolder();

const stamp = { sec: 3, nanosec: 250_000_000 };
const header = { stamp, frame_id: 'base' };
const point = (k: number) => ({
  positions: [k, 2 * k],
  velocities: [],
  accelerations: [0.5, k],
  effort: [],
  time_from_start: { sec: k, nanosec: 7 },
});
const score = (x: number) => ({
  tcp_error_mean_m: x,
  tcp_error_max_m: 2 * x,
  velocity_rmse_rad_per_s: [x, x + 1],
});
const trajectory = { header, joint_names: ['a', 'b'], points: [point(0), point(1)] };
const path = {
  header,
  poses: [{ header, pose: { position: { x: 1, y: 2, z: 3 }, orientation: { x: 0, y: 0, z: 0, w: 1 } } }],
};

/** A message of every topic that a lesson's recording has. */
const messages: [topic: string, type: string, message: object][] = [
  [
    '/joint_states',
    'sensor_msgs/msg/JointState',
    { header, name: ['a'], position: [0.1], velocity: [0.2], effort: [] },
  ],
  ['/command', 'trajectory_msgs/msg/JointTrajectory', trajectory],
  ['/velocity', 'std_msgs/msg/Float64MultiArray', { layout: { dim: [], data_offset: 0 }, data: [1, 2, 3] }],
  ['/target', 'nav_msgs/msg/Path', path],
  [
    '/tf',
    'tf2_msgs/msg/TFMessage',
    {
      transforms: [
        {
          header,
          child_frame_id: 'tool',
          transform: { translation: { x: 1, y: 2, z: 3 }, rotation: { x: 0, y: 0, z: 0, w: 1 } },
        },
      ],
    },
  ],
  [
    '/activity',
    'oneshot_arm_msgs/msg/Activity',
    {
      header,
      step_s: 0.5,
      steps: 2,
      trainee_neurons: 3,
      lsg_neurons: 4,
      clock_lines: 1,
      readouts: 1,
      motion_share: 0.5,
      exposure_spike_steps: [0],
      exposure_spike_neurons: [2],
      trainee_spike_steps: [1, 2],
      trainee_spike_neurons: [3, 4],
      lsg_spike_steps: [],
      lsg_spike_neurons: [],
      learning_signal_norms: [0.5],
      weight_change: [-127, -1, 0, 127],
      weight_change_scale: 0.25,
      target_velocities: [0.5, -0.5],
      velocities_before: [0, 0],
      velocities_after: [0.25, -0.25],
    },
  ],
  [
    '/status',
    'oneshot_arm_msgs/msg/LearnerStatus',
    {
      header,
      state: 'ready',
      stop_latched: false,
      reason: '',
      has_lesson: true,
      joint_states_fresh: true,
      joint_state_age_s: 0.01,
      output: 'topic',
    },
  ],
  [
    '/lesson',
    'oneshot_arm_msgs/msg/Lesson',
    {
      header,
      name: 'n',
      backend: 'pcm',
      weights: 'w',
      profile: 'p',
      updates: 1,
      before: score(1),
      after: score(2),
      executed: score(3),
      gate_accepted: true,
      reasons: [{ code: 'c', joint: 'j', time_s: 1, value: 2, limit: 3, message: 'm' }],
      time_scaling: 1.5,
      target_residual_m: 0,
      ledger: {
        devices_total: 9n,
        devices_written: 8n,
        pulses: 7n,
        mvms: 6n,
        energy_program_j: 5,
        energy_read_j: 4,
      },
      timing: { exposure_ms: 1, update_ms: 2, recall_ms: 3, total_ms: 6 },
      learned_trajectory: trajectory,
      target_path: path,
      learned_path: path,
      was_executed: true,
    },
  ],
];

const reading = `
import sys, json
from mcap_ros2.reader import read_ros2_messages
def plain(v):
    if hasattr(v, '__slots__'): return {k.lstrip('_'): plain(getattr(v, k)) for k in v.__slots__ if k != '_raw'}
    if isinstance(v, (list, tuple)): return [plain(x) for x in v]
    return v
print(json.dumps([[m.channel.topic, m.schema.name, m.log_time_ns, plain(m.ros_msg)] for m in read_ros2_messages(sys.argv[1])]))`;

withPython('an independent reader finds every topic of a recording, value for value', () => {
  const file = join(folder.path, 'ours.mcap');
  const recorder = fileRecorder(file);
  messages.forEach(([topic, type, message], k) =>
    recorder.write(topic, type, message, BigInt(k) * 100_000_000n),
  );
  recorder.close();
  const read = runPython<[string, string, number, object][]>(python as string, reading, null, file);
  expect(read.map(([topic, type]) => [topic, type])).toEqual(messages.map(([topic, type]) => [topic, type]));
  const plain = (m: object) =>
    JSON.parse(JSON.stringify(m, (_, v: unknown) => (typeof v === 'bigint' ? Number(v) : v))) as object;
  read.forEach(([, , , message], k) => expect(message).toMatchObject(plain(messages[k][2])));
});

withPython(
  'a recording of another program (compressed) becomes a target; without its topic it is refused',
  () => {
    const file = join(folder.path, 'theirs.mcap');
    writeTheirs(python as string, file);
    const { target } = readTargetFile(file, edscorbotPaper, '/arm/joint_states');
    if (target.kind !== 'joints') throw new Error('joints expected');
    const last = target.timesS.length - 1;
    expect(target.timesS[last]).toBeCloseTo(4, 0);
    // q_urdf = -q: base 0.6 and shoulder -0.4 as the robot description has them
    expect(target.angles[2 * last]).toBeCloseTo(-0.6, 2);
    expect(target.angles[2 * last + 1]).toBeCloseTo(0.4, 2);
    expect(() => readTargetFile(file, edscorbotPaper)).toThrow(
      /theirs\.mcap: topic: expected \/joint_states with messages, got "\/arm\/joint_states"/,
    );
    const cut = folder.file('cut.mcap', readFileSync(file).subarray(0, 100));
    expect(() => readTargetFile(cut, edscorbotPaper)).toThrow(/cut\.mcap: content: expected an MCAP/);
  },
);

test('a recorder killed while it writes leaves a file that is read up to its last second', async () => {
  const file = join(folder.path, 'killed.mcap');
  const script = `
    const { fileRecorder } = require('./dist/src/files/recording_file.js');
    const recorder = fileRecorder(process.argv[1]);
    let k = 0;
    setInterval(() => {
      for (let i = 0; i < 5; i++, k++)
        recorder.write('/s', 'std_msgs/msg/Float64MultiArray', { layout: { dim: [], data_offset: 0 }, data: [k] }, BigInt(k) * 10000000n);
      process.stdout.write(k + '\\n');
    }, 5);`;
  const child = spawn(process.execPath, ['-e', script, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    const lines = chunk.toString().trim().split('\n');
    said = Number(lines[lines.length - 1]);
    if (said > 1000) child.kill('SIGKILL');
  });
  await once(child, 'close');
  const { messages: read, complete } = readRecordingFile(file);
  expect(complete).toBe(false);
  read.forEach(({ message }, k) => expect((message as { data: number[] }).data[0]).toBe(k));
  // 100 messages a second of log time
  expect(read.length).toBeGreaterThan(said - 100);
});
