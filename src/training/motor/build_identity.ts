import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { builtModule } from '../../files/ros_environment.js';

/** Compiled modules that work begins at: what they load, however far down, decides what a job or a gradient comes to. */
const entries = ['cli/engine/worker.js', 'cli/jobs/job_thread.js', 'training/motor/pool_thread.js'];

/** Compiled code, whether this runs compiled or from source. */
const compiled = builtModule('');

/** Checksum of the compiled code that computes, and Node's major version: what machines that share a run must agree on. */
export function buildIdentity(root = compiled): { build: string; node: number } {
  const hash = createHash('sha256');
  for (const file of computingCode(root))
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(root, file)))
      .update('\0');
  return { build: hash.digest('hex'), node: Number(process.versions.node.split('.')[0]) };
}

/** All modules below `root` that the entries load, by following their imports; sorted. */
export function computingCode(root = compiled): string[] {
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const [, name] of readFileSync(path, 'utf8').matchAll(/\b(?:require|import)\(["'](\.[^"']+)["']\)/g))
      if (name.endsWith('.js')) visit(join(dirname(path), name));
  };
  for (const entry of entries) visit(join(root, entry));
  return [...seen].map((path) => relative(root, path)).sort();
}
