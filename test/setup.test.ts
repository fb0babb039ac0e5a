import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { rosEnvironment, withRosEnvironment } from '../src/files/ros_environment.js';

const root = join(__dirname, '..');
const ready = rosEnvironment(root) !== undefined;
if (!ready) console.warn('set-up tests skipped in part: node scripts/setup.mjs has not run here');
const whenReady = ready ? it : it.skip;
const system = '/usr/local/bin:/usr/bin:/bin';
/** What a login shell has, and nothing of ROS. */
const bare = {
  HOME: process.env.HOME ?? '/tmp',
  PATH: `${dirname(process.execPath)}:${system}`,
  ROS_AUTOMATIC_DISCOVERY_RANGE: 'LOCALHOST',
  ROS_DOMAIN_ID: String(1 + (process.pid % 100)),
};

const folders: string[] = [];
function temporary(): string {
  folders.push(mkdtempSync(join(tmpdir(), 'oneshot-setup-')));
  return folders[folders.length - 1];
}
afterAll(() => folders.forEach((f) => rmSync(f, { recursive: true, force: true })));

function program(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
}

/** A checkout with the set-up's own files, and programs of our making on its PATH. */
function checkout(): {
  folder: string;
  bin: string;
  setUp(env?: object): { status: number | null; stderr: string };
} {
  const folder = temporary();
  for (const name of ['scripts', 'msgs', 'package.json', 'package-lock.json'])
    cpSync(join(root, name), join(folder, name), { recursive: true });
  const bin = join(folder, 'programs');
  mkdirSync(bin);
  symlinkSync(process.execPath, join(bin, 'node'));
  return {
    folder,
    bin,
    setUp: (env = {}) =>
      spawnSync(process.execPath, ['scripts/setup.mjs', '--to', 'ros'], {
        cwd: folder,
        env: { HOME: folder, PATH: bin, ...env },
        encoding: 'utf8',
      }),
  };
}

