import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { InputError, reject } from '../input_error.js';
import { readBytes, readJson, writeAtomic } from './json_file.js';
import { manifestSchema, type Manifest, type Tensor } from './manifest.js';
import { splitTensors } from './tensors.js';
import { parseWith } from './validate.js';

export { requireTensor } from './tensors.js';

const valuesLimitBytes = 512 * 2 ** 20;

/** A manifest and the tensors that it names. */
export interface WeightFile {
  manifest: Manifest;
  tensors: Map<string, Tensor>;
}

/** The manifest that a path means: the file itself, or `manifest.json` in a folder. */
export function manifestPath(path: string): string {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ? join(path, 'manifest.json') : path;
}

/** Reads a manifest without its values. @throws InputError naming the field that is wrong. */
export function readManifest(path: string): Manifest {
  const at = manifestPath(path);
  return parseWith(manifestSchema, readJson(at), at);
}

/**
 * Reads a manifest and its values, whatever the kind of network.
 * @throws InputError on a wrong checksum, length, overlap or a value that is not finite.
 */
export function readWeightFile(path: string): WeightFile {
  const manifest = readManifest(path);
  const tensors = readTensors(join(dirname(manifestPath(path)), manifest.file), manifest);
  return { manifest, tensors };
}

/**
 * Reads the values of named tensors out of a .f32 file (float32, little endian, row major; offsets in values).
 * @throws InputError on a wrong checksum, length or a value that is not finite.
 */
export function readTensors(
  path: string,
  description: Pick<Manifest, 'tensors' | 'sha256'>,
): Map<string, Tensor> {
  const bytes = readBytes(path, valuesLimitBytes);
  try {
    if (bytes.length % 4 !== 0) reject('wrong-length', 'file', 'a multiple of 4 bytes', bytes.length);
    const all = toFloats(bytes);
    const end = description.tensors.reduce((e, t) => Math.max(e, t.offset + t.length), 0);
    if (all.length !== end) reject('wrong-length', 'file', `${4 * end} bytes`, bytes.length);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (sha256 !== description.sha256)
      reject(
        'wrong-checksum',
        'sha256',
        description.sha256.slice(0, 16) + '...',
        sha256.slice(0, 16) + '...',
      );
    return splitTensors(all, description);
  } catch (error) {
    throw error instanceof InputError ? error.from(path) : error;
  }
}

/** What the caller of writeWeightFile says about the weights; the rest of the manifest follows from the values. */
export type ManifestHeader = Pick<Manifest, 'kind' | 'name' | 'config' | 'made' | 'quality'>;

/**
 * Writes PATH (the manifest) and, beside it, the values: values first, each file atomically, so that whoever finds a
 * manifest finds its values. @param fileName of the values: one of their own makes replacing safe at any moment.
 * @returns the manifest as written.
 */
export function writeWeightFile(
  path: string,
  header: ManifestHeader,
  tensors: ReadonlyMap<string, Tensor>,
  fileName: (sha256: string) => string = () => `${basename(path, '.json')}.f32`,
): Manifest {
  let offset = 0;
  const entries: Manifest['tensors'] = [];
  for (const [name, { shape, values }] of tensors) {
    entries.push({ name, shape, offset, length: values.length });
    offset += values.length;
  }
  const all = new Float32Array(offset);
  entries.forEach((e) => all.set(tensors.get(e.name)!.values, e.offset));
  const bytes = toBytes(all);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const manifest = parseWith(
    manifestSchema,
    {
      format: 'oneshot-arm weights',
      version: 1,
      ...header,
      tensors: entries,
      file: fileName(sha256),
      sha256,
    },
    path,
  );
  writeAtomic(join(dirname(path), manifest.file), bytes);
  writeAtomic(path, JSON.stringify(manifest, null, 2) + '\n');
  return manifest;
}

const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** The values of a file's bytes: a view of them where the machine's byte order and their alignment allow. */
function toFloats(bytes: Buffer): Float32Array {
  if (littleEndian && bytes.byteOffset % 4 === 0)
    return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const copy = new Uint8Array(bytes);
  if (!littleEndian) Buffer.from(copy.buffer).swap32();
  return new Float32Array(copy.buffer);
}

function toBytes(values: Float32Array): Uint8Array {
  const copy = new Uint8Array(values.slice().buffer);
  if (!littleEndian) Buffer.from(copy.buffer).swap32();
  return copy;
}
