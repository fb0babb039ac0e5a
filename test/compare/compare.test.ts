import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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
from movement_primitives.dmp import DMP
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
    T = h * np.arange(len(A))
    dmp = DMP(n_dims=A.shape[1], execution_time=T[-1], dt=h, n_weights_per_dim=10)
    dmp.imitate(T, A)
    out.append({'rows': rows, 'dmp': dmp.open_loop()[1][:len(A)].tolist()})
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

withPython("the movement primitive is movement_primitives' own, within 2 % of the motion's extent", () => {
  const oracle = runPython<{ dmp: number[][] }[]>(python as string, recompute, compared);
  compared.files.forEach((c, f) => {
    const { angles } = named(c, 'dynamic');
    angles[0].forEach((_, j) => {
      const column = angles.map((row) => row[j]);
      const extent = Math.max(...column) - Math.min(...column);
      const worst = Math.max(...angles.map((row, k) => Math.abs(row[j] - oracle[f].dmp[k][j])));
      expect(worst).toBeLessThan(0.02 * extent);
    });
  });
});
