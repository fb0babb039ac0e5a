import type { Random } from '../../kernels/random.js';
import { inputSide } from '../../fewshot/prepare_image.js';

// local names: looked up once, not in every pixel's loop
const { cos, exp, floor, min, pow, sin } = Math;

/** 56 x 56 values, 0 = background, 1 = ink. */
export type InkMap = Float32Array;

/** Rotations by 90 degrees, mirrored or not. */
export const orientations = 8;

/** A variation of a drawing. */
export interface Variation {
  /** 2 x 2: from output pixels to source pixels (both about the centre). */
  matrix: [number, number, number, number];
  /** Source pixels. */
  shift: [number, number];
  /** Displacements of a 4 x 4 grid over the picture, source pixels, x then y. */
  bend: Float32Array;
  /** Exponent on what is not ink: over 1 thickens lines, under 1 thins them. */
  weight: number;
}

const grid = 4;
const side = inputSide;
const sourceSide = 2 * inputSide;

/** Draws a variation: rotation 8 degrees, scale 9 %, shear 0.12, shift 0.8 pixels, elastic 0.5 pixels (standard deviations). */
export function drawVariation(random: Random, orientation: number): Variation {
  const angle = 0.14 * random.gaussian();
  const sx = exp(0.09 * random.gaussian());
  const sy = exp(0.09 * random.gaussian());
  const shear = 0.12 * random.gaussian();
  const [c, s] = [cos(angle), sin(angle)];
  // rotation * shear * scale, then the orientation's quarter turns and mirror
  let [a, b, d, e] = [c * sx, (c * shear - s) * sy, s * sx, (s * shear + c) * sy];
  if (orientation >= 4) [a, d] = [-a, -d];
  for (let k = 0; k < orientation % 4; k++) [a, b, d, e] = [-d, -e, a, b];
  const bend = new Float32Array(2 * grid * grid);
  for (let k = 0; k < bend.length; k++) bend[k] = 1.1 * random.gaussian();
  return {
    matrix: [2 * a, 2 * b, 2 * d, 2 * e],
    shift: [1.6 * random.gaussian(), 1.6 * random.gaussian()],
    bend,
    weight: exp(0.35 * random.gaussian() + 0.1),
  };
}

/** Renders a variation to 28 x 28 pixels, each the mean of four samples. */
export function renderVariation(
  source: InkMap,
  { matrix, shift, bend, weight }: Variation,
  out: Float32Array,
): void {
  const [a, b, d, e] = matrix;
  const middle = side / 2;
  for (let v = 0; v < side; v++)
    for (let u = 0; u < side; u++) {
      const gx = (u / (side - 1)) * (grid - 1);
      const gy = (v / (side - 1)) * (grid - 1);
      const gi = min(grid - 2, floor(gx));
      const gj = min(grid - 2, floor(gy));
      const fx = gx - gi;
      const fy = gy - gj;
      const at = 2 * (gj * grid + gi);
      const w00 = (1 - fx) * (1 - fy);
      const w10 = fx * (1 - fy);
      const w01 = (1 - fx) * fy;
      const w11 = fx * fy;
      const below = at + 2 * grid;
      const bx = w00 * bend[at] + w10 * bend[at + 2] + w01 * bend[below] + w11 * bend[below + 2];
      const by = w00 * bend[at + 1] + w10 * bend[at + 3] + w01 * bend[below + 1] + w11 * bend[below + 3];
      const x0 = sourceSide / 2 + shift[0] + bx - 0.5;
      const y0 = sourceSide / 2 + shift[1] + by - 0.5;
      let sum = 0;
      for (let k = 0; k < 4; k++) {
        const du = u + 0.25 + 0.5 * (k & 1) - middle;
        const dv = v + 0.25 + 0.5 * (k >> 1) - middle;
        sum += sample(source, x0 + a * du + b * dv, y0 + d * du + e * dv);
      }
      out[v * side + u] = 1 - pow(1 - min(1, sum / 4), weight);
    }
}

function sample(source: InkMap, x: number, y: number): number {
  const x0 = floor(x);
  const y0 = floor(y);
  if (x0 < 0 || y0 < 0 || x0 >= sourceSide - 1 || y0 >= sourceSide - 1) return 0;
  const fx = x - x0;
  const fy = y - y0;
  const k = y0 * sourceSide + x0;
  const top = source[k] + fx * (source[k + 1] - source[k]);
  const bottom = source[k + sourceSide] + fx * (source[k + sourceSide + 1] - source[k + sourceSide]);
  return top + fy * (bottom - top);
}
