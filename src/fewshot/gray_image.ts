import { reject } from '../input_error.js';

// local names: looked up once, not in every pixel's loop
const { ceil, floor, max, min, round } = Math;

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
  const width = max(1, round(image.width / factor));
  const height = max(1, round(image.height / factor));
  const columns = areaWeights(image.width, width);
  const rows = areaWeights(image.height, height);
  const out = grayImage(width, height);
  const line = new Float32Array(image.width);
  for (let y = 0, k = 0; y < height; y++) {
    line.fill(0);
    for (let t = 0; t < rows.taps; t++) {
      const weight = rows.weights[y * rows.taps + t];
      const from = (rows.first[y] + t) * image.width;
      if (weight > 0) for (let x = 0; x < image.width; x++) line[x] += weight * image.pixels[from + x];
    }
    for (let x = 0; x < width; x++, k++) {
      let sum = 0;
      for (let t = 0, w = x * columns.taps; t < columns.taps; t++, w++)
        if (columns.weights[w] > 0) sum += columns.weights[w] * line[columns.first[x] + t];
      out.pixels[k] = min(1, sum);
    }
  }
  return out;
}

/** For each of `to` cells over `from` pixels: the first pixel that it covers, and the shares of `taps` pixels from there. */
function areaWeights(from: number, to: number): { taps: number; first: Int32Array; weights: Float32Array } {
  const step = from / to;
  const taps = ceil(step) + 1;
  const first = new Int32Array(to);
  const weights = new Float32Array(to * taps);
  for (let i = 0; i < to; i++) {
    first[i] = floor(i * step);
    for (let t = 0; t < taps && first[i] + t < from; t++) {
      const at = first[i] + t;
      weights[i * taps + t] = max(0, min(at + 1, (i + 1) * step) - max(at, i * step)) / step;
    }
  }
  return { taps, first, weights };
}
