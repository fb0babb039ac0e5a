#!/usr/bin/env node
// npm test: sets up what is missing, checks types and style, runs all tests; arguments go to jest (then without the checks).
// The last line is "N passed, N failed, N skipped". As root ONESHOT_ARM_APT=1 installs what browser and broker tests need.
import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { clearTimeout, setTimeout } from 'node:timers';
import { fileURLToPath } from 'node:url';
import { setUp, fail } from './setup.mjs';
import { endLeftovers } from './setup/leftovers.mjs';
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

/** Longest that one run of jest may take, ms: something hangs then, and what follows would wait for it for ever. */
const longestMs = 60 * 60_000;

/**
 * Runs jest in a process group of its own; its status (1 where it had to be ended). What tests left running afterwards is told and ended:
 * a process that nobody waits for any more would hold the terminal, and whoever reads it, for ever.
 */
async function runGroup(args, env) {
  const mark = randomUUID();
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...env, ONESHOT_ARM_TEST_RUN: mark },
    detached: true,
  });
  const forward = (signal) => process.kill(-child.pid, signal);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.once(signal, forward);
  const timer = setTimeout(() => {
    console.error(`the tests have not ended after ${longestMs / 60_000} min`);
    forward('SIGKILL');
  }, longestMs);
  const [status] = await once(child, 'exit');
  clearTimeout(timer);
  for (const signal of signals) process.off(signal, forward);
  for (const { pid, command } of endLeftovers(child.pid, `ONESHOT_ARM_TEST_RUN=${mark}`))
    console.error(`left running by a test, ended: ${pid} ${command}`);
  return status ?? 1;
}

/** Runs jest; its own summary goes to the terminal, its counts come back. */
async function jest(env, args) {
  const results = join(root, '.cache', 'test-results.json');
  mkdirSync(dirname(results), { recursive: true });
  rmSync(results, { force: true });
  const workers = Math.max(1, Math.min(2, availableParallelism()));
  const status = await runGroup(
    [
      tool('jest', 'bin/jest.js'),
      '--json',
      `--outputFile=${results}`,
      // a process that a failed test left running holds a pipe of jest's, which would wait for its end
      '--forceExit',
      ...(args.includes('--runInBand') ? [] : [`--maxWorkers=${workers}`]),
      ...args,
    ],
    env,
  );
  try {
    const counts = JSON.parse(readFileSync(results, 'utf8'));
    return {
      passed: counts.numPassedTests,
      // a file that does not even load has no tests of its own that could fail
      failed: counts.numFailedTests + counts.numRuntimeErrorTestSuites,
      skipped: counts.numPendingTests + counts.numTodoTests,
      status,
      files: counts.testResults
        .filter((f) => f.status === 'failed')
        .map((f) => ({
          name: f.name,
          passed: f.assertionResults.filter((a) => a.status === 'passed').length,
          failed: Math.max(1, f.assertionResults.filter((a) => a.status === 'failed').length),
          skipped: f.assertionResults.filter((a) => ['pending', 'todo'].includes(a.status)).length,
        })),
    };
  } catch {
    return { passed: 0, failed: 1, skipped: 0, status: status || 1, files: [] };
  }
}

/** Files that need the machine to themselves: an arm in real time beside a picture drawn by the processor, and the like. */
const alone = [
  'test/cli/demo.test.ts',
  'test/sim_arm.test.ts',
  'test/viewer_drive.test.ts',
  'test/viewer_lesson.test.ts',
  'test/ros/edscorbot_driver.test.ts',
  'test/ros/held_up.test.ts',
  'test/ros/motor_learner_outputs.test.ts',
  'test/ros/show_and_teach.test.ts',
  'test/ros/terminal.test.ts',
].map((name) => name.split('/').join(sep));

/** Runs all tests: two files at a time, those that need the machine to themselves after all others. */
async function everything(env) {
  const others = await jest(env, ['--testPathIgnorePatterns', '/node_modules/', ...alone]);
  const last = await jest(env, ['--runInBand', '--runTestsByPath', ...alone]);
  return {
    passed: others.passed + last.passed,
    failed: others.failed + last.failed,
    skipped: others.skipped + last.skipped,
    status: others.status || last.status,
    files: [...others.files, ...last.files],
  };
}

/** Most files of real-time tests that get a second look. */
const mostLooks = 8;

/**
 * Runs jest (without arguments: all tests). Tests in test/ start processes that live in real time beside other tests: files of them that failed run once more,
 * alone, and what they say then counts; it is said which ones these were. Unit tests get one run.
 */
async function judged(env, args) {
  const first = await (args.length === 0 ? everything(env) : jest(env, args));
  const again = first.files.filter(({ name }) => name.startsWith(join(root, 'test') + sep));
  if (again.length === 0 || again.length > mostLooks || again.length < first.files.length) return first;
  const names = again.map(({ name }) => name.slice(root.length + 1));
  console.error(`once more, alone: ${names.join(', ')}`);
  const second = await jest(env, ['--runInBand', '--runTestsByPath', ...names]);
  const sum = (key) => again.reduce((total, file) => total + file[key], 0);
  if (second.failed === 0) console.error(`passed when run alone: ${names.join(', ')}`);
  return {
    passed: first.passed - sum('passed') + second.passed,
    failed: first.failed - sum('failed') + second.failed,
    skipped: first.skipped - sum('skipped') + second.skipped,
    status: second.status,
  };
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
  const { passed, failed, skipped, status } = await judged(env, args);
  const wrong = failed + (clean ? 0 : 1);
  console.log(`${passed} passed, ${wrong} failed, ${skipped} skipped`);
  process.exit(wrong > 0 || status !== 0 || passed === 0 ? 1 : 0);
} catch (error) {
  fail(error);
}
