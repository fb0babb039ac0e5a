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
  const why = cause(readFileSync(log, 'utf8'));
  if (why) throw new SetupError(`${missing}: ${why[0]}`, why[1], `all of its output: ${log}`);
  const all = readFileSync(log, 'utf8').trimEnd().split('\n');
  const lines = (all.length > 18 ? [...all.slice(0, 5), '...', ...all.slice(-12)] : all).join('\n');
  throw new SetupError(missing, fix, `${command} ended with ${status}; all of its output: ${log}\n${lines}`);
}

/** What is wrong with the machine rather than with the command, as [what, what to do]; undefined where its output does not tell. */
function cause(text) {
  if (/ENOSPC|No space left on device/.test(text))
    return ['the disk is full', 'free some space (3 GB are needed), then: node scripts/setup.mjs'];
  if (/EROFS|Read-only file system/.test(text))
    return ['the file system is read-only', 'put the checkout where it can be written to'];
  if (
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|ETIMEDOUT|NewConnectionError|NameResolutionError|Temporary failure in name resolution/.test(
      text,
    )
  )
    return [
      'the package registry cannot be reached',
      'connect to a network (or set npm_config_registry, PIP_INDEX_URL or a proxy), then: node scripts/setup.mjs',
    ];
  return undefined;
}

/** Standard output of a command, or undefined where it fails. */
export function output(command, args, options = {}) {
  return new Promise((resolve) =>
    execFile(command, args, { maxBuffer: 1 << 26, timeout: 60000, ...options }, (error, stdout) =>
      resolve(error ? undefined : stdout),
    ),
  );
}
