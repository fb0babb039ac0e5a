import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { InputError } from '../../input_error.js';
import { edscorbot, edscorbotPaper } from '../kinematics/edscorbot.js';
import { parseTarget, parseTargetText } from './parse.js';
import { durationS, type JointTarget } from './target.js';
import { trialFromVelocities, trialTarget } from './trial.js';
import { targetFromWaypoints } from './waypoints.js';

const root = join(__dirname, '../../..');
const example = (name: string) =>
  parseTargetText(
    readFileSync(join(root, 'examples', name), 'utf8'),
    name.endsWith('.csv') ? 'csv' : 'json',
    edscorbotPaper,
  );
const joints = ['base_joint', 'shoulder'];
const good = { dt: 0.01, joints, velocities: Array.from({ length: 249 }, () => [0.1, -0.1]) };

function faultOf(action: () => unknown): { code: string; field: string; message: string } {
  try {
    action();
  } catch (error) {
    if (error instanceof InputError) return { ...error.fault, message: error.message };
    throw error;
  }
  throw new Error('accepted');
}
const withRow = (i: number, row: unknown) => ({
  ...good,
  velocities: good.velocities.map((r, k) => (k === i ? row : r)),
});

test.each([
  ['NaN', withRow(12, [0, NaN]), 'not-finite', 'velocities[12][1]'],
  ['null, which is how JSON writes NaN', withRow(12, [0, null]), 'not-finite', 'velocities[12][1]'],
  ['infinity', withRow(0, [Infinity, 0]), 'not-finite', 'velocities[0][0]'],
  ['text for a number', withRow(3, ['0.1', 0]), 'not-finite', 'velocities[3][0]'],
  ['short row', withRow(7, [0]), 'wrong-length', 'velocities[7]'],
  ['long row', withRow(7, [0, 0, 0]), 'wrong-length', 'velocities[7]'],
  ['row that is no array', withRow(7, 3), 'wrong-length', 'velocities[7]'],
  ['unknown joint', { ...good, joints: ['base_joint', 'knee'] }, 'unknown-joint', 'joints[1]'],
  ['duplicate joint', { ...good, joints: ['shoulder', 'shoulder'] }, 'duplicate-joint', 'joints[1]'],
  ['missing joint', { ...good, joints: ['shoulder'] }, 'missing-joint', 'joints'],
  ['no joints', { dt: 0.01, velocities: good.velocities }, 'missing-field', 'joints'],
  ['dt 0', { ...good, dt: 0 }, 'not-positive', 'dt'],
  ['dt < 0', { ...good, dt: -0.01 }, 'not-positive', 'dt'],
  ['dt NaN', { ...good, dt: NaN }, 'not-positive', 'dt'],
  ['dt missing', { joints, velocities: good.velocities }, 'missing-field', 'dt'],
  ['dt huge', { ...good, dt: 1e300 }, 'too-long', 'dt'],
  ['empty rows', { ...good, velocities: [] }, 'too-short', 'velocities'],
  ['empty object', {}, 'missing-field', 'target'],
  ['an array', [], 'not-an-object', 'target'],
  ['null', null, 'not-an-object', 'target'],
  ['a million rows', { ...good, velocities: new Array(1e6).fill([0, 0]) }, 'too-long', 'velocities'],
  ['two kinds', { ...good, positions: good.velocities }, 'ambiguous', 'target'],
  ['misspelt field', { ...good, velocity: [] }, 'unknown-field', 'velocity'],
  [
    'a held joint that moves',
    { ...good, joints: [...joints, 'elbow'], velocities: good.velocities.map((r) => [...r, 0.2]) },
    'not-learned',
    'velocities[0][2]',
  ],
  ['a path of pairs', { dt: 0.01, path: [[0, 1]].concat([[0, 1]]) }, 'wrong-length', 'path[0]'],
])('%s is refused', (_, data, code, field) => {
  expect(faultOf(() => parseTarget(data, edscorbotPaper))).toMatchObject({ code, field });
});

test('a byte order mark is no fault', () => {
  expect(parseTargetText(`\uFEFF${JSON.stringify(good)}`, 'json', edscorbotPaper).kind).toBe('joints');
});

test('text that is not JSON, and nothing at all, are refused', () => {
  for (const text of ['hello', '{"dt": 0.01,', '', '\0\u0001'])
    expect(faultOf(() => parseTargetText(text, 'json', edscorbotPaper)).code).toBe('not-json');
  expect(faultOf(() => parseTargetText('', 'csv', edscorbotPaper)).code).toBe('empty');
});

test('no JSON value makes the parser fail otherwise than by an InputError', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.jsonValue(),
        fc.record(
          {
            dt: fc.anything(),
            joints: fc.anything(),
            velocities: fc.anything(),
            positions: fc.anything(),
            path: fc.anything(),
            start: fc.anything(),
          },
          { requiredKeys: [] },
        ),
      ),
      (data) => {
        try {
          trialTarget(parseTarget(data, edscorbotPaper), edscorbotPaper);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      },
    ),
  );
  fc.assert(
    fc.property(fc.string(), (text) => {
      for (const format of ['json', 'csv'] as const)
        expect(() => parseTargetText(text, format, edscorbotPaper)).toThrow(InputError);
    }),
  );
});

