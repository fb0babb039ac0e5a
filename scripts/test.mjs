#!/usr/bin/env node
// npm test: sets up what is missing, checks types and style, runs all tests; arguments go to jest (then without the checks).
// The last line is "N passed, N failed, N skipped". As root ONESHOT_ARM_APT=1 installs what browser and broker tests need.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setUp, fail } from './setup.mjs';
import { systemTools } from './setup/system_tools.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tool = (name, file) => join(root, 'node_modules', name, file);

/** Runs a check; true where it passed. */
function check(name, args, env) {
  const start = performance.now();
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env });
  console.error(
    `${name}: ${status === 0 ? 'clean' : 'FAILED'} (${((performance.now() - start) / 1000).toFixed(1)} s)`,
  );
  return status === 0;
}

/** Runs jest; its own summary goes to the terminal, its counts come back. */
function jest(env, args) {
  const results = join(root, '.cache', 'test-results.json');
  mkdirSync(dirname(results), { recursive: true });
  rmSync(results, { force: true });
  const workers = Math.max(1, Math.min(2, availableParallelism()));
  const { status } = spawnSync(
    process.execPath,
    [tool('jest', 'bin/jest.js'), `--maxWorkers=${workers}`, '--json', `--outputFile=${results}`, ...args],
    { cwd: root, stdio: ['ignore', 'ignore', 'inherit'], env },
  );
  try {
    const counts = JSON.parse(readFileSync(results, 'utf8'));
    return {
      passed: counts.numPassedTests,
      // a file that does not even load has no tests of its own that could fail
      failed: counts.numFailedTests + counts.numRuntimeErrorTestSuites,
      skipped: counts.numPendingTests + counts.numTodoTests,
      status,
    };
  } catch {
    return { passed: 0, failed: 1, skipped: 0, status: status || 1 };
  }
}

try {
  const args = process.argv.slice(2);
  let env = await setUp({ withTfjs: process.env.ONESHOT_ARM_TFJS === '1' && 'optional' });
  await systemTools(join(root, '.ros', 'logs'));
  if (process.env.CI) env = { ...env, NO_COLOR: '1', FORCE_COLOR: '0' };
  let clean = true;
  if (args.length === 0) {
    const cache = ['--cache', '--cache-location', join(root, '.cache', 'eslint')];
    const types = (project) =>
      check(`types of ${project}`, [tool('typescript', 'bin/tsc'), '-p', project], env);
    clean = [types('tsconfig.json'), types('sim/viewer/page')].every(Boolean);
    clean = check('eslint', [tool('eslint', 'bin/eslint.js'), ...cache, '.'], env) && clean;
  }
  const { passed, failed, skipped, status } = jest(env, args);
  const wrong = failed + (clean ? 0 : 1);
  console.log(`${passed} passed, ${wrong} failed, ${skipped} skipped`);
  process.exit(wrong > 0 || status !== 0 || passed === 0 ? 1 : 0);
} catch (error) {
  fail(error);
}
