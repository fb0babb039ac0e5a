import { readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import type { ServerMessage } from '../../../sim/viewer/protocol.js';
import { csvToData } from '../../arm/target/csv.js';
import { packageRoot } from '../../files/models.js';

/** Motions to try on the package's own arm, in examples/. */
export const exampleFiles = ['reach.json', 'wave.csv', 'loop_path.json', 'ramp.json'];

type Examples = Extract<ServerMessage, { type: 'examples' }>['examples'];

/** Motions that a page can choose from, as their files hold them. @param file of an arm with one of its own, in the package. */
export function readExamples(file = ''): Examples {
  const paths = file ? [file] : exampleFiles.map((name) => join('examples', name));
  return paths.map((path) => {
    const text = readFileSync(join(packageRoot(), path), 'utf8');
    const data: unknown = path.endsWith('.csv') ? csvToData(text) : JSON.parse(text);
    const { comment: _comment, name: _name, ...target } = data as Record<string, unknown>;
    return { name: basename(path, extname(path)), target };
  });
}
