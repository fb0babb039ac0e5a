// The crossbar: products of input vectors with a matrix of weights, the noise of analog reads, and converters.
// Sums of float32 here, of whole numbers in _codes.ts.
// Matrices are packed in panels of 8 columns (packedIndex in src/pcm/crossbar.ts); rows of vectors are padded to 8.

import { normals } from './_gaussians';

export { seed } from './_gaussians';
export { encode, multiplyCodes, rectifyCodes, sumCodes } from './_codes';

/** out (count x 8 panels) = x (count x rows, xStride floats apart) times w (panels of rows x 8). */
export function multiply(
  out: usize,
  x: usize,
  xStride: i32,
  w: usize,
  count: i32,
  rows: i32,
  panels: i32,
): void {
  const xBytes = (<usize>xStride) << 2;
  const outBytes = (<usize>panels) << 5;
  const panelBytes = (<usize>rows) << 5;
  let n = 0;
  for (; n + 4 <= count; n += 4) {
    const x0 = x + <usize>n * xBytes;
    const x1 = x0 + xBytes;
    const x2 = x1 + xBytes;
    const x3 = x2 + xBytes;
    for (let p = 0; p < panels; p++) {
      let at = w + <usize>p * panelBytes;
      let a0 = f32x4.splat(0),
        b0 = a0,
        a1 = a0,
        b1 = a0,
        a2 = a0,
        b2 = a0,
        a3 = a0,
        b3 = a0;
      const end = (<usize>rows) << 2;
      for (let i: usize = 0; i < end; i += 4, at += 32) {
        const wa = v128.load(at);
        const wb = v128.load(at, 16);
        const s0 = v128.load_splat<f32>(x0 + i);
        const s1 = v128.load_splat<f32>(x1 + i);
        const s2 = v128.load_splat<f32>(x2 + i);
        const s3 = v128.load_splat<f32>(x3 + i);
        a0 = f32x4.add(a0, f32x4.mul(s0, wa));
        b0 = f32x4.add(b0, f32x4.mul(s0, wb));
        a1 = f32x4.add(a1, f32x4.mul(s1, wa));
        b1 = f32x4.add(b1, f32x4.mul(s1, wb));
        a2 = f32x4.add(a2, f32x4.mul(s2, wa));
        b2 = f32x4.add(b2, f32x4.mul(s2, wb));
        a3 = f32x4.add(a3, f32x4.mul(s3, wa));
        b3 = f32x4.add(b3, f32x4.mul(s3, wb));
      }
      let o = out + <usize>n * outBytes + ((<usize>p) << 5);
      v128.store(o, a0);
      v128.store(o, b0, 16);
      o += outBytes;
      v128.store(o, a1);
      v128.store(o, b1, 16);
      o += outBytes;
      v128.store(o, a2);
      v128.store(o, b2, 16);
      o += outBytes;
      v128.store(o, a3);
      v128.store(o, b3, 16);
    }
  }
  for (; n < count; n++) multiplyOne(out + <usize>n * outBytes, x + <usize>n * xBytes, w, rows, panels);
}

