import { reject } from '../input_error.js';

/** One channel of luminance, row major; 0 = black, 1 = white. */
export interface GrayImage {
  width: number;
  height: number;
  pixels: Float32Array;
}

/** Largest side that is accepted, pixels. */
export const largestSide = 8192;

/** An image of given size, one value everywhere. */
export function grayImage(width: number, height: number, fill = 0): GrayImage {
  return { width, height, pixels: new Float32Array(width * height).fill(fill) };
}

/** Checks size, length and range. @throws InputError naming the field (width, height, pixels). */
export function requireGrayImage(image: GrayImage): void {
  for (const side of ['width', 'height'] as const)
    if (!Number.isInteger(image[side]) || image[side] < 1 || image[side] > largestSide)
      reject('wrong-size', side, `an integer from 1 to ${largestSide}`, image[side]);
  const length = image.width * image.height;
  if (image.pixels.length !== length)
    reject('wrong-length', 'pixels', `${image.width} x ${image.height} = ${length} values`, image.pixels);
  for (let k = 0; k < length; k++)
    if (!(image.pixels[k] >= 0 && image.pixels[k] <= 1))
      reject('out-of-range', `pixels[${k}]`, 'a number from 0 to 1', image.pixels[k]);
}

/** Area-averaged copy, `factor` >= 1 source pixels a pixel along both axes; every source pixel counts once. */
export function shrink(image: GrayImage, factor: number): GrayImage {
  const width = Math.max(1, Math.round(image.width / factor));
  const height = Math.max(1, Math.round(image.height / factor));
  const rows = areaWeights(image.height, height);
  const columns = areaWeights(image.width, width);
  const wide = new Float32Array(image.height * width);
  for (let y = 0; y < image.height; y++)
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (const [k, w] of columns[x]) sum += w * image.pixels[y * image.width + k];
      wide[y * width + x] = sum;
    }
  const out = grayImage(width, height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (const [k, w] of rows[y]) sum += w * wide[k * width + x];
      out.pixels[y * width + x] = Math.min(1, Math.max(0, sum));
    }
  return out;
}

function areaWeights(from: number, to: number): [index: number, weight: number][][] {
  const step = from / to;
  return Array.from({ length: to }, (_, i) => {
    const list: [number, number][] = [];
    for (let k = Math.floor(i * step); k < Math.min(from, Math.ceil((i + 1) * step)); k++) {
      const overlap = Math.min(k + 1, (i + 1) * step) - Math.max(k, i * step);
      if (overlap > 1e-9) list.push([k, overlap / step]);
    }
    return list;
  });
}
