import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** The ROS 2 installation that set-up found or made, as .ros/environment.json has it. */
export interface RosEnvironment {
  /** Folder of this package when it was set up. */
  root: string;
  ros: {
    /** "sourced", "/opt/ros", "wheels" or "ONESHOT_ARM_ROS". */
    source: string;
    distro: string;
    prefix: string;
    /** Interpreter that runs rclpy of this installation. */
    python: string;
  };
  /** Variables to set. */
  set: Record<string, string>;
  /** Variables that are lists of folders: what goes first. */
  prepend: Record<string, string[]>;
}

/** Folder of this package: the nearest one above that has its package.json (src/ and dist/ alike). */
export function packageRoot(from = __dirname): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json')) && existsSync(join(folder, 'bin', 'oneshot-arm')))
      return folder;
    if (folder === dirname(folder)) throw new Error(`no oneshot-arm package above ${from}`);
  }
}

/** A module as it was built, for a thread: `path` is that of its source in src/, with .js. */
export function builtModule(path: string): string {
  return join(packageRoot(), 'dist/src', path);
}

/** What set-up wrote down, or undefined where it did not run yet. */
export function rosEnvironment(root = packageRoot()): RosEnvironment | undefined {
  const file = join(root, '.ros', 'environment.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as RosEnvironment) : undefined;
}

/**
 * Environment for a child process that uses ROS 2 (a node of ours, or an rclpy program run by "python3"): `base` with the
 * installation's folders first and nothing twice. `base` itself where set-up did not run.
 */
export function withRosEnvironment(
  base: NodeJS.ProcessEnv = process.env,
  root = packageRoot(),
): NodeJS.ProcessEnv {
  const found = rosEnvironment(root);
  if (!found) return base;
  const env: NodeJS.ProcessEnv = { ...base, ...found.set };
  for (const [name, folders] of Object.entries(found.prepend)) {
    const rest = (base[name] ?? '').split(delimiter).filter((f) => f && !folders.includes(f));
    env[name] = [...folders, ...rest].join(delimiter);
  }
  return env;
}
