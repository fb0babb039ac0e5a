import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { profileNamed } from '../arm/kinematics/profiles.js';
import { InputError } from '../input_error.js';
import { readTargetFile } from './target_file.js';

const profile = profileNamed('edscorbot_paper');
const folder = mkdtempSync(join(tmpdir(), 'oneshot-target-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

test('the same motion as JSON, as CSV, and as JSON under another name', () => {
  const json =
    '{"dt": 0.5, "joints": ["shoulder", "base_joint"], "positions": [[0, 0], [0.1, 0.2], [0.2, 0.1]]}';
  const csv = 'dt,positions.base_joint,positions.shoulder\n0.5,0,0\n0.5,0.2,0.1\n0.5,0.1,0.2\n';
  const [a, b, c] = [write('a.json', json), write('b.csv', csv), write('c.txt', json)].map((p) =>
    readTargetFile(p, profile),
  );
  expect(a).toMatchObject({ rows: 3, dtS: 0.5 });
  expect(b).toEqual(a);
  expect(c).toEqual(a);
});

test('faults name the file; NaN, as some programs write it, is told by its place', () => {
  const path = write('nan.json', '{"dt": 0.01, "path": [[1, 0, 0], [1, NaN, -Infinity]]}');
  expect(() => readTargetFile(path, profile)).toThrow(
    `${path}: path[1][1]: expected a finite number, got "NaN"`,
  );
  const broken = write('broken.json', '{"dt": 0.01,\n "path": [[1}');
  expect(() => readTargetFile(broken, profile)).toThrow(InputError);
  expect(() => readTargetFile(broken, profile)).toThrow(/^[^\n]*: content: expected JSON, got [^\n]+$/);
});

const examples = join(__dirname, '..', '..', 'examples');
const recorded = join(examples, '..', '..', 'shared', 'data', 'edscorbot', 'l2l_ramp_velocities.json');
test('examples/ramp.json is the ramp that the real arm was sent', () => {
  if (!existsSync(recorded)) return console.log('skipped: the recorded ramp is not on this machine');
  const ours = JSON.parse(readFileSync(join(examples, 'ramp.json'), 'utf8')).velocities.flat();
  const sent = JSON.parse(readFileSync(recorded, 'utf8')).flat();
  expect(ours).toHaveLength(sent.length);
  ours.forEach((v: number, i: number) => expect(v).toBeCloseTo(sent[i], 5));
});
