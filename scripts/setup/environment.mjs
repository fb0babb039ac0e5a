// What a process needs in its environment to use ROS 2 and our interfaces; written where others read it:
// .ros/environment.json (src/files/ros_environment.ts) and .ros/environment.sh (bin/oneshot-arm, scripts/env.sh).
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { writeJson, writeWhole } from './files.mjs';

/** Python folder of an ament prefix, as its CMake chose it. */
export function pythonFolder(prefix) {
  for (const lib of ['lib', 'local/lib'])
    for (const version of existsSync(join(prefix, lib)) ? readdirSync(join(prefix, lib)) : [])
      for (const kind of ['site-packages', 'dist-packages'])
        if (/^python3/.test(version) && existsSync(join(prefix, lib, version, kind)))
          return join(prefix, lib, version, kind);
  return undefined;
}

/** ROS installation and overlay as one list of variables, each a list of folders that go first. */
export function environmentOf(ros, overlay) {
  const python = pythonFolder(overlay);
  return {
    set: { ROS_DISTRO: ros.distro, ROS_VERSION: '2', ROS_PYTHON_VERSION: '3' },
    prepend: {
      AMENT_PREFIX_PATH: [overlay, ...ros.prefixes],
      CMAKE_PREFIX_PATH: [overlay, ...ros.prefixes],
      LD_LIBRARY_PATH: [join(overlay, 'lib'), ...ros.libraryPaths],
      PYTHONPATH: [...(python ? [python] : []), ...ros.pythonPaths],
      PATH: ros.binPaths,
    },
  };
}

/** process.env with the environment applied. */
export function applied({ set, prepend }, base = process.env) {
  const env = { ...base, ...set };
  for (const [name, paths] of Object.entries(prepend)) {
    const rest = (base[name] ?? '').split(delimiter).filter((path) => path && !paths.includes(path));
    env[name] = [...paths, ...rest].join(delimiter);
  }
  return env;
}

const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

function shellScript({ set, prepend }, root) {
  const lines = [
    '# Made by scripts/setup.mjs.',
    `if [ -n "${'${'}_oneshot_arm_root:-}" ] && [ "$_oneshot_arm_root" != ${quoted(root)} ]; then`,
    `  echo "oneshot_arm: this folder was moved or copied from "${quoted(root)}"; run: (cd $_oneshot_arm_root && node scripts/setup.mjs)" >&2`,
    '  return 1',
    'fi',
  ];
  for (const [name, value] of Object.entries(set)) lines.push(`export ${name}=${quoted(value)}`);
  for (const [name, paths] of Object.entries(prepend))
    for (const path of [...paths].reverse())
      lines.push(
        `case ":\${${name}:-}:" in *:${quoted(path)}:*) ;; *) export ${name}=${quoted(path)}"\${${name}:+:$${name}}" ;; esac`,
      );
  return `${lines.join('\n')}\n`;
}

export function writeEnvironment({ root, dotRos }, ros, environment) {
  writeJson(join(dotRos, 'environment.json'), { root, ros, ...environment });
  const script = join(dotRos, 'environment.sh');
  writeWhole(script, shellScript(environment, root));
  // colcon chains a workspace to the prefixes below it through these names
  const ours = environment.prepend.AMENT_PREFIX_PATH.filter((prefix) => prefix.startsWith(dotRos));
  for (const prefix of ours)
    for (const shell of ['sh', 'bash', 'zsh'])
      writeWhole(join(prefix, `local_setup.${shell}`), `. ${quoted(script)}\n`);
}
