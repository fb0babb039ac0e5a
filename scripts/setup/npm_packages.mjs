// npm dependencies exactly as package-lock.json names them.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { digest, readJson, writeJson } from './files.mjs';
import { step } from './report.mjs';
import { run, which } from './shell.mjs';
import { SetupError } from './report.mjs';

/** True where node_modules holds what the lockfile asks for (optional packages may be absent). */
function installed(root) {
  const wanted = readJson(join(root, 'package-lock.json')).packages;
  const found = readJson(join(root, 'node_modules', '.package-lock.json'))?.packages;
  if (!found) return false;
  return Object.entries(wanted).every(
    ([path, { version, optional, devOptional, peer }]) =>
      path === '' ||
      found[path]?.version === version ||
      (found[path] === undefined && (optional || devOptional || peer)),
  );
}

export async function npmPackages({ root, logs }) {
  const stampFile = join(root, 'node_modules', '.oneshot-arm-stamp.json');
  const wanted = digest([readFileSync(join(root, 'package-lock.json'))]);
  if (
    readJson(stampFile)?.lockfile === wanted &&
    existsSync(join(root, 'node_modules', 'rclnodejs', 'package.json'))
  )
    return;
  if (!installed(root)) {
    if (!which('npm'))
      throw new SetupError(
        'npm is missing (it comes with Node.js)',
        'install Node.js 20.20.2 or later with npm',
      );
    await step('npm dependencies', () =>
      run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
        cwd: root,
        log: join(logs, 'npm.log'),
        missing: 'npm could not install the dependencies',
        fix: `(cd ${root} && npm ci --ignore-scripts)  # needs the npm registry`,
      }),
    );
  }
  writeJson(stampFile, { lockfile: wanted });
}
