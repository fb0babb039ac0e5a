import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withRosEnvironment } from '../src/files/ros_environment.js';
import { which } from '../src/cli/doctor/programs.js';

const root = join(__dirname, '..');
const env = withRosEnvironment();
const colcon = which(['colcon'], env.PATH);
if (!colcon)
  console.warn(
    'colcon test skipped: no colcon (set-up with ROS wheels brings it; else: pip install colcon-common-extensions)',
  );

(colcon ? describe : describe.skip)('colcon build', () => {
  const folder = mkdtempSync(join(tmpdir(), 'oneshot-colcon-'));
  const install = join(folder, 'install');
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('installs the nodes, the data and the interfaces', () => {
    execFileSync(
      colcon!,
      [
        '--log-base',
        join(folder, 'log'),
        'build',
        '--base-paths',
        root,
        '--build-base',
        join(folder, 'build'),
      ].concat(['--install-base', install, '--cmake-args', '-DONESHOT_ARM_SETUP=OFF']),
      { env, stdio: 'pipe' },
    );
    const nodes = readdirSync(join(root, 'src', 'nodes')).filter((n) =>
      existsSync(join(root, 'src', 'nodes', n, 'main.ts')),
    );
    expect(nodes).toContain('motor_learner');
    for (const name of [...nodes, 'oneshot-arm'])
      accessSync(join(install, 'oneshot_arm', 'lib', 'oneshot_arm', name), constants.X_OK);
    const share = join(install, 'oneshot_arm', 'share', 'oneshot_arm');
    for (const data of ['package.xml', 'urdf/edscorbot.urdf', 'launch', 'examples', 'bin/oneshot-arm'])
      expect(existsSync(join(share, data))).toBe(true);
  }, 120_000);

  it('makes an installation that a plain shell can source and run', () => {
    const python =
      'from ament_index_python.packages import get_package_prefix as p; import oneshot_arm_msgs.msg as m; print(p("oneshot_arm")); print(m.__file__)';
    const script = `. '${install}/setup.bash' && python3 -c '${python}' && '${install}/oneshot_arm/lib/oneshot_arm/oneshot-arm' --version`;
    const text = execFileSync('bash', ['-c', script], {
      env: { HOME: process.env.HOME, PATH: process.env.PATH },
      encoding: 'utf8',
      // no standard input: bash takes a socket there for a remote shell's and reads ~/.bashrc, which may move PATH about
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [prefix, module, version] = text.trim().split('\n');
    expect(prefix).toBe(join(install, 'oneshot_arm'));
    expect(module.startsWith(prefix)).toBe(true);
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  });
});