function multiplyOne(out: usize, x: usize, w: usize, rows: i32, panels: i32): void {
  const panelBytes = (<usize>rows) << 5;
  const end = x + ((<usize>rows) << 2);
  const even = x + ((<usize>(rows & ~3)) << 2);
  for (let p = 0; p < panels; p++) {
    let at = w + <usize>p * panelBytes;
    let a0 = f32x4.splat(0),
      b0 = a0,
      a1 = a0,
      b1 = a0,
      a2 = a0,
      b2 = a0,
      a3 = a0,
      b3 = a0;
    let q = x;
    for (; q < even; q += 16, at += 128) {
      const s0 = v128.load_splat<f32>(q);
      const s1 = v128.load_splat<f32>(q, 4);
      const s2 = v128.load_splat<f32>(q, 8);
      const s3 = v128.load_splat<f32>(q, 12);
      a0 = f32x4.add(a0, f32x4.mul(s0, v128.load(at)));
      b0 = f32x4.add(b0, f32x4.mul(s0, v128.load(at, 16)));
      a1 = f32x4.add(a1, f32x4.mul(s1, v128.load(at, 32)));
      b1 = f32x4.add(b1, f32x4.mul(s1, v128.load(at, 48)));
      a2 = f32x4.add(a2, f32x4.mul(s2, v128.load(at, 64)));
      b2 = f32x4.add(b2, f32x4.mul(s2, v128.load(at, 80)));
      a3 = f32x4.add(a3, f32x4.mul(s3, v128.load(at, 96)));
      b3 = f32x4.add(b3, f32x4.mul(s3, v128.load(at, 112)));
    }
    for (; q < end; q += 4, at += 32) {
      const s = v128.load_splat<f32>(q);
      a0 = f32x4.add(a0, f32x4.mul(s, v128.load(at)));
      b0 = f32x4.add(b0, f32x4.mul(s, v128.load(at, 16)));
    }
    const o = out + ((<usize>p) << 5);
    v128.store(o, f32x4.add(f32x4.add(a0, a1), f32x4.add(a2, a3)));
    v128.store(o, f32x4.add(f32x4.add(b0, b1), f32x4.add(b2, b3)), 16);
  }
}

/**
 * First-order IR drop along the bit lines: out -= rho sum_m S_m |S_m|, S_m the current of the rows from the far end to m.
 * (Row i loses rho sum_k min(i, k) I_k of its voltage; rho = segment resistance in units of 1 / G_max.)
 */
export function irDrop(
  out: usize,
  x: usize,
  xStride: i32,
  w: usize,
  count: i32,
  rows: i32,
  panels: i32,
  rho: f32,
): void {
  const r = f32x4.splat(rho);
  for (let n = 0; n < count; n++) {
    const from = x + ((<usize>(n * xStride)) << 2);
    for (let p = 0; p < panels; p++) {
      let at = w + <usize>p * ((<usize>rows) << 5);
      let a = f32x4.splat(0),
        b = a,
        la = a,
        lb = a;
      for (let i = 0; i < rows; i++, at += 32) {
        const s = v128.load_splat<f32>(from + ((<usize>i) << 2));
        a = f32x4.add(a, f32x4.mul(s, v128.load(at)));
        b = f32x4.add(b, f32x4.mul(s, v128.load(at, 16)));
        la = f32x4.add(la, f32x4.mul(a, f32x4.abs(a)));
        lb = f32x4.add(lb, f32x4.mul(b, f32x4.abs(b)));
      }
      const o = out + ((<usize>(n * panels + p)) << 5);
      v128.store(o, f32x4.sub(v128.load(o), f32x4.mul(r, la)));
      v128.store(o, f32x4.sub(v128.load(o, 16), f32x4.mul(r, lb)), 16);
    }
  }
}

/**
 * Input converter: x = range / levels nearest(clamp(x gain, +-range) levels / range) for `count` lines of `stride` floats
 * (a multiple of 8; gains of 0 fill it up), lines of `from` `fromStride` apart; tells whether one is negative.
 */
export function convertInputs(
  x: usize,
  stride: i32,
  from: usize,
  fromStride: i32,
  gain: usize,
  range: f32,
  levels: f32,
  count: i32,
): bool {
  const bytes = (<usize>stride) << 2;
  const top = f32x4.splat(range);
  const bottom = f32x4.splat(-range);
  const up = f32x4.splat(levels / range);
  const down = f32x4.splat(range / levels);
  let negative = i32x4.splat(0);
  for (let n = 0; n < count; n++, x += bytes, from += (<usize>fromStride) << 2)
    for (let i: usize = 0; i < bytes; i += 16) {
      let v = f32x4.mul(v128.load(from + i), v128.load(gain + i));
      v = f32x4.pmin(top, f32x4.pmax(bottom, v));
      v = f32x4.mul(down, f32x4.nearest(f32x4.mul(v, up)));
      negative = v128.or(negative, f32x4.lt(v, f32x4.splat(0)));
      v128.store(x + i, v);
    }
  return v128.any_true(negative);
}

