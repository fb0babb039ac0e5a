/** Rows and columns of a core. */
export const coreSize = 256;
/** Devices of a unit cell: two for each sign. */
export const devicesPerCell = 4;

/** A part of a matrix that lies on one core. */
export interface Tile {
  row: number;
  column: number;
  rows: number;
  columns: number;
}

/** Cuts rows x columns into the fewest tiles that fit cores, of nearly equal size; outputs of row tiles are added digitally. */
export function tiles(rows: number, columns: number, size = coreSize): Tile[] {
  const cut = (length: number): [at: number, length: number][] => {
    const parts = Math.ceil(length / size);
    return Array.from({ length: parts }, (_, k) => {
      const at = Math.round((k * length) / parts);
      return [at, Math.round(((k + 1) * length) / parts) - at];
    });
  };
  return cut(rows).flatMap(([row, r]) =>
    cut(columns).map(([column, c]) => ({ row, column, rows: r, columns: c })),
  );
}

/** A convolution over height x width images with `channels` channels last. */
export interface Convolution {
  height: number;
  width: number;
  channels: number;
  kernel: number;
  stride: number;
  padding: number;
}

/** Height and width of a convolution's output. */
export function convolvedSize(c: Convolution): { height: number; width: number } {
  const along = (n: number): number => Math.floor((n + 2 * c.padding - c.kernel) / c.stride) + 1;
  return { height: along(c.height), width: along(c.width) };
}

/**
 * Patches of images as rows of a matrix, so that a convolution becomes a product: one row an output pixel, its kernel x
 * kernel x channels inputs in the order of a weight tensor [kernel][kernel][channels][outputs]. Padding reads 0.
 * @param images count x height x width x channels. @param patches count x output pixels x (kernel x kernel x channels).
 */
export function im2col(images: Float32Array, count: number, c: Convolution, patches: Float32Array): void {
  const out = convolvedSize(c);
  const { channels, kernel, stride, padding } = c;
  let to = 0;
  for (let n = 0; n < count; n++) {
    const base = n * c.height * c.width * channels;
    for (let y = 0; y < out.height; y++)
      for (let x = 0; x < out.width; x++)
        for (let ky = 0; ky < kernel; ky++) {
          const iy = y * stride + ky - padding;
          for (let kx = 0; kx < kernel; kx++, to += channels) {
            const ix = x * stride + kx - padding;
            if (iy < 0 || ix < 0 || iy >= c.height || ix >= c.width) patches.fill(0, to, to + channels);
            else {
              const from = base + (iy * c.width + ix) * channels;
              for (let k = 0; k < channels; k++) patches[to + k] = images[from + k];
            }
          }
        }
  }
}
