import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A Python with these packages, or null where none is found: $ONESHOT_ARM_ORACLES, else .cache/oracles/bin/python, as made by
 *   python3 -m venv .cache/oracles && .cache/oracles/bin/pip install mcap-ros2-support movement_primitives pytransform3d similaritymeasures pin xacro
 */
export function oraclePython(...packages: string[]): string | null {
  const python = process.env.ONESHOT_ARM_ORACLES ?? join(__dirname, '..', '.cache/oracles/bin/python');
  if (!existsSync(python)) {
    console.warn(`skipped: no Python with ${packages.join(', ')} (test/oracles.ts says how to make one)`);
    return null;
  }
  const { status } = spawnSync(python, ['-c', `import ${packages.join(', ')}`]);
  if (status !== 0) console.warn(`skipped: ${python} lacks one of ${packages.join(', ')}`);
  return status === 0 ? python : null;
}

/** What a Python script prints, as JSON; its standard input is `input` as JSON. */
export function runPython<T>(python: string, script: string, input: unknown, ...args: string[]): T {
  const { status, stdout, stderr } = spawnSync(python, ['-c', script, ...args], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as T;
}