test('a target sampled like the trial comes through unchanged', () => {
  const rate = fc.double({ min: -0.5, max: 0.5, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(rate, rate), { minLength: 249, maxLength: 249 }), (velocities) => {
      const trial = trialTarget(
        parseTarget({ dt: 0.01, joints, velocities }, edscorbotPaper),
        edscorbotPaper,
      );
      expect(trial.durationS).toBeCloseTo(2.49, 12);
      const direct = trialFromVelocities(Float32Array.from(velocities.flat()), edscorbotPaper);
      trial.velocities.forEach((v, k) => expect(v).toBeCloseTo(direct.velocities[k], 5));
      trial.positions.forEach((p, k) => expect(p).toBeCloseTo(direct.positions[k], 5));
    }),
    { numRuns: 10 },
  );
});

test('whatever its sampling, a motion arrives in the same trial, its time scaled and its duration kept', () => {
  const angle = (s: number) => [0.8 * Math.sin(2 * s), 0.4 * s * s];
  fc.assert(
    fc.property(
      fc.integer({ min: 150, max: 3000 }),
      fc.double({ min: 0.0005, max: 0.2, noNaN: true }),
      fc.boolean(),
      (n, dt, asVelocities) => {
        const at = (i: number) => angle(i / n);
        const rows = Array.from({ length: asVelocities ? n : n + 1 }, (_, i) =>
          asVelocities ? at(i + 1).map((x, j) => (x - at(i)[j]) / dt) : at(i),
        );
        const kind = asVelocities ? 'velocities' : 'positions';
        const trial = trialTarget(parseTarget({ dt, joints, [kind]: rows }, edscorbotPaper), edscorbotPaper);
        expect(trial.durationS).toBeCloseTo(n * dt, 9);
        for (let k = 0; k < 249; k++)
          angle((k + 1) / 249).forEach((x, j) =>
            expect(Math.abs(trial.angles[2 * k + j] - x)).toBeLessThan(2e-4),
          );
      },
    ),
    { numRuns: 30 },
  );
});

test('a path becomes the joint motion that made it, starting where the path starts', () => {
  const trial = trialTarget(example('loop_path.json'), edscorbotPaper);
  expect(trial.residualM).toBeLessThan(1e-4);
  expect(trial.durationS).toBeCloseTo(3, 9);
  const s = (u: number) => (10 * u ** 3 - 15 * u ** 4 + 6 * u ** 5) * 2 * Math.PI;
  for (let k = 0; k < 249; k += 7) {
    const phase = s((k + 1) / 249);
    expect(Math.abs(trial.angles[2 * k] - 0.25 * (1 - Math.cos(phase)))).toBeLessThan(2e-3);
    expect(Math.abs(trial.angles[2 * k + 1] - 0.2 * Math.sin(phase))).toBeLessThan(2e-3);
  }
  expect(Math.abs(trial.startAngles[0])).toBeLessThan(2e-3);
});

test('a path 1 cm off the surface is projected, 3 cm off refused, out of reach refused', () => {
  const path = (off: number) => ({
    dt: 0.1,
    path: [-0.2, -0.1, 0, 0.1, 0.2].map((q) => {
      const p = [0, 0, 0];
      edscorbotPaper.forward([q, 0.1], 0, p, 0);
      const r = Math.hypot(p[0], p[1]);
      return [p[0] * (1 + off / r), p[1] * (1 + off / r), p[2]];
    }),
  });
  const near = trialTarget(parseTarget(path(0.01), edscorbotPaper), edscorbotPaper);
  expect(near.residualM).toBeGreaterThan(0.008);
  expect(near.residualM).toBeLessThanOrEqual(0.01);
  const far = parseTarget(path(0.03), edscorbotPaper);
  expect(faultOf(() => trialTarget(far, edscorbotPaper))).toMatchObject({
    code: 'unreachable',
    field: 'path[0]',
  });
  const beyond = parseTarget(
    {
      dt: 0.1,
      path: [
        [1.5, 0, 0.3],
        [1.6, 0, 0.3],
      ],
    },
    edscorbotPaper,
  );
  expect(faultOf(() => trialTarget(beyond, edscorbotPaper)).code).toBe('unreachable');
});

test('angles beyond the joint limits and coordinates beyond the encoder are refused with joint and time', () => {
  const spin = parseTarget({ ...good, velocities: good.velocities.map(() => [0, -0.9]) }, edscorbotPaper);
  expect(faultOf(() => trialTarget(spin, edscorbotPaper)).message).toMatch(/shoulder/);
  const up = parseTarget({ ...good, velocities: good.velocities.map(() => [0, 0.45]) }, edscorbotPaper);
  expect(trialTarget(up, edscorbotPaper).positions[3 * 248 + 2]).toBeGreaterThan(1);
  expect(faultOf(() => trialTarget(up, edscorbotPaper, { coordinateRangeM: [-1, 1] })).message).toMatch(
    /tool-centre-point z at 1\.8\d+ s: expected -1 m <= z < 1 m/,
  );
});