describe('set-up where something is missing', () => {
  it('names npm and how to get it', () => {
    const { status, stderr } = checkout().setUp({ ONESHOT_ARM_ROS: 'wheels' });
    expect(status).toBe(1);
    expect(stderr).toMatch(/npm is missing[^]*fix: install Node\.js/);
    expect(stderr).not.toMatch(/\n {4}at /);
  });

  it('shows the last lines of npm and the command to repeat', () => {
    const c = checkout();
    program(join(c.bin, 'npm'), 'echo "registry is not reachable" >&2; exit 7');
    const { status, stderr } = c.setUp({ AMENT_PREFIX_PATH: fakeRos(c.folder, c.bin) });
    expect(status).toBe(1);
    expect(stderr).toMatch(/npm could not install the dependencies[^]*npm ci[^]*registry is not reachable/);
  });

  it('names python3-venv where a virtual environment cannot be made', () => {
    const c = checkout();
    linkModules(c.folder);
    const answer = '{"version": [3, 11], "executable": "python3", "headers": true}';
    program(
      join(c.bin, 'python3'),
      `if [ "$1" = -c ]; then echo '${answer}'; else echo "No module named ensurepip"; exit 1; fi`,
    );
    const { status, stderr } = c.setUp({ ONESHOT_ARM_ROS: 'wheels' });
    expect(status).toBe(1);
    expect(stderr).toMatch(/python3-venv is missing[^]*fix: sudo apt-get install python3-venv[^]*ensurepip/);
  });

  it('says when ONESHOT_ARM_ROS is no ROS installation', () => {
    const c = checkout();
    linkModules(c.folder);
    const { status, stderr } = c.setUp({ ONESHOT_ARM_ROS: '/nowhere' });
    expect(status).toBe(1);
    expect(stderr).toMatch(/ONESHOT_ARM_ROS=\/nowhere is no ROS 2 installation[^]*fix: give its folder/);
  });

  it('refuses a path with a space at once, and says so', () => {
    const c = checkout();
    const spaced = join(temporary(), 'my arm');
    cpSync(c.folder, spaced, { recursive: true });
    const { status, stderr } = spawnSync(process.execPath, ['scripts/setup.mjs'], {
      cwd: spaced,
      env: { HOME: c.folder, PATH: c.bin },
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/path has a space in it[^]*fix: move the folder/);
    expect(existsSync(join(spaced, '.ros'))).toBe(false);
  });

  it('makes anew what holds the path of where a moved folder was set up', () => {
    const c = checkout();
    linkModules(c.folder);
    mkdirSync(join(c.folder, '.ros', 'prefix'), { recursive: true });
    writeFileSync(join(c.folder, '.ros', 'environment.json'), JSON.stringify({ root: '/elsewhere' }));
    const { stderr } = c.setUp({ ONESHOT_ARM_ROS: '/nowhere' });
    expect(stderr).toMatch(/was set up as \/elsewhere/);
    expect(existsSync(join(c.folder, '.ros', 'prefix'))).toBe(false);
  });

  it('takes over the lock of a dead process, one at a time', async () => {
    const folder = temporary();
    const lock = join(folder, 'lock');
    mkdirSync(lock);
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    writeFileSync(join(lock, 'pid'), String(dead));
    const text = `
      import { withLock } from ${JSON.stringify(join(root, 'scripts/setup/lock.mjs'))};
      import { mkdirSync, rmdirSync } from 'node:fs';
      await withLock(${JSON.stringify(lock)}, async () => {
        mkdirSync(${JSON.stringify(join(folder, 'inside'))}); // throws where another one is inside
        await new Promise((resolve) => setTimeout(resolve, 60));
        rmdirSync(${JSON.stringify(join(folder, 'inside'))});
      });`;
    const codes = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const child = spawn(process.execPath, ['--input-type=module', '-e', text], { stdio: 'ignore' });
        const [code] = (await once(child, 'exit')) as [number];
        return code;
      }),
    );
    expect(codes).toEqual([0, 0, 0, 0, 0, 0]);
    expect(existsSync(lock)).toBe(false);
  });

  it('refuses unknown options', () => {
    const { status, stderr } = spawnSync(process.execPath, [join(root, 'scripts/setup.mjs'), '--wth-tfjs'], {
      encoding: 'utf8',
    });
    expect(status).toBe(2);
    expect(stderr).toMatch(/usage: .*--with-tfjs/);
  });
});

/** node_modules of this checkout, with the stamp that says so. */
function linkModules(folder: string): void {
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
}

/** A folder that looks like an installed ROS 2, with a python3 that has its generators. */
function fakeRos(folder: string, bin: string): string {
  const prefix = join(folder, 'opt', 'ros', 'kilted');
  mkdirSync(join(prefix, 'share', 'rcl'), { recursive: true });
  mkdirSync(join(prefix, 'lib'));
  writeFileSync(join(prefix, 'share', 'rcl', 'package.xml'), '<package/>');
  writeFileSync(
    join(prefix, 'setup.bash'),
    `export ROS_DISTRO=kilted AMENT_PREFIX_PATH=${prefix} LD_LIBRARY_PATH=${prefix}/lib PYTHONPATH=/none\n`,
  );
  program(join(bin, 'python3'), 'exit 0');
  return prefix;
}

describe('set-up where ROS 2 is installed', () => {
  it.each(['named', 'sourced'])('takes the %s one instead of wheels', (how) => {
    const c = checkout();
    linkModules(c.folder);
    const prefix = fakeRos(c.folder, c.bin);
    const wish =
      how === 'named'
        ? { ONESHOT_ARM_ROS: prefix, PATH: `${c.bin}:${system}` }
        : { AMENT_PREFIX_PATH: prefix, ROS_DISTRO: 'kilted', LD_LIBRARY_PATH: `${prefix}/lib` };
    const { status, stderr } = c.setUp(wish);
    expect({ status, stderr }).toMatchObject({ status: 0 });
    const found = rosEnvironment(c.folder);
    expect(found?.ros).toMatchObject({
      distro: 'kilted',
      prefix,
      source: how === 'named' ? 'ONESHOT_ARM_ROS' : 'sourced',
    });
    expect(found?.prepend.LD_LIBRARY_PATH).toEqual([join(c.folder, '.ros/overlay/lib'), join(prefix, 'lib')]);
    expect(existsSync(join(c.folder, '.ros', 'prefix'))).toBe(false);
    if (how === 'sourced') {
      // a later shell without it still finds the one that was set up
      expect(c.setUp().status).toBe(0);
      expect(rosEnvironment(c.folder)?.ros.prefix).toBe(prefix);
    }
  });
});

