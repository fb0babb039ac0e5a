#!/usr/bin/env node
// Installs what runs under PREFIX: share/oneshot_arm has the built code, its data, the npm packages that it loads and how this
// machine's ROS 2 is found; lib/oneshot_arm an executable a node; beside them the interfaces that set-up built. Nothing of it
// needs the checkout, and the prefix may be moved.
//   node scripts/install_tree.mjs PREFIX
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const prefix = resolve(process.argv[2] ?? '');
if (!process.argv[2] || prefix === root) {
  console.error('install_tree: name a prefix to install to');
  process.exit(2);
}
const to = join(prefix, 'share/oneshot_arm');

/** Only needed to build; three and urdf-loader lie in the page's bundle. */
const forBuilding = [
  'assemblyscript',
  'esbuild',
  'node-gyp',
  'node-addon-api',
  'three',
  'uplot',
  'urdf-loader',
];
const data = [
  'bin',
  'config',
  'examples',
  'launch',
  'msgs',
  'scripts/overlay',
  'urdf',
  'package.json',
  'LICENSE',
];
const built = ['dist/src', 'dist/sim'];

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** Folders of the packages that a package loads, found as node finds them. */
function packages(folder, seen = new Set()) {
  const { dependencies = {}, optionalDependencies = {} } = readJson(join(folder, 'package.json'));
  const names = folder === root ? dependencies : { ...dependencies, ...optionalDependencies };
  for (const name of Object.keys(names)) {
    if (forBuilding.includes(name)) continue;
    let at = folder;
    while (!existsSync(join(at, 'node_modules', name, 'package.json')) && at.startsWith(root) && at !== root)
      at = dirname(at);
    const found = join(at, 'node_modules', name);
    if (!existsSync(found) || seen.has(found)) continue;
    seen.add(found);
    packages(found, seen);
  }
  return seen;
}

const unwanted = /^(prebuilds|src|build\/Release\/(obj\.target|\.deps))(\/|$)/;
function copyPackage(folder) {
  const native = basename(folder) === 'rclnodejs';
  cpSync(folder, join(to, relative(root, folder)), {
    recursive: true,
    filter: (source) => {
      const inside = relative(folder, source).split(sep).join('/');
      if (inside === 'node_modules' || inside.startsWith('node_modules/')) return false;
      return !native || !unwanted.test(inside);
    },
  });
}

// others install here as well (package.xml): only what is ours is made anew
for (const path of [...data, 'dist', 'models', 'node_modules', '.ros'])
  rmSync(join(to, path), { recursive: true, force: true, maxRetries: 3 });
mkdirSync(to, { recursive: true });
for (const path of [...data, ...built])
  cpSync(join(root, path), join(to, path), {
    recursive: true,
    verbatimSymlinks: true,
    filter: (source) => !/\.map$|__pycache__/.test(source),
  });
cpSync(join(root, 'models'), join(to, 'models'), {
  recursive: true,
  filter: (source) => !source.includes(`${sep}checkpoint`),
});
for (const folder of packages(root)) copyPackage(folder);

// The ROS installation below this one; the interfaces lie in the prefix itself, two folders above.
const { ros, set, prepend } = readJson(join(root, '.ros/environment.json'));
const own = join(root, '.ros');
const below = Object.entries(prepend).map(([name, folders]) => [
  name,
  folders.filter((f) => !f.startsWith(join(own, 'overlay'))),
]);
const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
const overlay = [
  ['AMENT_PREFIX_PATH', '$_oneshot_arm_prefix'],
  ['LD_LIBRARY_PATH', '$_oneshot_arm_prefix/lib'],
  ...prepend.PYTHONPATH.filter((f) => f.startsWith(join(own, 'overlay'))).map((f) => [
    'PYTHONPATH',
    `$_oneshot_arm_prefix/${relative(join(own, 'overlay'), f)}`,
  ]),
];
const first = (name, folder) =>
  `case ":\${${name}:-}:" in *:${folder}:*) ;; *) export ${name}=${folder}"\${${name}:+:$${name}}" ;; esac`;
mkdirSync(join(to, '.ros'));
writeFileSync(
  join(to, '.ros/environment.sh'),
  [
    "# Made by scripts/install_tree.mjs. _oneshot_arm_root: the folder above this file's.",
    '_oneshot_arm_prefix=$(cd -P "$_oneshot_arm_root/../.." && pwd)',
    ...Object.entries(set).map(([name, value]) => `export ${name}=${quoted(value)}`),
    ...below.flatMap(([name, folders]) => [...folders].reverse().map((f) => first(name, quoted(f)))),
    ...overlay.map(([name, folder]) => first(name, `"${folder}"`)),
    '',
  ].join('\n'),
);
writeFileSync(
  join(to, '.ros/environment.json'),
  `${JSON.stringify({ root: to, ros, set, prepend: Object.fromEntries(below) }, null, 2)}\n`,
);

// oneshot_arm_msgs, and where the system lacks them control_msgs and tf2_msgs
cpSync(join(root, '.ros/overlay'), prefix, {
  recursive: true,
  filter: (source) => !/^(oneshot-arm-stamp\.json|local_setup\..*)$/.test(basename(source)),
});

const executables = join(prefix, 'lib/oneshot_arm');
mkdirSync(executables, { recursive: true });
for (const path of ['oneshot-arm', ...readdirSync(join(root, 'bin/nodes')).map((node) => `nodes/${node}`)]) {
  const file = join(executables, basename(path));
  rmSync(file, { force: true });
  writeFileSync(
    file,
    `#!/bin/sh\nexec "$(dirname "$(readlink -f "$0")")/../../share/oneshot_arm/bin/${path}" "$@"\n`,
    { mode: 0o755 },
  );
}
console.log(`installed under ${prefix}`);