test('the ramp example is the recorded ramp', () => {
  const trial = trialTarget(example('ramp.json'), edscorbotPaper);
  expect(trial.durationS).toBeCloseTo(0.5, 12);
  expect(trial.angles[2 * 248]).toBeCloseTo(-1.125, 5);
  expect(trial.angles[2 * 248 + 1]).toBeCloseTo(-0.75, 5);
  expect(trial.velocities[2 * 248]).toBeCloseTo((-4.5 * 0.5) / 2.49, 2);
  const recorded = join(root, '../shared/data/edscorbot/l2l_ramp_velocities.json');
  if (!existsSync(recorded)) return console.log('skipped: no recording beside the checkout');
  const ours = JSON.parse(readFileSync(join(root, 'examples/ramp.json'), 'utf8')).velocities as number[][];
  const theirs = JSON.parse(readFileSync(recorded, 'utf8')) as number[][];
  expect(ours).toHaveLength(theirs.length);
  theirs.forEach((row, i) => row.forEach((x, j) => expect(ours[i][j]).toBeCloseTo(x, 5)));
});

test('the wave is the same motion from JSON and from CSV', () => {
  const [a, b] = ['wave.json', 'wave.csv'].map((name) => trialTarget(example(name), edscorbotPaper));
  expect(b.durationS).toBeCloseTo(a.durationS, 9);
  a.angles.forEach((x, k) => expect(Math.abs(x - b.angles[k])).toBeLessThan(1e-3));
  expect(durationS(example('reach.json'))).toBeCloseTo(2, 9);
});

test('CSV in sections says the same as JSON, and its faults name the line', () => {
  const text = 'dt,0.5\njoints,shoulder,base_joint\npositions\n0,0.1\n0.2,0.3\n';
  const csv = parseTargetText(text, 'csv', edscorbotPaper) as JointTarget;
  expect([...csv.angles]).toEqual([0.1, 0, 0.3, 0.2]);
  const bad = (t: string) => faultOf(() => parseTargetText(t, 'csv', edscorbotPaper));
  expect(bad('t,velocities.base_joint,velocities.shoulder\n0,1\n')).toMatchObject({
    code: 'wrong-length',
    field: 'line 2',
  });
  expect(bad('t,velocities.base_joint,velocities.shoulder\n0,1,1\n1,1,1\n9,1,1').code).toBe('gap');
  expect(bad('t,velocities.base_joint,velocities.knee\n0,1,1\n1,1,1').code).toBe('unknown-joint');
  expect(bad('t,velocities.base_joint,velocities.shoulder\n0,1,x\n1,1,1').code).toBe('not-finite');
  expect(bad('a,b\n1,2\n').code).toBe('unknown-field');
});

test('waypoints come in the robot description’s senses; velocities shape the curve', () => {
  const waypoints = {
    joints: ['elbow', 'shoulder', 'base_joint'],
    timesS: [0, 1, 3],
    positions: [
      [0.2, 0, 0],
      [0.2, 0.1, 0.3],
      [0.2, -0.2, 0.4],
    ],
  };
  const target = targetFromWaypoints(waypoints, edscorbotPaper);
  expect([...target.angles].map((x) => x + 0)).toEqual([0, 0, -0.3, -0.1, -0.4, 0.2]);
  const end = trialTarget(target, edscorbotPaper);
  expect(end.angles[2 * 248]).toBeCloseTo(-0.4, 5);
  const straight = targetFromWaypoints(
    {
      joints,
      timesS: [0, 2],
      positions: [[], []],
      velocities: [
        [0.1, 0.2],
        [0.1, 0.2],
      ],
    },
    edscorbot,
  );
  expect(straight.angles[2]).toBeCloseTo(0.2, 12);
  const bad = (change: object) =>
    faultOf(() => targetFromWaypoints({ ...waypoints, ...change }, edscorbotPaper)).code;
  expect(bad({ timesS: [0, 1, 1] })).toBe('not-increasing');
  expect(bad({ timesS: [0, NaN, 2] })).toBe('not-increasing');
  expect(bad({ timesS: [0, 1], positions: [] })).toBe('empty');
  expect(bad({ joints: ['elbow', 'shoulder', 'shoulder'] })).toBe('duplicate-joint');
  expect(bad({ joints: ['elbow', 'shoulder', 'hip'] })).toBe('unknown-joint');
  expect(
    bad({
      positions: [
        [0, 0, 0],
        [0, 0],
        [0, 0, 0],
      ],
    }),
  ).toBe('wrong-length');
  expect(
    bad({
      positions: [
        [0, 0, 0],
        [0, NaN, 0],
        [0, 0, 0],
      ],
    }),
  ).toBe('not-finite');
  expect(
    bad({
      positions: [
        [0, 0, 0],
        [0.5, 0, 0],
        [0, 0, 0],
      ],
    }),
  ).toBe('not-learned');
});
