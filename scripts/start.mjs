#!/usr/bin/env node
// npm start: sets up what is missing, then `oneshot-arm demo` with the arguments given. Signals go to the demo.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail, setUp } from './setup.mjs';

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
  // Ctrl-C reaches the demo by itself (same terminal); a signal sent to this process alone is passed on
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => demo.kill(signal));
  demo.once('error', fail);
  demo.once('exit', (code, signal) => process.exit(signal ? 1 : code));
} catch (error) {
  fail(error);
}
