import { reject } from '../input_error.js';
import { grayImage, requireGrayImage, shrink, type GrayImage } from './gray_image.js';
import { components } from './components.js';

// local names: looked up once, not in every pixel's loop
const { abs, ceil, floor, max, min, round, sqrt } = Math;

/** Side of the network's input, pixels. */
export const inputSide = 28;
/** Part of the side that the character's longer extent takes: 24 of 28 pixels. */
export const inkExtent = 24 / 28;

/**
 * Factor by which the shorter extent is stretched, so that flat and narrow characters use more of the picture's pixels:
 * the aspect ratio becomes its square root, at most 1.8 times wider (aspect ratio adaptive normalisation, Liu et al. 2003).
 */
export function stretch(longer: number, shorter: number): number {
  return min(1.8, sqrt(longer / max(shorter, 1e-6)));
}

const workSide = 192;
const smallestContrast = 0.04;

/**
 * From any picture of one character to the network's input: an ink map (side x side, 0 = background, 1 = ink).
 * 1. Pictures over 192 pixels are area-averaged down to that.
 * 2. Background: mean of the surroundings (window: half the picture) without ink, so that uneven light drops out.
 * 3. Polarity: ink is the side (darker or lighter than the background) with the heavier tail.
 * 4. Ink: difference to the background over a threshold between the two populations (Otsu) and above four standard
 *    deviations of the noise; scaled so that full strokes are 1.
 * 5. Specks under 2 % of the ink are removed; the bounding box is centred, its longer side made 24 of 28 pixels, and
 *    its shorter side stretched (see stretch).
 * 6. Resampled with antialiasing.
 * @throws InputError ("blank") when nothing stands out from the background.
 */
export function prepareImage(image: GrayImage, side = inputSide): Float32Array {
  requireGrayImage(image);
  const factor = max(image.width, image.height) / workSide;
  const small = factor > 1 ? shrink(image, factor) : image;
  const ink = inkMap(small);
  const box = keepCharacter(ink);
  return frame(ink, box, side);
}

/** The whole picture, resized with antialiasing, without search for a character: what the paper's release does. */
export function resizeWhole(image: GrayImage, side = inputSide): Float32Array {
  requireGrayImage(image);
  const step = max(image.width, image.height) / side;
  return resample(image, image.width / 2, image.height / 2, step, step, side);
}

/** Pixels as difference to their background, 0..1, ink = 1. */
function inkMap({ width, height, pixels }: GrayImage): GrayImage {
  const radius = max(2, round(max(width, height) / 4));
  const weights = new Float32Array(pixels.length).fill(1);
  const difference = new Float32Array(pixels.length);
  let sign = 1;
  let threshold = 0;
  for (let pass = 0; pass < 3; pass++) {
    const background = weightedMean(pixels, weights, width, height, radius);
    if (pass === 0) {
      let third = 0;
      for (let k = 0; k < pixels.length; k++) third += (background[k] - pixels[k]) ** 3;
      sign = third >= 0 ? 1 : -1;
    }
    for (let k = 0; k < pixels.length; k++) difference[k] = sign * (background[k] - pixels[k]);
    threshold = inkThreshold(difference, weights, pass > 0); // at first ink is still in the background
    for (let k = 0; k < pixels.length; k++) weights[k] = difference[k] > 0.6 * threshold ? 0 : 1;
  }
  let sum = 0;
  let count = 0;
  for (const d of difference)
    if (d > threshold) {
      sum += d;
      count++;
    }
  if (count === 0)
    reject('blank', 'image', 'a character that stands out from its background', 'a uniform picture');
  const full = 0.95 * (sum / count);
  const low = 0.35 * threshold;
  const ink = grayImage(width, height);
  for (let k = 0; k < pixels.length; k++)
    ink.pixels[k] = min(1, max(0, (difference[k] - low) / (full - low)));
  return ink;
}

/** Mean over a square window, pixels weighted by 0 or 1; where a window holds no weight, the mean of all. */
function weightedMean(
  pixels: Float32Array,
  weights: Float32Array,
  width: number,
  height: number,
  radius: number,
): Float32Array {
  const stride = width + 1;
  const sums = new Float64Array(stride * (height + 1));
  const counts = new Int32Array(stride * (height + 1));
  for (let y = 0, k = 0; y < height; y++)
    for (let x = 0, s = 0, c = 0, at = (y + 1) * stride + 1; x < width; x++, k++, at++) {
      s += weights[k] * pixels[k];
      c += weights[k];
      sums[at] = sums[at - stride] + s;
      counts[at] = counts[at - stride] + c;
    }
  const all = counts[counts.length - 1] > 0 ? sums[sums.length - 1] / counts[counts.length - 1] : 0.5;
  const out = new Float32Array(width * height);
  for (let y = 0, k = 0; y < height; y++) {
    const top = max(0, y - radius) * stride;
    const bottom = min(height, y + radius + 1) * stride;
    for (let x = 0; x < width; x++, k++) {
      const left = max(0, x - radius);
      const right = min(width, x + radius + 1);
      const count = counts[bottom + right] - counts[top + right] - counts[bottom + left] + counts[top + left];
      const sum = sums[bottom + right] - sums[top + right] - sums[bottom + left] + sums[top + left];
      out[k] = count > 0 ? sum / count : all;
    }
  }
  return out;
}

