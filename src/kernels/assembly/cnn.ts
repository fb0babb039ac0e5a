// Convolutional layers of the character network, one picture at a time. Pictures are height x width x channels.
// Addresses are 16-byte aligned; channels are multiples of 8 (1 at the input).

/** Patches of a 3 x 3 convolution with stride 2 and padding 1: out has ((side + 1) / 2)^2 rows of 9 * channels values. */
export function patches(picture: usize, side: i32, channels: i32, out: usize): void {
  const half = (side + 1) >> 1;
  const bytes = channels << 2;
  for (let y = 0; y < half; y++)
    for (let x = 0; x < half; x++)
      for (let a = 0; a < 3; a++) {
        const row = 2 * y - 1 + a;
        for (let b = 0; b < 3; b++) {
          const column = 2 * x - 1 + b;
          if (row < 0 || row >= side || column < 0 || column >= side) memory.fill(out, 0, bytes);
          else memory.copy(out, picture + <usize>((row * side + column) * bytes), bytes);
          out += bytes;
        }
      }
}

/**
 * out (rows x columns) = a (rows x k) * w, columns a multiple of 8;
 * w in panels of 8 columns: columns / 8 panels of k rows of 8 values.
 */
export function multiply(a: usize, rows: i32, k: i32, w: usize, columns: i32, out: usize): void {
  const rowBytes = (<usize>k) << 2;
  const outBytes = (<usize>columns) << 2;
  for (let p = 0; p < columns >> 3; p++) {
    const panel = w + <usize>p * ((<usize>k) << 5);
    let o = out + ((<usize>p) << 5);
    let at = a;
    let r = 0;
    for (; r + 4 <= rows; r += 4) {
      let s0 = f32x4.splat(0),
        s1 = s0,
        s2 = s0,
        s3 = s0,
        t0 = s0,
        t1 = s0,
        t2 = s0,
        t3 = s0;
      let a0 = at,
        a1 = a0 + rowBytes,
        a2 = a1 + rowBytes,
        a3 = a2 + rowBytes;
      for (let q = panel, end = panel + ((<usize>k) << 5); q < end; q += 32) {
        const w0 = v128.load(q);
        const w1 = v128.load(q, 16);
        const x0 = v128.load32_splat(a0);
        const x1 = v128.load32_splat(a1);
        const x2 = v128.load32_splat(a2);
        const x3 = v128.load32_splat(a3);
        s0 = f32x4.add(s0, f32x4.mul(x0, w0));
        t0 = f32x4.add(t0, f32x4.mul(x0, w1));
        s1 = f32x4.add(s1, f32x4.mul(x1, w0));
        t1 = f32x4.add(t1, f32x4.mul(x1, w1));
        s2 = f32x4.add(s2, f32x4.mul(x2, w0));
        t2 = f32x4.add(t2, f32x4.mul(x2, w1));
        s3 = f32x4.add(s3, f32x4.mul(x3, w0));
        t3 = f32x4.add(t3, f32x4.mul(x3, w1));
        a0 += 4;
        a1 += 4;
        a2 += 4;
        a3 += 4;
      }
      v128.store(o, s0);
      v128.store(o, t0, 16);
      o += outBytes;
      v128.store(o, s1);
      v128.store(o, t1, 16);
      o += outBytes;
      v128.store(o, s2);
      v128.store(o, t2, 16);
      o += outBytes;
      v128.store(o, s3);
      v128.store(o, t3, 16);
      o += outBytes;
      at += rowBytes << 2;
    }
    for (; r < rows; r++) {
      let s = f32x4.splat(0),
        t = s;
      let x = at;
      for (let q = panel, end = panel + ((<usize>k) << 5); q < end; q += 32) {
        const v = v128.load32_splat(x);
        s = f32x4.add(s, f32x4.mul(v, v128.load(q)));
        t = f32x4.add(t, f32x4.mul(v, v128.load(q, 16)));
        x += 4;
      }
      v128.store(o, s);
      v128.store(o, t, 16);
      o += outBytes;
      at += rowBytes;
    }
  }
}

/** x = max(x, 0), n values, n a multiple of 4. */
export function rectify(x: usize, n: i32): void {
  const zero = f32x4.splat(0);
  const end = x + ((<usize>n) << 2);
  for (; x < end; x += 16) v128.store(x, f32x4.max(v128.load(x), zero));
}

/** x = (x - mean) / sqrt(variance + epsilon) over n values, n a multiple of 4. */
export function normalise(x: usize, n: i32, epsilon: f32): void {
  const end = x + ((<usize>n) << 2);
  let sum = f32x4.splat(0);
  for (let p = x; p < end; p += 16) sum = f32x4.add(sum, v128.load(p));
  const mean = f32x4.splat(lanes(sum) / <f32>n);
  let squares = f32x4.splat(0);
  for (let p = x; p < end; p += 16) {
    const d = f32x4.sub(v128.load(p), mean);
    squares = f32x4.add(squares, f32x4.mul(d, d));
  }
  const inverse = f32x4.splat(<f32>1 / Mathf.sqrt(lanes(squares) / <f32>n + epsilon));
  for (let p = x; p < end; p += 16) v128.store(p, f32x4.mul(f32x4.sub(v128.load(p), mean), inverse));
}

/** out (channels) = largest value of each channel over the pixels. */
export function maxima(x: usize, pixels: i32, channels: i32, out: usize): void {
  const bytes = (<usize>channels) << 2;
  for (let c: usize = 0; c < bytes; c += 16) {
    let m = v128.load(x + c);
    for (let p = 1; p < pixels; p++) m = f32x4.max(m, v128.load(x + c + <usize>p * bytes));
    v128.store(out + c, m);
  }
}

// @ts-ignore: decorator
@inline
function lanes(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) +
    f32x4.extract_lane(v, 1) +
    (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  );
}
