// rclnodejs: its native addon, the package's own where it loads here, else built against this ROS 2, and JavaScript made of every message, service and action.
// Both are made in a copy beside the package and moved into place, so that running programs are not disturbed.
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { applied } from './environment.mjs';
import { digest, readJson, writeJson } from './files.mjs';
import { definitions } from './interfaces.mjs';
import { forOlderGlibc, prebuiltAddons } from './prebuilt_addon.mjs';
import { SetupError, step } from './report.mjs';
import { output, run, which } from './shell.mjs';

const addon = join('build', 'Release', 'rclnodejs.node');

/** A copy of the package in which to build; its dependencies resolve as the original's do. */
function workshop(root) {
  const original = join(root, 'node_modules', 'rclnodejs');
  const copy = join(root, 'node_modules', '.oneshot-arm-rclnodejs');
  rmSync(copy, { recursive: true, force: true });
  const skipped = ['prebuilds', 'generated', 'build'].map((name) => join(original, name));
  cpSync(original, copy, { recursive: true, filter: (path) => !skipped.includes(path) });
  return { original, copy };
}

/** rclnodejs looks for ROS beside a command `ros2`, which wheels do not have: a folder that has all three. */
function besideRos2(dotRos, ros, copy) {
  const folder = join(copy, 'ros');
  mkdirSync(join(folder, 'bin'), { recursive: true });
  for (const name of ['include', 'lib']) symlinkSync(join(ros.prefix, name), join(folder, name));
  writeFileSync(join(folder, 'bin', 'ros2'), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  return join(folder, 'bin');
}

function nodeHeaders() {
  const folder = process.env.npm_config_nodedir ?? dirname(dirname(process.execPath));
  return existsSync(join(folder, 'include', 'node', 'node_api.h')) ? [`--nodedir=${folder}`] : [];
}

async function loads(file, env) {
  const script = `process.dlopen({ exports: {} }, ${JSON.stringify(file)})`;
  // every symbol at once, not when it is called first
  return (
    (await output(process.execPath, ['-e', script], { env: { ...env, LD_BIND_NOW: '1' } })) !== undefined
  );
}

/** Keeps the addon that came with the package where one loads here; whether it does. */
async function keepPrebuilt(rclnodejs, distro, env, kept) {
  for (const file of prebuiltAddons(rclnodejs, distro))
    for (const bytes of [() => readFileSync(file), () => forOlderGlibc(file)]) {
      const content = bytes();
      if (!content) continue;
      writeFileSync(`${kept}.tried`, content);
      if (await loads(`${kept}.tried`, env)) {
        renameSync(`${kept}.tried`, kept);
        return true;
      }
      rmSync(`${kept}.tried`);
    }
  return false;
}

async function compile({ root, dotRos, logs }, ros, env, kept) {
  const { copy } = workshop(root);
  if (!which('make')) throw new SetupError('make is missing', 'sudo apt-get install make');
  if (!which('g++') && !which('c++') && !process.env.CXX)
    throw new SetupError('a C++ compiler is missing (g++ or clang++)', 'sudo apt-get install g++ make');
  const headers = nodeHeaders();
  const gyp = join(root, 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  await run(process.execPath, [gyp, 'rebuild', '-j', String(availableParallelism()), ...headers], {
    cwd: copy,
    env: {
      ...env,
      PATH: `${besideRos2(dotRos, ros, copy)}:${env.PATH}`,
      LDFLAGS: `-Wl,-rpath,${join(ros.prefix, 'lib')}`,
    },
    log: join(logs, 'rclnodejs.log'),
    missing: `the native part of rclnodejs did not build${headers.length ? '' : ' (the C headers of Node.js are not beside it)'}`,
    fix: headers.length
      ? 'sudo apt-get install g++ make python3, then: node scripts/setup.mjs'
      : 'install Node.js from an archive or package that has include/node, then: node scripts/setup.mjs',
  });
  copyFileSync(join(copy, addon), kept);
}

async function build(context, ros, env, kept) {
  const original = join(context.root, 'node_modules', 'rclnodejs');
  mkdirSync(dirname(kept), { recursive: true });
  if (!existsSync(kept) && !(await keepPrebuilt(original, ros.distro, env, kept)))
    await compile(context, ros, env, kept);
  if (!(await loads(kept, env))) {
    rmSync(kept);
    throw new SetupError(
      'the native part of rclnodejs was built but does not load',
      `rm -rf ${context.dotRos} && node scripts/setup.mjs`,
    );
  }
  mkdirSync(join(original, dirname(addon)), { recursive: true });
  copyFileSync(kept, join(original, `${addon}.new`));
  renameSync(join(original, `${addon}.new`), join(original, addon));
}

/** The native addon; returns a string that changes with it. */
export async function nativeAddon(context, ros, environment) {
  const original = join(context.root, 'node_modules', 'rclnodejs');
  const { version } = readJson(join(original, 'package.json'));
  const identity = digest([version, process.versions.modules, process.arch, ros.prefix, ros.distro]);
  const stampFile = join(original, 'build', 'oneshot-arm-stamp.json');
  if (readJson(stampFile)?.identity !== identity || !existsSync(join(original, addon))) {
    const kept = join(context.dotRos, 'rclnodejs', `${identity.slice(0, 16)}.node`);
    await step('rclnodejs native part', () => build(context, ros, applied(environment), kept));
    writeJson(stampFile, { identity });
  }
  return identity;
}

const required = [
  'sensor_msgs/msg/JointState',
  'trajectory_msgs/msg/JointTrajectory',
  'lifecycle_msgs/srv/ChangeState',
].concat(
  [
    'control_msgs/action/FollowJointTrajectory',
    'control_msgs/msg/JointTrajectoryControllerState',
    'tf2_msgs/msg/TFMessage',
  ],
  [
    'diagnostic_msgs/msg/DiagnosticArray',
    'std_srvs/srv/Trigger',
    'nav_msgs/msg/Path',
    'rcl_interfaces/srv/SetParameters',
  ],
);

/** The generator exits 0 even when it made nothing: these must be there. */
function missingMessages(generated, built) {
  const ours = built.flatMap(({ name, source }) => definitions(source).map((type) => `${name}/${type}`));
  return [...required, ...ours].filter((type) => {
    const [name, kind, message] = type.split('/');
    return !existsSync(join(generated, name, `${name}__${kind}__${message}.js`));
  });
}

async function generate({ root, dotRos, logs }, ros, env, built) {
  const { original, copy } = workshop(root);
  mkdirSync(join(copy, dirname(addon)), { recursive: true });
  copyFileSync(join(original, addon), join(copy, addon));
  const fix = 'see the lines below; then: node scripts/setup.mjs';
  await run(process.execPath, [join(root, 'scripts', 'setup', 'generate_messages.cjs'), copy, ros.python], {
    env: { ...env, PATH: `${besideRos2(dotRos, ros, copy)}:${env.PATH}` },
    log: join(logs, 'messages.log'),
    missing: 'rclnodejs could not generate its messages',
    fix,
  });
  const missing = missingMessages(join(copy, 'generated'), built);
  if (missing.length > 0)
    throw new SetupError(
      `rclnodejs generated no code for ${missing.join(', ')}`,
      `rm -rf ${dotRos}/overlay && node scripts/setup.mjs`,
    );
  rmSync(join(original, 'generated.old'), { recursive: true, force: true });
  if (existsSync(join(original, 'generated')))
    renameSync(join(original, 'generated'), join(original, 'generated.old'));
  renameSync(join(copy, 'generated'), join(original, 'generated'));
  renameSync(join(copy, 'types', 'interfaces.d.ts'), join(original, 'types', 'interfaces.d.ts'));
  rmSync(join(original, 'generated.old'), { recursive: true, force: true });
  rmSync(copy, { recursive: true, force: true });
}

/** JavaScript and TypeScript of all interfaces; regenerated when one of them, ROS or the addon changed. */
export async function messages(context, ros, environment, { built, identity }, addonIdentity) {
  const generated = join(context.root, 'node_modules', 'rclnodejs', 'generated');
  const generator = ['generate_messages.cjs', 'parse_interfaces.py'].map((f) =>
    join(context.root, 'scripts', 'setup', f),
  );
  const wanted = digest([identity, addonIdentity], generator);
  const stampFile = join(generated, 'oneshot-arm-stamp.json');
  if (readJson(stampFile)?.messages === wanted && missingMessages(generated, built).length === 0)
    return false;
  await step('messages for rclnodejs', () => generate(context, ros, applied(environment), built));
  await step('check: a node with our types', () => check(context, applied(environment), built));
  writeJson(stampFile, { messages: wanted });
  return true;
}

/** A real node with a publisher of a standard type and one of each package of ours. */
async function check({ root, logs }, env, built) {
  const types = built.map(
    ({ name, source }) => `${name}/${definitions(source).find((d) => d.startsWith('msg/'))}`,
  );
  await run(process.execPath, [join(root, 'scripts', 'setup', 'check_node.cjs'), root, ...types], {
    env: {
      ...env,
      ROS_AUTOMATIC_DISCOVERY_RANGE: 'LOCALHOST',
      ROS_DOMAIN_ID: String(1 + (process.pid % 100)),
    },
    log: join(logs, 'check.log'),
    missing: `a ROS 2 node did not start (RMW_IMPLEMENTATION: ${process.env.RMW_IMPLEMENTATION ?? 'not set'})`,
    fix: 'see the lines below; unset RMW_IMPLEMENTATION where that middleware is not installed; then: node scripts/setup.mjs',
  });
}
