// Digests of inputs and small JSON stamps: how a step knows that it has nothing to do.
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** Files below a path (or the path itself), sorted; none where it does not exist. */
export function filesBelow(path) {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesBelow(join(path, name)));
}

/** SHA-256 of texts and of the contents of files, in order. */
export function digest(texts, files = []) {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(String(text)).update('\0');
  for (const file of files) hash.update(file).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

export function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Writes a file in one move, so that nobody reads half of it; leaves it alone where it is the same already. */
export function writeWhole(file, text) {
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return false;
  mkdirSync(dirname(file), { recursive: true });
  const partial = `${file}.${process.pid}`;
  writeFileSync(partial, text);
  renameSync(partial, file);
  return true;
}

export const writeJson = (file, value) => writeWhole(file, `${JSON.stringify(value, null, 2)}\n`);
