import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'oneshot-library-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const lesson = `
  const positions = Array.from({ length: 101 }, (_, i) => [0.3 * (1 - Math.cos(i * Math.PI / 100)), 0.1 * (1 - Math.cos(i * Math.PI / 100))]);
  const { before, after } = await teach({ dt: 0.02, joints: ['base_joint', 'shoulder'], positions });
  console.log(JSON.stringify([before.tcpErrorMeanM, after.tcpErrorMeanM, typeof MotorLearner, profileNamed('edscorbot_paper').learned]));`;

test('a packed tarball, unpacked elsewhere, teaches through import and require alike, without ROS', () => {
  const [{ filename }] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  ) as { filename: string }[];
  execFileSync('tar', ['-xzf', join(folder, filename), '-C', folder]);
  symlinkSync(join(root, 'node_modules'), join(folder, 'package', 'node_modules'));
  const run = (type: string, head: string): number[] => {
    const body = type === 'module' ? lesson : `(async () => {${lesson}})()`;
    const text = execFileSync(process.execPath, [`--input-type=${type}`, '-e', head + body], {
      cwd: join(folder, 'package'),
      encoding: 'utf8',
      env: { PATH: process.env.PATH },
    });
    return JSON.parse(text) as number[];
  };
  const esm = run('module', "import { teach, MotorLearner, profileNamed } from 'oneshot-arm';");
  const cjs = run('commonjs', "const { teach, MotorLearner, profileNamed } = require('oneshot-arm');");
  expect(esm).toEqual(cjs);
  const [before, after, kind, learned] = esm;
  expect(after).toBeLessThan(before / 3);
  expect([kind, learned]).toEqual(['function', 2]);
});
