#!/usr/bin/env node
// Sets up whatever is missing, in this order: npm dependencies and ROS 2, interface packages, rclnodejs, the build.
// Idempotent: each step first looks at what is really there. Options: --with-tfjs (training of the few-shot network),
// --quiet (only what goes wrong), --to STEP (npm, ros, interfaces, rclnodejs, build), --help.
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { applied, environmentOf, writeEnvironment } from './setup/environment.mjs';
import { readJson } from './setup/files.mjs';
import { interfaces } from './setup/interfaces.mjs';
import { withLock } from './setup/lock.mjs';
import { npmPackages } from './setup/npm_packages.mjs';
import { messages, nativeAddon } from './setup/rclnodejs.mjs';
import { SetupError, say, setQuiet } from './setup/report.mjs';
import { rosPrefix } from './setup/ros_prefix.mjs';
import { tfjsNode } from './setup/tfjs_node.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const steps = ['npm', 'ros', 'interfaces', 'rclnodejs', 'build'];

function checkNode() {
  const [major, minor, patch] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && (minor < 20 || (minor === 20 && patch < 2))))
    throw new SetupError(
      `Node.js ${process.version} is too old: 20.20.2 or later is needed`,
      'install Node.js 20 or 22',
    );
  if (major >= 23) say(`Node.js ${process.version} is newer than what this package is tested with (20, 22)`);
}

/** Build tools of ROS 2 take a space for the end of a path, and a colon for the end of a folder in a list. */
function checkPath() {
  const bad = /[\s:;'"$`\\]/.exec(root);
  if (bad)
    throw new SetupError(
      `the folder's path has a ${bad[0] === ' ' ? 'space' : `character ${JSON.stringify(bad[0])}`} in it, which the build tools of ROS 2 cannot bear: ${root}`,
      'move the folder to a path of letters, digits, - and _, then start again',
    );
}

/** A folder that was moved or copied has a .ros whose files name where it was made: what holds paths is made anew. */
function forgetOtherPlace(dotRos) {
  const made = readJson(join(dotRos, 'environment.json'))?.root;
  if (made === undefined || made === root) return;
  say(`this folder was set up as ${made}: what holds its old path is made anew`);
  for (const part of ['overlay', 'build', 'prefix', 'environment.json', 'environment.sh'])
    rmSync(join(dotRos, part), { recursive: true, force: true });
}

async function build(env) {
  const status = await new Promise((resolve) => {
    const child = spawn(process.execPath, [join(root, 'scripts', 'build.mjs')], {
      cwd: root,
      stdio: 'inherit',
      env,
    });
    child.once('error', () => resolve(1));
    child.once('close', resolve);
    process.once('exit', () => child.kill());
  });
  if (status !== 0)
    throw new SetupError(
      'the sources did not build (the messages above say where)',
      'correct them, then: node scripts/setup.mjs',
    );
}

/** tfjs-node; where it is 'optional' a failure is told, and set-up goes on. */
async function tensorflow(context, ros, wish) {
  try {
    await tfjsNode(context, ros);
  } catch (error) {
    if (wish !== 'optional' || !(error instanceof SetupError)) throw error;
    say(`tfjs-node is not available, its tests will be skipped: ${error.message}`);
  }
}

/** Everything up to and with `last`; withTfjs: false, true or 'optional'. Returns the environment for programs that use ROS 2. */
export async function setUp({ withTfjs = false, last = 'build' } = {}) {
  const dotRos = join(root, '.ros');
  const context = { root, dotRos, logs: join(dotRos, 'logs') };
  const upTo = (name) => steps.indexOf(name) <= steps.indexOf(last);
  checkNode();
  checkPath();
  mkdirSync(context.logs, { recursive: true });
  return withLock(join(dotRos, 'lock'), async () => {
    forgetOtherPlace(dotRos);
    const npm = npmPackages(context);
    // the build needs the npm packages alone: it runs beside the stages of ROS 2
    const built = npm.then(() => upTo('build') && build(process.env));
    built.catch(() => {}); // told where it is waited for
    const [, ros] = await Promise.all([npm, upTo('ros') && rosPrefix(context)]);
    if (!ros) {
      await built;
      return process.env;
    }
    const overlay = join(dotRos, 'overlay');
    writeEnvironment(context, ros, environmentOf(ros, overlay));
    if (!upTo('interfaces')) return applied(environmentOf(ros, overlay));
    // rclnodejs's native part needs no interfaces
    const [made, addon] = await Promise.all([
      interfaces(context, ros),
      upTo('rclnodejs') && nativeAddon(context, ros, environmentOf(ros, overlay)),
    ]);
    const environment = environmentOf(ros, overlay);
    writeEnvironment(context, ros, environment);
    if (upTo('rclnodejs')) await messages(context, ros, environment, made, addon);
    const env = applied(environment);
    if (withTfjs) await tensorflow(context, ros, withTfjs);
    await built;
    return env;
  });
}

/** Ends the process with the error's message, without a stack where it is one of ours. */
export function fail(error) {
  console.error(error instanceof SetupError ? `set-up stopped: ${error.message}` : error);
  process.exit(1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const args = process.argv.slice(2);
  const last = args.includes('--to') ? args[args.indexOf('--to') + 1] : undefined;
  const unknown = args.find(
    (a, i) => !['--with-tfjs', '--quiet', '--to', '--help'].includes(a) && args[i - 1] !== '--to',
  );
  if (args.includes('--help') || unknown || (last !== undefined && !steps.includes(last))) {
    console.error(
      `usage: node scripts/setup.mjs [--with-tfjs] [--quiet] [--to ${steps.join('|')}]  (--to: that step and those before it)`,
    );
    process.exit(args.includes('--help') ? 0 : 2);
  }
  setQuiet(args.includes('--quiet'));
  process.once('SIGINT', () => {
    console.error('set-up interrupted; what is finished is kept: start it again to go on');
    process.exit(130);
  });
  process.once('SIGTERM', () => process.exit(143));
  try {
    await setUp({ withTfjs: args.includes('--with-tfjs') || process.env.ONESHOT_ARM_TFJS === '1', last });
    say('complete; try: npx oneshot-arm doctor');
  } catch (error) {
    fail(error);
  }
}
