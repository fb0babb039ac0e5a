import sharp from 'sharp';
import { InputError } from '../input_error.js';
import { grayImage, largestSide, type GrayImage } from '../fewshot/gray_image.js';
import { readBytes } from './json_file.js';

const fileLimitBytes = 64 * 2 ** 20;

/**
 * Decodes a PNG or JPEG to luminance (transparent = white).
 * @throws InputError when it is neither, is damaged, or is over 8192 pixels on a side.
 */
export async function decodeImage(bytes: Uint8Array, source: string): Promise<GrayImage> {
  try {
    const input = sharp(bytes, { failOn: 'error', limitInputPixels: largestSide * largestSide });
    const { format, width, height } = await input.metadata();
    if ((format !== 'png' && format !== 'jpeg') || !width || !height)
      throw new Error(`an image of format ${format ?? 'unknown'}`);
    if (Math.max(width, height) > largestSide) throw new Error(`${width} x ${height} pixels`);
    const { data, info } = await input
      .flatten({ background: 'white' })
      .toColourspace('b-w')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const image = grayImage(info.width, info.height);
    for (let k = 0; k < image.pixels.length; k++) image.pixels[k] = data[k * info.channels] / 255;
    return image;
  } catch (error) {
    const received = (error instanceof Error ? error.message : String(error)).split('\n')[0];
    throw new InputError(
      {
        code: 'bad-image',
        field: 'image',
        expected: `a PNG or JPEG of at most ${largestSide} x ${largestSide} pixels`,
        received,
      },
      source,
    );
  }
}

/** Reads a PNG or JPEG file. @throws InputError naming the file. */
export async function readImage(path: string): Promise<GrayImage> {
  return decodeImage(readBytes(path, fileLimitBytes), path);
}
