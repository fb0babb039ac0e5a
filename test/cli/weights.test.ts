import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { oneshotArm, root, temporaryFolder } from './run.js';
import { tinyWeights } from './tiny_weights.js';

const folder = temporaryFolder();
const weights = tinyWeights(folder.path);
const target = join(root, 'examples', 'reach.json');

test('inspect prints every tensor and says that the checksum is right', async () => {
  const { code, stdout } = await oneshotArm(['weights', 'inspect', weights]);
  expect(code).toBe(0);
  for (const name of [
    'lsgInput',
    'lsgRecurrent',
    'lsgReadout',
    'traineeInput',
    'traineeRecurrent',
    'traineeReadout',
  ])
    expect(stdout).toContain(name);
  expect(stdout).toMatch(/checksum: [0-9a-f]{64} \(correct\)/);
});

describe('weights with a fault end any command with exit code 2', () => {
  const original = readFileSync(weights, 'utf8');
  const values = weights.replace('.json', '.f32');
  const bytes = readFileSync(values);
  afterEach(() => {
    writeFileSync(weights, original);
    writeFileSync(values, bytes);
  });
  test.each<[string, () => void, RegExp]>([
    [
      'a wrong checksum',
      () => writeFileSync(values, Buffer.from(bytes).fill(1, 0, 1)),
      /sha256: expected \w+\.\.\., got "?\w+/,
    ],
    [
      'a wrong shape',
      () =>
        writeFileSync(
          weights,
          original.replace(/"trainee": \{\s*"neurons": 30/, '"trainee": {"neurons": 31'),
        ),
      /tensors\.lsgReadout\.shape: expected 40 x 31, got 40 x 30/,
    ],
    [
      'a missing tensor',
      () => writeFileSync(weights, original.replace('"direct": false', '"direct": true')),
      /tensors\.lsgDirect: expected a tensor of 53 x 30, got none/,
    ],
  ])('%s', async (_, damage, message) => {
    damage();
    for (const args of [
      ['learn', target, '--weights', weights],
      ['weights', 'inspect', weights],
      ['evaluate', 'motor', '--targets', '1', '--weights', weights],
    ]) {
      const { code, stdout, stderr } = await oneshotArm(args);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(message);
    }
  });
});

test('weights that are not there', async () => {
  const { code, stderr } = await oneshotArm(['learn', target, '--weights', 'no-such-weights']);
  expect(code).toBe(2);
  expect(stderr).toMatch(/--weights: expected .*, got "no-such-weights"/);
});

const released = join(root, '..', 'shared', 'data', 'authors_weights');
const there = existsSync(released);
if (!there) console.log('skipped: the released weights are not on this machine');
(there ? describe : describe.skip)('the released weights', () => {
  test("imported, they learn the paper's 40 clean targets to 1.80 +- 0.15 cm, from over 40 cm", async () => {
    const out = join(folder.path, 'imported', 'manifest.json');
    expect(
      (await oneshotArm(['weights', 'import', join(released, 'robot_arm.json'), '--out', out])).code,
    ).toBe(0);
    const { code, stdout } = await oneshotArm([
      ...['evaluate', 'motor', '--targets', '200', '--clean', '--weights', out, '--json', '-'],
    ]);
    expect(code).toBe(0);
    const result = JSON.parse(stdout);
    expect(result.n).toBe(200);
    expect(Math.abs(result.mean - 0.018)).toBeLessThan(0.0015);
    expect(result.before.mean).toBeGreaterThan(0.4);
  });
});
