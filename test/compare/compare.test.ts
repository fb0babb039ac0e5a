import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { edscorbotPaper } from '../../src/arm/kinematics/edscorbot';
import type { Comparison, MethodResult } from '../../src/compare/compare';
import { oneshotArm, temporaryFolder } from '../cli/run';
import { oraclePython, runPython } from '../oracles';

const folder = temporaryFolder();
const python = oraclePython('numpy', 'similaritymeasures', 'movement_primitives');
const withPython = python ? test : test.skip;

let compared: { files: ({ file: string } & Comparison)[] };
let text: string;
beforeAll(async () => {
  const report = join(folder.path, 'report.md');
  const json = join(folder.path, 'compared.json');
  const { code, stderr, stdout } = await oneshotArm([
    'compare',
    'examples/reach.json',
    'examples/wave.csv',
    '--json',
    json,
    '--report',
    report,
  ]);
  if (code !== 0) throw new Error(stderr);
  text = stdout;
  compared = JSON.parse(readFileSync(json, 'utf8'));
}, 240000);

test('any arm: six joints by every method', async () => {
  const { code, stdout, stderr } = await oneshotArm([
    'compare',
    'examples/arms/six_axis.json',
    '--arm',
    'six_axis',
    '--json',
    '-',
  ]);
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  const { arm, weights, files } = JSON.parse(stdout) as typeof compared & { arm: string; weights: string };
  expect(arm).toBe('six_axis');
  expect(weights).toMatch(/motor-arm/);
  expect(files[0].joints).toHaveLength(6);
  expect(files[0].methods).toHaveLength(9);
  expect(named(files[0], 'learned, software, 1 update').tcpErrorMeanM).toBeLessThan(0.03);
  expect(named(files[0], 'direct replay').tcpErrorMeanM).toBeLessThan(1e-9);
}, 120000);

const named = (c: Comparison, name: string): MethodResult =>
  c.methods.find((m) => m.method.startsWith(name)) as MethodResult;

test('a table, a report and plots of all methods', () => {
  const report = readFileSync(join(folder.path, 'report.md'), 'utf8');
  for (const c of compared.files) {
    expect(c.methods.length).toBe(9);
    for (const m of c.methods) {
      expect(text).toContain(m.method);
      expect(report).toContain(`| ${m.method} |`);
    }
  }
  expect(existsSync(join(folder.path, 'report-1-reach.svg'))).toBe(true);
  expect(existsSync(join(folder.path, 'report-2-wave.svg'))).toBe(true);
});

test('what must hold whatever the numbers: replay is the demonstration, refinement helps, only memory ages', () => {
  for (const c of compared.files) {
    expect(named(c, 'direct').tcpErrorMaxM).toBeLessThan(1e-12);
    const [one, , twenty, pcm] = c.methods;
    expect(twenty.tcpErrorMeanM).toBeLessThan(one.tcpErrorMeanM);
    expect(new Set(one.drift.map((d) => d.tcpErrorMeanM)).size).toBe(1);
    expect(new Set(pcm.drift.map((d) => d.tcpErrorMeanM)).size).toBe(4);
    expect(pcm.drift[0].tcpErrorMeanM).toBeCloseTo(pcm.tcpErrorMeanM, 12);
    expect(pcm.devicesWritten).toBeGreaterThan(0);
    // a primitive ends at its goal wherever it begins; what is replayed ends as far off as it began
    expect(named(c, 'dynamic').otherStart.endErrorM).toBeLessThan(
      named(c, 'direct').otherStart.endErrorM / 2,
    );
  }
});

