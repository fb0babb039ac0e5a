import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { learnSchema } from './schemas.js';
import { oneshotArm, root, temporaryFolder } from './run.js';
import { tinyWeights } from './tiny_weights.js';

const folder = temporaryFolder();
const weights = tinyWeights(folder.path);
const rows = (n: number, value = 0.1): number[][] => Array.from({ length: n }, () => [value, -value]);
const joints = ['base_joint', 'shoulder'];

/** Time in which node starts and does nothing, ms. */
function bareStartMs(): number {
  const from = performance.now();
  spawnSync(process.execPath, ['-e', '0']);
  return performance.now() - from;
}

const valid = JSON.stringify({ dt: 0.01, joints, velocities: rows(249) });

test('JSON on standard output follows the contract, and nothing else is there', async () => {
  const target = folder.file('good.json', valid);
  const { code, stdout, stderr } = await oneshotArm(['learn', target, '--weights', weights, '--json', '-']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const report = learnSchema.parse(JSON.parse(stdout));
  expect(report).toMatchObject({
    backend: 'software',
    seed: 0,
    weights,
    target: { steps: 249, dtS: 0.01 },
    devicesTotal: 0,
    devicesWritten: 0,
  });
  expect(report.timeMs.total).toBeCloseTo(
    report.timeMs.exposure + report.timeMs.update + report.timeMs.recall,
    6,
  );
});

test('a target comes from standard input too; the same seed gives the same recall', async () => {
  const run = async () =>
    learnSchema.parse(
      JSON.parse((await oneshotArm(['learn', '-', '--weights', weights, '--json', '-'], valid)).stdout),
    ).recall;
  expect(await run()).toEqual(await run());
});

test('the result goes to a file and a table to people; the plot is written', async () => {
  const [json, plot] = ['out/result.json', 'out/lesson.svg'].map((f) => join(folder.path, f));
  const target = folder.file(
    'good.csv',
    't,positions.base_joint,positions.shoulder\n0,0,0\n1,0.2,0.1\n2,0.5,0.1\n',
  );
  const { code, stdout } = await oneshotArm([
    ...[
      'learn',
      target,
      '--weights',
      weights,
      '--json',
      json,
      '--plot',
      plot,
      '--updates',
      '2',
      '--seed',
      '5',
    ],
  ]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/mean tool-centre-point error +\S+ cm +\S+ cm/);
  expect(learnSchema.parse(JSON.parse(readFileSync(json, 'utf8')))).toMatchObject({
    seed: 5,
    target: { steps: 3, dtS: 1, durationS: 2 },
  });
  expect(readFileSync(plot, 'utf8')).toMatch(/^<svg/);
});

describe('bad input ends with exit code 2 and one line that names file, field and what was expected', () => {
  const target = (change: object): string =>
    JSON.stringify({ dt: 0.01, joints, velocities: rows(249), ...change });
  const withRow = (k: number, row: unknown): string => {
    const velocities: unknown[] = rows(249);
    velocities[k] = row;
    return target({ velocities });
  };
  test.each<[string, string, RegExp]>([
    ['NaN as null', withRow(3, [null, 0]), /velocities\[3\]\[0\]: expected a finite number, got null/],
    [
      'NaN as some programs write it',
      target({}).replace('0.1', 'NaN'),
      /velocities\[0\]\[0\]: expected a finite number, got "NaN"/,
    ],
    ['a wrong row length', withRow(7, [1, 2, 3]), /velocities\[7\]: expected 2 numbers, got/],
    [
      'an unknown joint',
      target({ joints: ['base_joint', 'knee'] }),
      /joints\[1\]: expected one of .*, got "knee"/,
    ],
    ['dt = 0', target({ dt: 0 }), /dt: expected .*, got 0/],
    ['dt < 0', target({ dt: -0.01 }), /dt: expected .*, got -0.01/],
    ['no dt', target({ dt: undefined }), /dt: expected .*, got "?nothing/],
    ['no rows', target({ velocities: [] }), /velocities: expected at least 2 rows/],
    ['an empty object', '{}', /expected exactly one of velocities, positions, path/],
    ['an empty file', '', /content: expected JSON/],
    ['no JSON', 'dt = 0.01', /content|header|line 1/],
    ['broken JSON', valid.slice(0, -3), /content: expected JSON/],
    ['an array', '[1, 2]', /target: expected an object/],
    ['an unknown field', target({ speed: 1 }), /speed: expected one of/],
    ['two kinds at once', target({ path: [[0, 0, 0]] }), /expected exactly one of/],
    [
      'a million rows',
      `{"dt":0.001,"joints":["base_joint","shoulder"],"velocities":[${'[0,0],'.repeat(999_999)}[0,0]]}`,
      /velocities: expected at most \d+ rows, got "?1000000/,
    ],
    [
      "a path outside the encoder's range",
      JSON.stringify({ dt: 0.01, joints, positions: [0, 1, 2].map((k) => [0, 0.6 * k]) }),
      /tool-centre-point z at .*: expected -1 m <= z < 1 m/,
    ],
    [
      'a path that the arm cannot reach',
      JSON.stringify({ dt: 0.1, path: [0, 1, 2].map((k) => [2 + k, 0, 0]) }),
      /path\[0\]: expected points within 0.02 m/,
    ],
    [
      'angles beyond the limits',
      target({ velocities: rows(249, 3) }),
      /angles: \w+ at sample \d+: expected an angle from/,
    ],
  ])('%s', async (name, content, message) => {
    const path = folder.file(`${name.replace(/\W+/g, '_')}.json`, content);
    const { code, stdout, stderr, ms } = await oneshotArm(['learn', path, '--weights', weights]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain(path);
    expect(stderr).toMatch(message);
    expect(ms).toBeLessThan(10_000);
  });

  test('a file that is not there', async () => {
    const { code, stderr } = await oneshotArm(['learn', '/no/such/file.json', '--weights', weights]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^\/no\/such\/file\.json: file: expected a readable file, got none/);
  });
});

const packaged = join(root, 'models', 'motor-default', 'manifest.json');
const there = existsSync(packaged);
if (!there) console.log('skipped: models/motor-default is not there');
(there ? describe : describe.skip)('with the packaged weights', () => {
  test.each([
    ['ramp.json', 5],
    ['reach.json', 5],
    ['wave.json', 5],
    ['wave.csv', 5],
    ['loop_path.json', 5],
  ])(
    '%s is learned in one shot (error at least %s times less), in under a second from nothing',
    async (name, factor) => {
      const args = ['learn', join(root, 'examples', name), '--json', '-'];
      const runs = [];
      for (let k = 0; k < 3; k++) runs.push({ ...(await oneshotArm(args)), bareMs: bareStartMs() });
      const report = learnSchema.parse(JSON.parse(runs[0].stdout));
      expect(report.before.tcpErrorMeanM).toBeGreaterThan(factor * report.after.tcpErrorMeanM);
      // where the machine is so busy that node alone takes long to start, what counts is the ratio
      expect(Math.min(...runs.map(({ ms, bareMs }) => ms / Math.max(1, bareMs / 100)))).toBeLessThan(1000);
    },
  );
});
