import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The checkout. */
export const root = join(__dirname, '..', '..');
const main = join(root, 'dist', 'src', 'cli', 'main.js');

/** What a finished process left. */
export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
  /** Wall-clock time from start to end. */
  ms: number;
}

/** Runs the built oneshot-arm command in a process of its own. */
export function oneshotArm(
  args: readonly string[],
  input = '',
  env: NodeJS.ProcessEnv = {},
): Promise<Finished> {
  if (!existsSync(main)) throw new Error('not built: run node scripts/build.mjs');
  const from = performance.now();
  const child = spawn(process.execPath, [main, ...args], { cwd: root, env: { ...process.env, ...env } });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr, ms: performance.now() - from }));
  });
}

/** A folder that is removed after the tests of this file; `file` writes into it and gives the path. */
export function temporaryFolder(): {
  path: string;
  file(name: string, content: string | Uint8Array): string;
} {
  const path = mkdtempSync(join(tmpdir(), 'oneshot-arm-test-'));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return {
    path,
    file(name, content) {
      const at = join(path, name);
      writeFileSync(at, content);
      return at;
    },
  };
}