describe('a set-up checkout', () => {
  whenReady('has nothing to do the second time', () => {
    const start = performance.now();
    const text = spawnSync(process.execPath, ['scripts/setup.mjs', '--to', 'rclnodejs'], {
      cwd: root,
      encoding: 'utf8',
    }).stderr;
    expect(text.trim().split('\n')).toEqual([expect.stringMatching(/complete/)]);
    expect((performance.now() - start) / 1000).toBeLessThan(10);
  });

  whenReady('gives a shell rclpy and our interfaces', () => {
    const python =
      'import rclpy; from control_msgs.action import FollowJointTrajectory; from oneshot_arm_msgs.action import Teach; from tf2_msgs.msg import TFMessage; print(Teach.__name__)';
    const text = execFileSync(
      'bash',
      [
        '--norc',
        '-c',
        `. scripts/env.sh && . scripts/env.sh && python3 -c '${python}' && echo "$AMENT_PREFIX_PATH"`,
      ],
      {
        cwd: root,
        env: bare,
        encoding: 'utf8',
      },
    );
    const [type, prefixes] = text.trim().split('\n');
    expect(type).toBe('Teach');
    expect(new Set(prefixes.split(':')).size).toBe(prefixes.split(':').length);
  });

  const jazzy = rosEnvironment(root)?.ros.distro === 'jazzy' && process.arch === 'x64';
  (jazzy ? it : it.skip)(
    "loads the native part of rclnodejs's package, made for a newer glibc, with every symbol found",
    () => {
      const folder = temporary();
      const script = `
        import { writeFileSync } from 'node:fs';
        import { forOlderGlibc, prebuiltAddons } from '${join(root, 'scripts/setup/prebuilt_addon.mjs')}';
        const [file, ...others] = prebuiltAddons('${join(root, 'node_modules/rclnodejs')}', 'jazzy');
        if (others.length) throw new Error('more than one');
        writeFileSync('mended.node', forOlderGlibc(file));
        process.dlopen({ exports: {} }, '${join(folder, 'mended.node')}');
        writeFileSync('again', String(forOlderGlibc('mended.node')));`;
      const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
        cwd: folder,
        env: { ...withRosEnvironment(), LD_BIND_NOW: '1' },
        encoding: 'utf8',
      });
      expect({ status, stderr }).toMatchObject({ status: 0 });
      // nothing of the newer glibc is left in it
      expect(readFileSync(join(folder, 'again'), 'utf8')).toBe('undefined');
    },
  );

  whenReady('has a command that needs nothing sourced, wherever it is called from', () => {
    const link = join(temporary(), 'oneshot-arm');
    symlinkSync(join(root, 'bin', 'oneshot-arm'), link);
    const { status, stdout } = spawnSync(link, ['doctor', '--json', '-'], {
      cwd: tmpdir(),
      env: bare,
      encoding: 'utf8',
    });
    const doctor = JSON.parse(stdout);
    expect(status).toBe(0);
    expect(doctor).toMatchObject({
      ok: true,
      wasmSimd: true,
      ros: { rmw: expect.stringMatching(/^rmw_\w+$/) },
    });
    const names = doctor.findings.map((f: { name: string }) => f.name);
    for (const name of ['Node.js', 'ROS 2', 'rclnodejs', 'tfjs-node', 'Chromium', 'mosquitto', 'cores'])
      expect(names).toContain(name);
  });
});
