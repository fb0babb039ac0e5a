import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Rooms whose code decides what a lesson or a gradient comes to. */
const rooms = [
  ...['kernels', 'synapses', 'snn', 'pcm', 'fewshot', 'arm', 'trial', 'lesson', 'training', 'engine'],
  ...['cli/evaluate', 'cli/study', 'cli/jobs'],
];

/** Checksum of the compiled code that computes, and Node's major version: what machines that share a run must agree on. */
export function buildIdentity(): { build: string; node: number } {
  const compiled = join(__dirname, '../../../dist/src');
  const source = existsSync(join(__dirname, 'build_identity.js')) ? join(__dirname, '../..') : compiled;
  const hash = createHash('sha256');
  const add = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) add(path);
      else if (entry.name.endsWith('.js')) hash.update(entry.name).update('\0').update(readFileSync(path));
    }
  };
  for (const room of rooms) if (existsSync(join(source, room))) add(join(source, room));
  return { build: hash.digest('hex'), node: Number(process.versions.node.split('.')[0]) };
}
