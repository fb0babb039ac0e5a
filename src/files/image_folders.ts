import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../input_error.js';

/** A folder of pictures; its name is the class. */
export interface ImageClass {
  name: string;
  files: string[];
}

const picture = /\.(png|jpe?g)$/i;

/** Folders inside a folder that hold pictures, by name. @throws InputError when it cannot be read. */
export function classFolders(folder: string): ImageClass[] {
  return entries(folder)
    .filter((e) => e.isDirectory())
    .map((e) => ({ name: e.name, files: looseImages(join(folder, e.name)) }))
    .filter((c) => c.files.length > 0);
}

/** PNG and JPEG files directly inside a folder, by name. @throws InputError when it cannot be read. */
export function looseImages(folder: string): string[] {
  return entries(folder)
    .filter((e) => e.isFile() && picture.test(e.name) && !e.name.startsWith('.'))
    .map((e) => join(folder, e.name));
}

function entries(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    throw new InputError(
      {
        code: 'no-folder',
        field: 'folder',
        expected: 'a folder that can be read',
        received: (error as NodeJS.ErrnoException).code ?? 'an error',
      },
      folder,
    );
  }
}
