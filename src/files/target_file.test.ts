import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError } from '../input_error.js';
import { parseTargetCsv, readTargetFile } from './target_file.js';

function fault(work: () => unknown): object {
  try {
    work();
  } catch (error) {
    if (error instanceof InputError) return error.fault;
    throw error;
  }
  throw new Error('accepted');
}

test('CSV of velocities', () => {
  expect(parseTargetCsv('dt,velocities.base,velocities.shoulder\n0.01,1,2\n,3,4e-1\n')).toEqual({
    dt: 0.01,
    joints: ['base', 'shoulder'],
    velocities: [
      [1, 2],
      [3, 0.4],
    ],
  });
});

test('CSV of a path with times, columns in any order, other separators, comments', () => {
  expect(
    parseTargetCsv('# drawn\npath.z; path.x; path.y; t\r\n3;1;2;5.0\r\n6;4;5;5.5\r\n9;7;8;6\r\n'),
  ).toEqual({
    dt: 0.5,
    path: [
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ],
  });
});

test.each([
  ['no rows', 'dt,path.x,path.y,path.z\n', { code: 'empty' }],
  ['a ragged row', 'dt,positions.base\n1,2\n1\n', { code: 'wrong-length', field: 'row 2' }],
  ['an unknown column', 'dt,speed\n1,2\n', { code: 'unknown-column' }],
  ['two kinds', 'dt,positions.a,velocities.a\n1,2,3\n', { code: 'wrong-header' }],
  ['half a path', 'dt,path.x,path.y\n1,2,3\n', { code: 'wrong-header' }],
  ['no time', 'positions.a\n1\n', { code: 'missing-field' }],
  ['a changing dt', 'dt,positions.a\n1,0\n2,0\n', { code: 'not-constant', field: 'dt in row 2' }],
  ['uneven times', 't,positions.a\n0,0\n1,0\n3,0\n', { code: 'uneven' }],
])('CSV with %s is refused', (_, text, expected) => {
  expect(fault(() => parseTargetCsv(text))).toMatchObject(expected);
});

test('JSON is read as it is; NaN as some programs write it keeps its place', () => {
  const folder = mkdtempSync(join(tmpdir(), 'oneshot-target-'));
  const path = join(folder, 'a.json');
  writeFileSync(path, '{"dt": 0.01, "path": [[1, NaN, -Infinity]]}');
  expect(readTargetFile(path)).toEqual({ dt: 0.01, path: [[1, 'NaN', '-Infinity']] });
  writeFileSync(path, '{"dt": 0.01,\n "path": [[1}');
  expect(fault(() => readTargetFile(path))).toMatchObject({ code: 'not-json' });
  rmSync(folder, { recursive: true });
});
