// Child processes of the set-up: quiet, logged to a file, and with their last lines shown when they fail.
import { execFile, spawn } from 'node:child_process';
import { accessSync, constants, createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { SetupError } from './report.mjs';

/** Full path of a command on PATH, or undefined. */
export function which(command, path = process.env.PATH ?? '') {
  for (const folder of path.split(delimiter)) {
    const file = join(folder, command);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // not here
    }
  }
  return undefined;
}

/** Nothing that the set-up started outlives it. */
const running = new Set();
process.once('exit', () => {
  for (const child of running) child.kill('SIGTERM');
});

/** Runs a command, output to `log`; a failure becomes a SetupError with `missing`, `fix` and what the log begins and ends with. */
export async function run(command, args, { cwd, env = process.env, log, missing, fix, append = false }) {
  mkdirSync(dirname(log), { recursive: true });
  const out = createWriteStream(log, { flags: append ? 'a' : 'w' });
  await new Promise((resolve) => out.once('open', resolve));
  const status = await new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', out, out] });
    child.once('error', (error) => resolve(error.message));
    running.add(child);
    child.once('close', (code, signal) => {
      running.delete(child);
      resolve(code ?? signal);
    });
  });
  out.close();
  if (status === 0) return;
  const all = readFileSync(log, 'utf8').trimEnd().split('\n');
  const lines = (all.length > 18 ? [...all.slice(0, 5), '...', ...all.slice(-12)] : all).join('\n');
  throw new SetupError(missing, fix, `${command} ended with ${status}; all of its output: ${log}\n${lines}`);
}

/** Standard output of a command, or undefined where it fails. */
export function output(command, args, options = {}) {
  return new Promise((resolve) =>
    execFile(command, args, { maxBuffer: 1 << 26, timeout: 60000, ...options }, (error, stdout) =>
      resolve(error ? undefined : stdout),
    ),
  );
}
