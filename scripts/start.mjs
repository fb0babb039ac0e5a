#!/usr/bin/env node
// npm start: sets up what is missing, then `oneshot-arm demo` with the arguments given. Signals go to the demo.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail, setUp } from './setup.mjs';

/**
 * Ids of the processes above this one up to npm, which starts scripts through a shell. When one of them is gone without
 * having passed its signal on (KILL), nobody is left to end us.
 */
function above() {
  const ids = [process.ppid];
  try {
    const stat = readFileSync(`/proc/${process.ppid}/stat`, 'utf8');
    const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (process.env.npm_lifecycle_event && /\((sh|dash|bash)\)/.test(stat)) ids.push(Number(parent));
  } catch {
    // no /proc, or the parent is gone
  }
  return ids.join();
}
const first = above();
let end = () => process.exit(1);
setInterval(() => {
  if (above() !== first) end();
}, 250).unref();

const root = dirname(dirname(fileURLToPath(import.meta.url)));
try {
  const env = await setUp();
  // the demo ends, too, when this process is killed without a word
  env.ONESHOT_ARM_EXIT_WITH_PARENT = String(process.pid);
  const demo = spawn(
    process.execPath,
    [join(root, 'dist/src/cli/main.js'), 'demo', ...process.argv.slice(2)],
    {
      stdio: 'inherit',
      env,
    },
  );
  end = () => demo.kill('SIGTERM');
  // Ctrl-C reaches the demo by itself (same terminal); a signal sent to this process alone is passed on
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => demo.kill(signal));
  demo.once('error', fail);
  demo.once('exit', (code, signal) => process.exit(signal ? 1 : code));
} catch (error) {
  fail(error);
}
