import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { edscorbotPaper } from '../../src/arm/kinematics/edscorbot';
import { fileRecorder } from '../../src/files/recording_file';
import { readTargetFile } from '../../src/files/target_file';
import { InputError } from '../../src/input_error';
import { oneshotArm, temporaryFolder } from '../cli/run';

const folder = temporaryFolder();

interface Made {
  samples?: number;
  periodS?: number;
  names?: string[];
  /** Angle of both joints, by sample. */
  angle?: (k: number) => number;
  /** s, by sample. */
  time?: (k: number) => number;
  topic?: string;
  type?: string;
}

function recording(name: string, made: Made): string {
  const { samples = 300, periodS = 0.01, names = ['base_joint', 'shoulder'] } = made;
  const {
    time = (k) => 1 + k * periodS,
    topic = '/joint_states',
    type = 'sensor_msgs/msg/JointState',
  } = made;
  const { angle = (k) => 0.2 * (1 - Math.cos((Math.PI * k) / samples)) } = made;
  const path = join(folder.path, `${name.replace(/\W+/g, '_')}.mcap`);
  const recorder = fileRecorder(path);
  for (let k = 0; k < samples; k++) {
    const ns = BigInt(Math.round(time(k) * 1e9));
    const stamp = { sec: Number(ns / 1_000_000_000n), nanosec: Number(ns % 1_000_000_000n) };
    const header = { stamp, frame_id: '' };
    const message =
      type === 'sensor_msgs/msg/JointState'
        ? { header, name: names, position: names.map(() => angle(k)), velocity: [], effort: [] }
        : { header, joint_names: names, points: [] };
    recorder.write(topic, type, message, BigInt(k) * 10_000_000n);
  }
  recorder.close();
  return path;
}

const trajectory = 'trajectory_msgs/msg/JointTrajectory';
const cases: [what: string, made: Made, message: RegExp][] = [
  ['no such topic', { topic: '/other' }, /topic: expected \/joint_states with messages, got "?\/other/],
  [
    'wrong type',
    { type: trajectory },
    /topic \/joint_states: expected "?sensor_msgs\/msg\/JointState"?, got/,
  ],
  ['unknown joints', { names: ['a', 'b'] }, /name: expected one of base_joint, .* among them, got "?a, b/],
  ['one joint of two', { names: ['base_joint'] }, /joints: expected shoulder among them, got "?base_joint/],
  ['backwards', { time: (k) => 10 + 0.01 * (k === 100 ? 40 : k) }, /times\[100\]: expected a time after/],
  [
    'NaN',
    { angle: (k) => (k === 7 ? NaN : 0.001 * k) },
    /positions\[7\]\[base_joint\]: expected a finite number/,
  ],
  ['still', { angle: () => 0.3 }, /expected a motion of at least 0\.01 rad/],
  [
    'an hour',
    { samples: 7_347, periodS: 0.49 },
    /times: expected a demonstration of at most 600 s, got "?3599/,
  ],
  ['two samples', { samples: 2 }, /samples: expected at least 3 samples, got "?2/],
  [
    'a gap',
    { time: (k) => 1 + 0.01 * k + (k > 50 ? 2 : 0) },
    /times\[51\]: expected samples at most 0\.5 s apart/,
  ],
];

test.each(cases)('a recording is refused with its field and what was expected: %s', (what, made, message) => {
  const path = recording(what, made);
  const read = (): unknown => readTargetFile(path, edscorbotPaper);
  expect(read).toThrow(InputError);
  expect(read).toThrow(message);
  expect(read).toThrow(path);
});

test.each([
  ['empty', 0],
  ['its first bytes', 60],
])('so is a file of which only %s are left', (_, length) => {
  const path = join(folder.path, `cut_${length}.mcap`);
  writeFileSync(path, readFileSync(recording(`whole ${length}`, {})).subarray(0, length));
  expect(() => readTargetFile(path, edscorbotPaper)).toThrow(InputError);
});

test('a command ends with exit code 2, one line and no result', async () => {
  const { code, stdout, stderr } = await oneshotArm(['learn', recording('nan again', { angle: () => NaN })]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr.trim().split('\n')).toHaveLength(1);
}, 60000);