const recompute = `
import sys, json, numpy as np, similaritymeasures
out = []
for c in json.load(sys.stdin)['files']:
    d, h = c['demonstration'], c['stepS']
    A, P = np.array(d['angles']), np.array(d['tool'])
    rows = []
    for m in c['methods']:
        a, p = np.array(m['angles']), np.array(m['tool'])
        e = np.linalg.norm(p - P, axis=1)
        rows.append([e.mean(), e.max(), similaritymeasures.frechet_dist(p, P),
            *np.sqrt((((np.diff(a, axis=0) - np.diff(A, axis=0)) / h) ** 2).mean(axis=0)),
            np.sqrt((np.diff(a, 3, axis=0) ** 2).mean()) / h ** 3])
    out.append({'rows': rows})
print(json.dumps(out))`;

withPython('numbers equal an independent computation of the same file to 1e-6', () => {
  const oracle = runPython<{ rows: number[][] }[]>(python as string, recompute, compared);
  compared.files.forEach((c, f) =>
    c.methods.forEach((m, k) => {
      const ours = [m.tcpErrorMeanM, m.tcpErrorMaxM, m.frechetM, ...m.velocityRmseRadPerS, m.jerkRmsRadPerS3];
      ours.forEach((x, i) => expect(Math.abs(x - oracle[f].rows[k][i])).toBeLessThan(1e-6 * Math.max(1, x)));
    }),
  );
});

const column = `
import sys, json, numpy as np
from movement_primitives.dmp import DMP
from movement_primitives.dmp._dmp import DMP_STEP_FUNCTIONS, dmp_open_loop
step = DMP_STEP_FUNCTIONS.get('euler-cython', DMP_STEP_FUNCTIONS['euler'])
out = []
for c in json.load(sys.stdin)['files']:
    A, h = np.array(c['demonstration']['angles']), c['stepS']
    T = h * np.arange(len(A))
    dmp = DMP(n_dims=A.shape[1], execution_time=T[-1], dt=h, n_weights_per_dim=10)
    dmp.imitate(T, A)
    def perform(fine):
        return dmp_open_loop(goal_t=T[-1], start_t=0.0, dt=h / fine, start_y=A[0], goal_y=A[-1], start_yd=(A[1] - A[0]) / h,
            alpha_y=dmp.alpha_y, beta_y=dmp.beta_y, forcing_term=dmp.forcing_term, step_function=step)[1][::fine][:len(A)]
    # its steps take the force of their end: a first-order error, which two step sizes take out
    out.append({'dmp': (2 * perform(40) - perform(20)).tolist()})
print(json.dumps(out))`;

withPython("the movement primitive is movement_primitives' own: its columns equal, within 2 %", () => {
  const oracle = runPython<{ dmp: number[][] }[]>(python as string, column, compared);
  compared.files.forEach((c, f) => {
    const ours = named(c, 'dynamic');
    const theirs = oracle[f].dmp;
    expect(theirs).toHaveLength(ours.angles.length);
    const shown = c.demonstration;
    const point = new Float64Array(3);
    const distances = theirs.map((row, k) => {
      edscorbotPaper.forward(row, 0, point, 0);
      return Math.hypot(...[0, 1, 2].map((i) => point[i] - shown.tool[k][i]));
    });
    const velocities = (rows: number[][]) =>
      rows.slice(1).map((row, k) => row.map((q, j) => (q - rows[k][j]) / c.stepS));
    const [v, meant] = [velocities(theirs), velocities(shown.angles)];
    const columns: [string, number, number][] = [
      ['mean', ours.tcpErrorMeanM, distances.reduce((a, b) => a + b) / distances.length],
      ['max', ours.tcpErrorMaxM, Math.max(...distances)],
      ...ours.velocityRmseRadPerS.map((own, j): [string, number, number] => [
        `velocity RMSE ${j}`,
        own,
        Math.sqrt(v.reduce((sum, row, k) => sum + (row[j] - meant[k][j]) ** 2, 0) / v.length),
      ]),
    ];
    for (const [name, own, other] of columns)
      expect({ name, ratio: Math.abs(own / other - 1) < 0.02 ? 'within 2 %' : own / other }).toEqual({
        name,
        ratio: 'within 2 %',
      });
  });
});