/**
 * Largest |x gain| of `count` lines of `rows` values, `stride` floats apart; gains of 0 behind `rows` up to a multiple of 4.
 * Magnitudes compare as their bits do, NaN above all.
 */
export function largest(x: usize, stride: i32, gain: usize, count: i32, rows: i32): f32 {
  const magnitude = i32x4.splat(0x7fffffff);
  let m = i32x4.splat(0);
  const bytes = (<usize>rows) << 2;
  for (let n = 0; n < count; n++, x += (<usize>stride) << 2)
    for (let i: usize = 0; i < bytes; i += 16)
      m = i32x4.max_s(m, v128.and(magnitude, f32x4.mul(v128.load(x + i), v128.load(gain + i))));
  m = i32x4.max_s(m, v128.shuffle<i32>(m, m, 2, 3, 0, 1));
  return f32x4.extract_lane(i32x4.max_s(m, v128.shuffle<i32>(m, m, 1, 0, 3, 2)), 0);
}

/** out = x x over n floats (a multiple of 4). */
export function square(out: usize, x: usize, n: i32): void {
  const end = x + ((<usize>n) << 2);
  for (; x < end; x += 16, out += 16) {
    const v = v128.load(x);
    v128.store(out, f32x4.mul(v, v));
  }
}

/** out = max(0, sign x) over n floats (a multiple of 4): one polarity of the inputs. */
export function rectify(out: usize, x: usize, sign: f32, n: i32): void {
  const s = f32x4.splat(sign);
  const zero = f32x4.splat(0);
  const end = x + ((<usize>n) << 2);
  for (; x < end; x += 16, out += 16) v128.store(out, f32x4.max(zero, f32x4.mul(s, v128.load(x))));
}

/**
 * One conversion: sum = (`add`: +=) scale q, q = step nearest(clamp(v, +-limit) / step) column by column, v = y + share
 * sqrt(variance) N(0, 1). variance 0: no noise; step 0: q = v. `columns` is a multiple of 8; noise: scratch, as many.
 */
export function convertOutputs(
  sum: usize,
  scale: usize,
  y: usize,
  variance: usize,
  share: f32,
  step: usize,
  inverse: usize,
  limit: usize,
  count: i32,
  columns: i32,
  noise: usize,
  add: bool,
): void {
  const bytes = (<usize>columns) << 2;
  const share2 = f32x4.splat(share * share);
  const zero = f32x4.splat(0);
  for (let n = 0; n < count; n++) {
    if (variance) normals(noise, bytes);
    for (let j: usize = 0; j < bytes; j += 32, y += 32, sum += 32) {
      let a = v128.load(y);
      let b = v128.load(y, 16);
      if (variance) {
        a = f32x4.add(a, f32x4.mul(f32x4.sqrt(f32x4.mul(share2, v128.load(variance))), v128.load(noise + j)));
        b = f32x4.add(
          b,
          f32x4.mul(f32x4.sqrt(f32x4.mul(share2, v128.load(variance, 16))), v128.load(noise + j, 16)),
        );
        variance += 32;
      }
      if (step) {
        a = quantise(a, step + j, inverse + j, limit + j);
        b = quantise(b, step + j + 16, inverse + j + 16, limit + j + 16);
      }
      const a0 = add ? v128.load(sum) : zero;
      const b0 = add ? v128.load(sum, 16) : zero;
      v128.store(sum, f32x4.add(a0, f32x4.mul(v128.load(scale + j), a)));
      v128.store(sum, f32x4.add(b0, f32x4.mul(v128.load(scale + j, 16), b)), 16);
    }
  }
}

// @ts-ignore: decorator
@inline
function quantise(v: v128, step: usize, inverse: usize, limit: usize): v128 {
  const l = v128.load(limit);
  const x = f32x4.pmin(l, f32x4.pmax(f32x4.neg(l), v));
  return f32x4.mul(v128.load(step), f32x4.nearest(f32x4.mul(x, v128.load(inverse))));
}
