import type { GrayImage } from './gray_image.js';

// local names: looked up once, not in every pixel's loop
const { max, min } = Math;

/** Connected regions of pixels over a threshold. */
export interface Components {
  /** Region of each pixel, -1 where none. */
  labels: Int32Array;
  /** Pixels of each region. */
  areas: number[];
}

/** Labels 8-connected regions of pixels > threshold, by flood fill. */
export function components({ width, height, pixels }: GrayImage, threshold: number): Components {
  const labels = new Int32Array(pixels.length).fill(-1);
  const areas: number[] = [];
  const stack: number[] = [];
  for (let start = 0; start < pixels.length; start++) {
    if (labels[start] >= 0 || pixels[start] <= threshold) continue;
    const label = areas.length;
    areas.push(0);
    labels[start] = label;
    stack.push(start);
    while (stack.length > 0) {
      const k = stack.pop()!;
      areas[label]++;
      const x = k % width;
      const y = (k - x) / width;
      for (let ny = max(0, y - 1); ny <= min(height - 1, y + 1); ny++)
        for (let nx = max(0, x - 1); nx <= min(width - 1, x + 1); nx++) {
          const n = ny * width + nx;
          if (labels[n] < 0 && pixels[n] > threshold) {
            labels[n] = label;
            stack.push(n);
          }
        }
    }
  }
  return { labels, areas };
}
