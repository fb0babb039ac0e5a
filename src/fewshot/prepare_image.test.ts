import { Random } from '../kernels/random';
import { grayImage, shrink, type GrayImage } from './gray_image';
import { prepareImage, resizeWhole } from './prepare_image';
import { drawCharacter, randomCharacter } from './stroke_characters';

const side = 96;

/** A drawing on white paper, 96 x 96, its strokes several pixels wide. */
function drawing(seed: number): GrayImage {
  const random = new Random(seed);
  const pixels = drawCharacter(randomCharacter(random), random, undefined, side).map((ink) => 1 - ink);
  return { width: side, height: side, pixels };
}

/** Places an image somewhere on a larger sheet. */
function onSheet(
  image: GrayImage,
  width: number,
  height: number,
  left: number,
  top: number,
  scale: number,
): GrayImage {
  const out = grayImage(width, height, 1);
  for (let y = 0; y < image.height * scale; y++)
    for (let x = 0; x < image.width * scale; x++)
      out.pixels[(top + y) * width + left + x] =
        image.pixels[Math.floor(y / scale) * image.width + Math.floor(x / scale)];
  return out;
}

const change = (image: GrayImage, f: (value: number, x: number, y: number) => number): GrayImage => ({
  ...image,
  pixels: image.pixels.map((v, k) =>
    Math.min(1, Math.max(0, f(v, k % image.width, Math.floor(k / image.width)))),
  ),
});

function correlation(a: Float32Array, b: Float32Array): number {
  const mean = (v: Float32Array) => v.reduce((s, x) => s + x, 0) / v.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let k = 0; k < a.length; k++) {
    ab += (a[k] - ma) * (b[k] - mb);
    aa += (a[k] - ma) ** 2;
    bb += (b[k] - mb) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}

const seeds = [1, 2, 3, 4, 5, 6, 7, 8];

describe.each(seeds)('drawing %i', (seed) => {
  const clean = drawing(seed);
  const wanted = prepareImage(clean);

  test('ink is 1, background 0, centred, the longer side 24 of 28 pixels', () => {
    expect(wanted).toHaveLength(784);
    expect(Math.max(...wanted)).toBeGreaterThan(0.5);
    let [left, right, top, bottom] = [28, -1, 28, -1];
    wanted.forEach((v, k) => {
      if (v < 0.3) return;
      left = Math.min(left, k % 28);
      right = Math.max(right, k % 28);
      top = Math.min(top, Math.floor(k / 28));
      bottom = Math.max(bottom, Math.floor(k / 28));
    });
    expect(Math.max(right - left, bottom - top) + 1).toBeGreaterThanOrEqual(22);
    expect(Math.max(right - left, bottom - top) + 1).toBeLessThanOrEqual(25);
    expect(Math.abs((left + right) / 2 - 13.5)).toBeLessThanOrEqual(1.5);
    expect(Math.abs((top + bottom) / 2 - 13.5)).toBeLessThanOrEqual(1.5);
  });

  test('light on dark is the same as dark on light', () => {
    expect(correlation(prepareImage(change(clean, (v) => 1 - v)), wanted)).toBeGreaterThan(0.99);
  });

  test('where it lies and how large the picture is does not matter', () => {
    const sheet = onSheet(clean, 640, 480, 300, 41, 3);
    expect(correlation(prepareImage(sheet), wanted)).toBeGreaterThan(0.93);
  });

  test('uneven light, low contrast and noise of a photograph do not matter', () => {
    const random = new Random(seed, 7);
    const photo = change(
      clean,
      (v, x, y) =>
        (0.35 + 0.35 * (x / side) + 0.2 * (y / side)) * (0.55 + 0.45 * v) + 0.015 * random.gaussian(),
    );
    expect(correlation(prepareImage(photo), wanted)).toBeGreaterThan(0.93);
  });

  test('specks do not move it', () => {
    const dirty = { ...clean, pixels: clean.pixels.slice() };
    dirty.pixels[2 * side + 3] = 0;
    dirty.pixels[90 * side + 92] = 0;
    expect(correlation(prepareImage(dirty), wanted)).toBeGreaterThan(0.97);
  });
});

test('a blank sheet, with or without noise and shade, is rejected', () => {
  expect(() => prepareImage(grayImage(50, 50, 0.5))).toThrow(/stands out/);
  expect(() => prepareImage(grayImage(1, 1, 1))).toThrow(/stands out/);
  const shaded = change(grayImage(80, 60, 0.5), (v, x) => v + x / 400);
  expect(() => prepareImage(shaded)).toThrow(/stands out/);
});

test('malformed images are rejected by name', () => {
  expect(() => prepareImage({ width: 0, height: 5, pixels: new Float32Array(0) })).toThrow(/^width/);
  expect(() => prepareImage({ width: 5, height: 5, pixels: new Float32Array(24) })).toThrow(/^pixels/);
  const bad = grayImage(3, 3, 1);
  bad.pixels[4] = NaN;
  expect(() => prepareImage(bad)).toThrow(/pixels\[4\]/);
});

test('shrinking and resizing keep the mean', () => {
  const random = new Random(3);
  const image = grayImage(105, 105);
  for (let k = 0; k < image.pixels.length; k++) image.pixels[k] = random.uniform();
  const mean = (v: Float32Array) => v.reduce((s, x) => s + x, 0) / v.length;
  expect(mean(shrink(image, 3.75).pixels)).toBeCloseTo(mean(image.pixels), 3);
  expect(mean(resizeWhole(image))).toBeCloseTo(mean(image.pixels), 1);
});
