// Builds interface packages into .ros/overlay: ours always, control_msgs and tf2_msgs only where the system lacks them.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { applied, environmentOf } from './environment.mjs';
import { digest, filesBelow, readJson, writeJson } from './files.mjs';
import { SetupError, step } from './report.mjs';
import { run, which } from './shell.mjs';

const lean = join(import.meta.dirname, 'lean_interfaces.cmake');
const overlays = { control_msgs: 'action/FollowJointTrajectory.action', tf2_msgs: 'msg/TFMessage.msg' };

/** Interface packages to build, none of which needs another: [{name, source}]. */
function packages(root, ros) {
  const missing = Object.entries(overlays).filter(
    ([name, file]) => !ros.prefixes.some((prefix) => existsSync(join(prefix, 'share', name, file))),
  );
  return [
    ...missing.map(([name]) => ({ name, source: join(root, 'scripts', 'overlay', name) })),
    { name: 'oneshot_arm_msgs', source: join(root, 'msgs') },
  ];
}

/** Names of the interfaces that a package's sources define: ["msg/Lesson", ...]. */
export function definitions(source) {
  return filesBelow(source)
    .filter((file) => /\.(msg|srv|action)$/.test(file))
    .map((file) => `${basename(join(file, '..'))}/${basename(file).replace(/\.\w+$/, '')}`);
}

function present({ name, source }, overlay) {
  const files = [
    `lib/lib${name}__rosidl_typesupport_c.so`,
    `share/ament_index/resource_index/rosidl_interfaces/${name}`,
    ...filesBelow(source)
      .filter((file) => /\.(msg|srv|action)$/.test(file))
      .map((file) => `share/${name}/${file.slice(source.length + 1)}`),
  ];
  return files.every((file) => existsSync(join(overlay, file)));
}

/** Files that the last build of a package installed here; in a copied checkout the build names those of the original. */
function installedFiles(build, overlay) {
  const manifest = join(build, 'install_manifest.txt');
  if (!existsSync(manifest)) return [];
  return readFileSync(manifest, 'utf8')
    .split('\n')
    .filter((file) => file.startsWith(`${overlay}/`));
}

/** Whether a build folder was made where it is: cmake refuses one that was copied or moved. */
function madeHere(build) {
  const cache = join(build, 'CMakeCache.txt');
  return (
    !existsSync(cache) || readFileSync(cache, 'utf8').includes(`\nCMAKE_CACHEFILE_DIR:INTERNAL=${build}\n`)
  );
}

async function buildPackage({ name, source }, ros, overlay, { dotRos, logs }, fresh) {
  const build = join(dotRos, 'build', name);
  const before = installedFiles(build, overlay);
  if (fresh || !madeHere(build)) rmSync(build, { recursive: true, force: true });
  const env = applied(environmentOf(ros, overlay));
  const path = env.PATH;
  if (!which('c++', path) && !which('g++', path) && !process.env.CXX)
    throw new SetupError('a C++ compiler is missing (g++ or clang++)', 'sudo apt-get install g++ make');
  if (!which('cmake', path)) throw new SetupError('cmake is missing', 'sudo apt-get install cmake');
  const ninja = which('ninja', path);
  if (!ninja && !which('make', path))
    throw new SetupError('make is missing (or ninja)', 'sudo apt-get install make');
  const common = {
    env,
    log: join(logs, `${name}.log`),
    missing: `the interface package ${name} did not build`,
  };
  const fix = `see the lines below; then: node scripts/setup.mjs`;
  const generator = existsSync(join(build, 'CMakeCache.txt')) ? [] : ninja ? ['-G', 'Ninja'] : [];
  const definitions = [
    '-DCMAKE_BUILD_TYPE=Release',
    '-DBUILD_TESTING=OFF',
    `-DCMAKE_INSTALL_PREFIX=${overlay}`,
    `-DPython3_EXECUTABLE=${ros.python.startsWith('/') ? ros.python : which(ros.python, path)}`,
    ...(ros.source === 'wheels' ? [`-DCMAKE_PROJECT_INCLUDE=${lean}`] : []),
  ];
  mkdirSync(build, { recursive: true });
  await run('cmake', ['-S', source, '-B', build, ...generator, ...definitions], { ...common, fix });
  const jobs = String(availableParallelism());
  await run('cmake', ['--build', build, '--parallel', jobs], { ...common, fix, append: true });
  // what was installed before goes first: no stale types, and libraries in use are not written over
  for (const file of before) rmSync(file, { force: true });
  await run('cmake', ['--install', build], { ...common, fix, append: true });
}

/** Builds what is missing or changed; returns {overlay, identity, built: package[]}, identity changing with any of it. */
export async function interfaces(context, ros) {
  const overlay = join(context.dotRos, 'overlay');
  const stampFile = join(overlay, 'oneshot-arm-stamp.json');
  const stamps = readJson(stampFile) ?? {};
  const built = packages(context.root, ros);
  for (const name of Object.keys(stamps))
    if (!built.some((p) => p.name === name)) {
      for (const file of installedFiles(join(context.dotRos, 'build', name), overlay))
        rmSync(file, { force: true });
      delete stamps[name];
    }
  let below = `${ros.distro} ${ros.prefix} ${ros.python}`;
  if (ros.source === 'wheels') below += ` ${digest([readFileSync(lean)])}`;
  const work = built.map((one) => {
    const files = filesBelow(one.source);
    const inputs = digest([
      below,
      ...files.map((f) => f.slice(one.source.length)),
      ...files.map((f) => readFileSync(f)),
    ]);
    const wanted = { inputs, below };
    below += ` ${inputs}`;
    return { one, wanted };
  });
  // side by side: none needs another, and much of each is one process at a time
  await Promise.all(
    work.map(async ({ one, wanted }) => {
      if (stamps[one.name]?.inputs === wanted.inputs && present(one, overlay)) return;
      const fresh = stamps[one.name]?.below !== wanted.below;
      await step(`interfaces ${one.name}`, () => buildPackage(one, ros, overlay, context, fresh));
      if (!present(one, overlay))
        throw new SetupError(
          `the interface package ${one.name} built, but not all of its interfaces are in ${overlay}`,
          `rm -rf ${context.dotRos}/build ${overlay} && node scripts/setup.mjs`,
        );
      stamps[one.name] = wanted;
      writeJson(stampFile, stamps);
    }),
  );
  return { overlay, built, identity: digest([below]) };
}