/**
 * What separates ink from background: three quarters of Otsu's threshold of the positive differences, at least four
 * standard deviations of the noise of what was taken for background (from the median magnitude), and at least the smallest contrast.
 */
function inkThreshold(difference: Float32Array, background: Float32Array, noisy: boolean): number {
  const bins = 256;
  const positive = new Int32Array(bins);
  const magnitude = new Int32Array(bins);
  let top = 1e-6;
  for (const d of difference) top = max(top, abs(d));
  const scale = (bins - 1e-3) / top;
  let counted = 0;
  for (let k = 0; k < difference.length; k++) {
    const d = difference[k];
    positive[d > 0 ? (d * scale) | 0 : 0]++;
    magnitude[(abs(d) * scale) | 0] += background[k];
    counted += background[k];
  }
  let median = 0;
  for (let below = magnitude[0]; 2 * below < counted; below += magnitude[++median]);
  const noise = median === 0 ? 0 : (median + 0.5) / scale / 0.6745;
  let total = 0;
  for (let b = 0; b < bins; b++) total += b * positive[b];
  let best = -1;
  let at = 0;
  let count = 0;
  let sum = 0;
  for (let b = 0; b < bins - 1; b++) {
    count += positive[b];
    sum += b * positive[b];
    const rest = difference.length - count;
    if (count === 0 || rest === 0) continue;
    const between = count * rest * (sum / count - (total - sum) / rest) ** 2;
    if (between > best * (1 + 1e-12)) {
      best = between;
      at = b;
    }
  }
  return max((0.75 * (at + 1)) / scale, noisy ? 4 * noise : 0, smallestContrast);
}

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Removes specks from the ink, and gives the bounding box (pixels, right and bottom exclusive) of what is left. */
function keepCharacter(ink: GrayImage): Box {
  const { labels, areas } = components(ink, 0.5);
  const total = areas.reduce((a, b) => a + b, 0);
  const smallest = max(areas.length > 1 ? 2 : 1, 0.02 * total);
  const { width } = ink;
  const box = { left: Infinity, top: Infinity, right: -1, bottom: -1 };
  for (let k = 0; k < labels.length; k++) {
    if (labels[k] < 0) continue;
    if (areas[labels[k]] < smallest) {
      ink.pixels[k] = 0;
      continue;
    }
    const x = k % width;
    const y = (k - x) / width;
    box.left = min(box.left, x);
    box.right = max(box.right, x + 1);
    box.top = min(box.top, y);
    box.bottom = max(box.bottom, y + 1);
  }
  if (box.right < 0)
    reject('blank', 'image', 'a character that stands out from its background', 'specks only');
  return box;
}

function frame(ink: GrayImage, box: Box, side: number): Float32Array {
  const width = box.right - box.left;
  const height = box.bottom - box.top;
  const step = max(width, height) / (inkExtent * side);
  const factor = stretch(max(width, height), min(width, height));
  const stepX = width < height ? step / factor : step;
  const stepY = height < width ? step / factor : step;
  return resample(ink, (box.left + box.right) / 2, (box.top + box.bottom) / 2, stepX, stepY, side);
}

/** side x side samples around a centre, stepX and stepY source pixels apart, each the mean over its area; 0 outside. */
function resample(
  image: GrayImage,
  centreX: number,
  centreY: number,
  stepX: number,
  stepY: number,
  side: number,
): Float32Array {
  const { width, height, pixels } = image;
  const n = max(2, ceil(max(stepX, stepY)));
  const out = new Float32Array(side * side);
  const at = (x: number, y: number) =>
    x < 0 || y < 0 || x >= width || y >= height ? 0 : pixels[y * width + x];
  for (let v = 0; v < side; v++)
    for (let u = 0; u < side; u++) {
      let sum = 0;
      for (let b = 0; b < n; b++)
        for (let a = 0; a < n; a++) {
          const x = centreX + (u + (a + 0.5) / n - side / 2) * stepX - 0.5;
          const y = centreY + (v + (b + 0.5) / n - side / 2) * stepY - 0.5;
          const x0 = floor(x);
          const y0 = floor(y);
          const fx = x - x0;
          const fy = y - y0;
          sum +=
            (1 - fy) * ((1 - fx) * at(x0, y0) + fx * at(x0 + 1, y0)) +
            fy * ((1 - fx) * at(x0, y0 + 1) + fx * at(x0 + 1, y0 + 1));
        }
      out[v * side + u] = sum / (n * n);
    }
  return out;
}
