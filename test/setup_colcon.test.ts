import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withRosEnvironment } from '../src/files/ros_environment.js';
import { which } from '../src/cli/doctor/programs.js';
import { root, RosTest, TestProcess } from './ros/harness';

const env = withRosEnvironment();
const colcon = which(['colcon'], env.PATH);
if (!colcon)
  console.warn(
    'colcon test skipped: no colcon (set-up with ROS wheels brings it; else: pip install colcon-common-extensions)',
  );

/** Whether a private mount namespace can be had, to take the checkout's code away from a process. */
const hides = spawnSync('unshare', ['-m', 'true']).status === 0;
/** The command with the checkout's code gone, where that can be had. */
function withoutCheckout(command: string): string {
  if (!hides) return command;
  const gone = [
    'bin',
    'dist',
    'node_modules',
    'scripts',
    'src',
    'launch',
    'config',
    'models',
    'urdf',
    '.ros/overlay',
  ];
  const hide = gone.map((folder) => `mount -t tmpfs none '${join(root, folder)}'`).join(' && ');
  return `exec unshare -m bash --norc -c ${JSON.stringify(`${hide} && ${command}`)}`;
}
const bash = (command: string): string =>
  execFileSync('bash', ['--norc', '-c', command], {
    env: { HOME: process.env.HOME, PATH: process.env.PATH },
    encoding: 'utf8',
    // no standard input: bash takes a socket there for a remote shell's and reads ~/.bashrc, which may move PATH about
    stdio: ['ignore', 'pipe', 'pipe'],
  });

(colcon ? describe : describe.skip)('colcon build', () => {
  const folder = mkdtempSync(join(tmpdir(), 'oneshot colcon '));
  const nodes = readdirSync(join(root, 'src', 'nodes')).filter((n) =>
    existsSync(join(root, 'src', 'nodes', n, 'main.ts')),
  );
  const build = (install: string, ...options: string[]): void => {
    execFileSync(
      colcon!,
      ['--log-base', join(folder, 'log'), 'build', '--base-paths', root, ...options].concat([
        ...['--build-base', `${install} build`, '--install-base', install],
        ...['--cmake-args', '-DONESHOT_ARM_SETUP=OFF'],
      ]),
      { env, stdio: 'pipe' },
    );
  };
  const first = join(folder, 'ws', 'install');
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('installs the nodes, the data and the interfaces, in a path with spaces', () => {
    build(first);
    expect(nodes).toContain('motor_learner');
    const prefix = join(first, 'oneshot_arm');
    for (const name of [...nodes, 'oneshot-arm'])
      accessSync(join(prefix, 'lib', 'oneshot_arm', name), constants.X_OK);
    const share = join(prefix, 'share', 'oneshot_arm');
    for (const data of [
      'package.xml',
      'urdf/edscorbot.urdf',
      'launch',
      'examples',
      'bin/oneshot-arm',
      'config',
    ])
      expect(existsSync(join(share, data))).toBe(true);
    expect(existsSync(join(prefix, 'share/ament_index/resource_index/packages/oneshot_arm'))).toBe(true);
    const files = readdirSync(share, { recursive: true, encoding: 'utf8' });
    const own = files.filter((file) => !file.startsWith('node_modules'));
    expect(own.length).toBeGreaterThan(300);
    expect(own.filter((file) => /^models.*checkpoint|\.test\.js$/.test(file))).toEqual([]);
    expect(
      files.filter((file) => /^node_modules\/(typescript|jest|assemblyscript|three)$/.test(file)),
    ).toEqual([]);
  }, 120_000);

  it('makes an installation that a plain shell can source and run', () => {
    const python =
      'from ament_index_python.packages import get_package_prefix as p; import oneshot_arm_msgs.msg as m; print(p("oneshot_arm")); print(m.__file__)';
    const text = bash(
      `. '${first}/setup.bash' && python3 -c '${python}' && '${first}/oneshot_arm/lib/oneshot_arm/oneshot-arm' --version`,
    );
    const [prefix, module, version] = text.trim().split('\n');
    expect(prefix).toBe(join(first, 'oneshot_arm'));
    expect(module.startsWith(prefix)).toBe(true);
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('runs after it was moved, with the checkout gone: learns, and every node answers its parameter services', async () => {
    const moved = join(folder, 'elsewhere');
    renameSync(first, moved);
    const lib = join(moved, 'oneshot_arm', 'lib', 'oneshot_arm');
    const target = join(moved, 'oneshot_arm/share/oneshot_arm/examples/ramp.json');
    const learned = bash(withoutCheckout(`cd / && '${lib}/oneshot-arm' learn '${target}'`));
    expect(learned).toMatch(/cm/);
    expect(bash(withoutCheckout(`'${lib}/motor_learner' --help`))).toContain('approach_speed');

    const ros = await RosTest.start();
    const { ROS_DOMAIN_ID, ROS_AUTOMATIC_DISCOVERY_RANGE } = ros.env;
    const plain = {
      ...{ HOME: env.HOME, PATH: process.env.PATH },
      ROS_DOMAIN_ID,
      ROS_AUTOMATIC_DISCOVERY_RANGE,
    };
    const started = nodes.map(
      (node) =>
        new TestProcess(
          node,
          spawn('bash', ['--norc', '-c', withoutCheckout(`cd / && exec '${lib}/${node}'`)], {
            env: plain,
            stdio: ['ignore', 'pipe', 'pipe'],
          }),
        ),
    );
    const ends: string[] = [];
    try {
      for (const node of nodes)
        expect(
          execFileSync('python3', [join(root, 'test/ros/dump_parameters.py'), `/${node}`], {
            env: ros.env,
            encoding: 'utf8',
          }),
        ).toContain(`/${node}:`);
    } finally {
      await Promise.all(
        started.map(async (node) => {
          await node.stop('SIGINT');
          const { code, signal } = await node.exited;
          if (code !== 0) ends.push(`${node.name}: ${code ?? signal}\n${node.output}`);
        }),
      );
      await ros.stop();
    }
    expect(ends).toEqual([]);
  }, 240_000);

  it('can be merged into one prefix, and linked', () => {
    const install = join(folder, 'merged');
    build(install, '--merge-install', '--symlink-install');
    expect(bash(`. '${install}/setup.bash' && '${install}/lib/oneshot_arm/oneshot-arm' --version`)).toMatch(
      /^\d/,
    );
  }, 120_000);
});
