import { readdirSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { unzipSync } from 'fflate';
import { InputError } from '../input_error.js';
import type { GrayImage } from '../fewshot/gray_image.js';
import { decodeImage } from './images.js';
import { readBytes } from './json_file.js';

const zipLimitBytes = 512 * 2 ** 20;

/** One character and its drawings, one a person. */
export interface OmniglotCharacter {
  name: string;
  drawings: GrayImage[];
}

/** One alphabet of the data set. */
export interface OmniglotAlphabet {
  name: string;
  characters: OmniglotCharacter[];
}

/**
 * Reads Omniglot (Lake, Salakhutdinov, Tenenbaum 2015; MIT licence; github.com/brendenlake/omniglot, folder python).
 * @param path an official zip file (images_background.zip, images_background_small1.zip, ...), a folder of such zip files,
 * or an unpacked folder: ALPHABET/characterNN/DRAWING.png at any depth. An alphabet found twice is read once.
 * @returns alphabets, characters and drawings sorted by name. @throws InputError when nothing of the kind is there.
 */
export async function readOmniglot(path: string): Promise<OmniglotAlphabet[]> {
  const alphabets = new Map<string, Map<string, [string, Uint8Array][]>>();
  for (const group of imageFiles(path)) {
    const known = new Set(alphabets.keys());
    for (const [name, bytes] of group) {
      const match = /(?:^|\/)([^/]+)\/(character\d+)\/([^/]+\.png)$/.exec(name);
      if (!match || name.startsWith('__MACOSX') || match[3].startsWith('.')) continue;
      const [, alphabet, character, drawing] = match;
      if (known.has(alphabet)) continue;
      const characters = getOrMake(alphabets, alphabet, () => new Map<string, [string, Uint8Array][]>());
      getOrMake(characters, character, (): [string, Uint8Array][] => []).push([drawing, bytes()]);
    }
  }
  if (alphabets.size === 0)
    throw new InputError(
      {
        code: 'no-images',
        field: 'folder',
        expected: 'Omniglot: images_background*.zip, or ALPHABET/characterNN/DRAWING.png',
        received: 'nothing of the kind',
      },
      path,
    );
  const byName = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : a > b ? 1 : 0);
  const out: OmniglotAlphabet[] = [];
  for (const [name, characters] of [...alphabets].sort(byName)) {
    const list: OmniglotCharacter[] = [];
    for (const [character, drawings] of [...characters].sort(byName))
      list.push({
        name: `${name}/${character}`,
        drawings: await Promise.all(
          drawings
            .sort(byName)
            .map(([file, bytes]) => decodeImage(bytes, `${path}: ${name}/${character}/${file}`)),
        ),
      });
    out.push({ name, characters: list });
  }
  return out;
}

type ImageFile = [name: string, bytes: () => Uint8Array];

/** Groups of image files: one a zip, or the folder itself. */
function* imageFiles(path: string): Generator<ImageFile[]> {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found)
    throw new InputError(
      { code: 'no-file', field: 'path', expected: 'a folder or a zip file', received: 'nothing there' },
      path,
    );
  if (found.isFile()) {
    yield zipImages(path);
    return;
  }
  for (const zip of readdirSync(path).sort())
    if (/^images.*\.zip$/.test(zip)) yield zipImages(join(path, zip));
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter(
    (f) => f.isFile() && f.name.endsWith('.png'),
  );
  yield files.map((f) => {
    const full = join(f.parentPath, f.name);
    return [relative(path, full).split(sep).join('/'), () => readBytes(full, 2 ** 24)];
  });
}

function zipImages(path: string): ImageFile[] {
  try {
    const entries = unzipSync(readBytes(path, zipLimitBytes), { filter: (f) => f.name.endsWith('.png') });
    return Object.entries(entries).map(([name, bytes]) => [name, () => bytes]);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(
      { code: 'bad-zip', field: 'file', expected: 'a zip file', received: String((error as Error).message) },
      path,
    );
  }
}

function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
