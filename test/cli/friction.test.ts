import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { oneshotArm, temporaryFolder } from './run.js';
import { tinyWeights } from './tiny_weights.js';

const folder = temporaryFolder();
const weights = tinyWeights(folder.path);
const joints = ['base_joint', 'shoulder'];
const target = folder.file(
  'good.json',
  JSON.stringify({ dt: 0.01, joints, velocities: Array.from({ length: 249 }, () => [0.1, -0.1]) }),
);

test.each([
  ['--json of a folder', ['learn', target, '--json', folder.path], /--json: expected a file/],
  ['--preset without pcm', ['learn', target, '--preset', 'ideal'], /--preset: expected --backend pcm/],
  [
    'a plot of unknown kind',
    ['learn', target, '--plot', 'x.jpg'],
    /--plot: expected a file that ends in .svg or .png/,
  ],
  ['a bad option of a subcommand', ['train', 'motor', '--fast'], /\(see oneshot-arm train motor --help\)/],
])('%s is refused in one line', async (_, args, message) => {
  const { code, stdout, stderr } = await oneshotArm([
    ...args,
    ...(args[0] === 'learn' ? ['--weights', weights] : []),
  ]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(message);
  expect(stderr.trim().split('\n').length).toBeLessThanOrEqual(2);
});

test('a plot named .png is a PNG', async () => {
  const plot = join(folder.path, 'lesson.png');
  const { code } = await oneshotArm(['learn', target, '--weights', weights, '--plot', plot]);
  expect(code).toBe(0);
  expect(readFileSync(plot).subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
});

test('an existing run is neither written over nor gone on with unasked', async () => {
  const run = join(folder.path, 'run');
  mkdirSync(run);
  folder.file('run/log.jsonl', '{}\n');
  const { code, stderr } = await oneshotArm(['train', 'motor', '--out', run, '--iterations', '1']);
  expect(code).toBe(2);
  expect(stderr).toMatch(/--out: expected a folder without a run \(or --resume .* --overwrite/);
});

test('a motion far too fast is slowed with a reason, or refused with a question', async () => {
  const fast = folder.file('fast.json', JSON.stringify({ dt: 0.05, joints, positions: [[0, 0], [0.4, 0.1], [0.8, 0.2]] })); // prettier-ignore
  const { stdout } = await oneshotArm(['learn', fast, '--json', '-']);
  const { gate } = JSON.parse(stdout) as {
    gate: { accepted: boolean; timeScaling: number; slowedBy: string | null };
  };
  expect(gate.accepted).toBe(true);
  expect(gate.timeScaling).toBeGreaterThan(3);
  expect(gate.slowedBy).toMatch(/^(velocity|acceleration|jerk) limit of (base_joint|shoulder), /);
});

test('weights inspect tells a field a line', async () => {
  const { code, stdout } = await oneshotArm(['weights', 'inspect', weights]);
  expect(code).toBe(0);
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThan(400);
  expect(stdout).toMatch(/^configuration\n {2}\w+/m);
});
