import { extname } from 'node:path';
import { writeAtomic } from '../files/json_file.js';
import { reject } from '../input_error.js';

/** Fails early for a plot file that cannot be written. @throws InputError for an ending other than .svg and .png. */
export function checkPlotFile(path: string | undefined): void {
  if (path !== undefined && !['.svg', '.png'].includes(extname(path).toLowerCase()))
    reject('unknown-format', '--plot', 'a file that ends in .svg or .png', path);
}

/** Writes a plot in the format that its name asks for: SVG, or PNG at twice the resolution. */
export async function writePlot(path: string, svg: string): Promise<void> {
  checkPlotFile(path);
  if (extname(path).toLowerCase() === '.svg') return writeAtomic(path, svg);
  const { default: sharp } = await import('sharp');
  writeAtomic(path, await sharp(Buffer.from(svg), { density: 144 }).png().toBuffer());
}
