import { inputSide } from './prepare_image.js';

/** Orientations of a picture: four quarter turns, mirrored or not. */
export const mostViews = 8;

/** Quarter turns of a view. */
const turns = [0, 2, 1, 3];

/** A picture (28 x 28, row major) as view 0 .. 7 sees it: turned by 0, 180, 90, 270 degrees; from view 4 on its mirror image so turned. */
export function lookAt(picture: Float32Array, view: number, out: Float32Array): void {
  const last = inputSide - 1;
  const quarters = turns[view % 4];
  for (let y = 0, k = 0; y <= last; y++)
    for (let x = 0; x <= last; x++, k++) {
      let [a, b] = quarters % 2 === 1 ? [last - y, x] : [x, y];
      if (quarters >= 2) [a, b] = [last - a, last - b];
      if (view >= 4) a = last - a;
      out[k] = picture[b * inputSide + a];
    }
}
