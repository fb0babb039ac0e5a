// The crossbar: products of input vectors with a matrix of weights, the noise of analog reads, and converters.
// Matrices are packed in panels of 8 columns (packedIndex in src/pcm/crossbar.ts); rows of vectors are padded to 8.

/** out (count x 8 panels) = x (count x rows, xStride floats apart) times w (panels of rows x 8). */
export function multiply(out: usize, x: usize, xStride: i32, w: usize, count: i32, rows: i32, panels: i32): void {
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
      let a0 = f32x4.splat(0), b0 = a0, a1 = a0, b1 = a0, a2 = a0, b2 = a0, a3 = a0, b3 = a0;
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
    let a0 = f32x4.splat(0), b0 = a0, a1 = a0, b1 = a0, a2 = a0, b2 = a0, a3 = a0, b3 = a0;
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
export function irDrop(out: usize, x: usize, xStride: i32, w: usize, count: i32, rows: i32, panels: i32, rho: f32): void {
  const r = f32x4.splat(rho);
  for (let n = 0; n < count; n++) {
    const from = x + (<usize>(n * xStride) << 2);
    for (let p = 0; p < panels; p++) {
      let at = w + <usize>p * ((<usize>rows) << 5);
      let a = f32x4.splat(0), b = a, la = a, lb = a;
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

// ---- random numbers: xoshiro128+ in four lanes -------------------------------------------------------------------------
let s0: v128 = i32x4.splat(1);
let s1: v128 = i32x4.splat(2);
let s2: v128 = i32x4.splat(3);
let s3: v128 = i32x4.splat(4);

/** Seeds the noise with 16 random 32-bit words. */
export function seed(words: usize): void {
  s0 = v128.load(words);
  s1 = v128.load(words, 16);
  s2 = v128.load(words, 32);
  s3 = v128.or(v128.load(words, 48), i32x4.splat(1));
}

// @ts-ignore: decorator
@inline
function next(): v128 {
  const r = i32x4.add(s0, s3);
  const t = i32x4.shl(s1, 9);
  s2 = v128.xor(s2, s0);
  s3 = v128.xor(s3, s1);
  s1 = v128.xor(s1, s2);
  s0 = v128.xor(s0, s3);
  s2 = v128.xor(s2, t);
  s3 = v128.or(i32x4.shl(s3, 11), i32x4.shr_u(s3, 21));
  return r;
}

/** sqrt(-2 ln u), u uniform in (0, 1]. */
// @ts-ignore: decorator
@inline
function radius(): v128 {
  const u = f32x4.mul(
    f32x4.convert_i32x4_u(i32x4.add(i32x4.shr_u(next(), 8), i32x4.splat(1))),
    f32x4.splat(<f32>(1.0 / 16777216.0)),
  );
  // u = 2^e m with m in [sqrt(1/2), sqrt(2)); ln m by its series in (m - 1) / (m + 1)
  const shifted = i32x4.sub(u, i32x4.splat(0x3f3504f3));
  const e = f32x4.convert_i32x4_s(i32x4.shr_s(shifted, 23));
  const m = i32x4.add(v128.and(shifted, i32x4.splat(0x007fffff)), i32x4.splat(0x3f3504f3));
  const one = f32x4.splat(1);
  const t = f32x4.div(f32x4.sub(m, one), f32x4.add(m, one));
  const q = f32x4.mul(t, t);
  let y = f32x4.add(f32x4.mul(q, f32x4.splat(<f32>(2.0 / 9.0))), f32x4.splat(<f32>(2.0 / 7.0)));
  y = f32x4.add(f32x4.mul(q, y), f32x4.splat(<f32>(2.0 / 5.0)));
  y = f32x4.add(f32x4.mul(q, y), f32x4.splat(<f32>(2.0 / 3.0)));
  y = f32x4.add(f32x4.mul(q, y), f32x4.splat(2));
  const ln = f32x4.add(f32x4.mul(t, y), f32x4.mul(e, f32x4.splat(0.69314718)));
  return f32x4.sqrt(f32x4.max(f32x4.splat(0), f32x4.mul(ln, f32x4.splat(-2))));
}

/** sin(2 pi a), |a| <= 1/4. */
// @ts-ignore: decorator
@inline
function sine(a: v128): v128 {
  const q = f32x4.mul(a, a);
  let y = f32x4.add(f32x4.mul(q, f32x4.splat(-15.094643)), f32x4.splat(42.058693));
  y = f32x4.add(f32x4.mul(q, y), f32x4.splat(-76.705859));
  y = f32x4.add(f32x4.mul(q, y), f32x4.splat(81.605249));
  y = f32x4.add(f32x4.mul(q, y), f32x4.splat(-41.341702));
  y = f32x4.add(f32x4.mul(q, y), f32x4.splat(6.2831853));
  return f32x4.mul(a, y);
}

/** n standard normals (a multiple of 8), Box and Muller. */
export function gaussians(out: usize, n: i32): void {
  const end = out + ((<usize>n) << 2);
  for (; out < end; out += 32) {
    const r = radius();
    const u = f32x4.mul(f32x4.convert_i32x4_s(next()), f32x4.splat(<f32>(0.5 / 2147483648.0)));
    const size = f32x4.abs(u);
    v128.store(out, f32x4.mul(r, sine(f32x4.sub(f32x4.splat(0.25), size))));
    const sign = v128.and(u, i32x4.splat(0x80000000));
    const folded = v128.or(f32x4.min(size, f32x4.sub(f32x4.splat(0.5), size)), sign);
    v128.store(out, f32x4.mul(r, sine(folded)), 16);
  }
}

/** y += factor sqrt(variance) N(0, 1) over n floats (a multiple of 8); scratch: n floats. */
export function addNoise(y: usize, variance: usize, factor: f32, n: i32, scratch: usize): void {
  gaussians(scratch, n);
  const f = f32x4.splat(factor);
  const end = y + ((<usize>n) << 2);
  for (; y < end; y += 16, variance += 16, scratch += 16)
    v128.store(
      y,
      f32x4.add(v128.load(y), f32x4.mul(f32x4.mul(f, f32x4.sqrt(v128.load(variance))), v128.load(scratch))),
    );
}

/** Output converter: y = step nearest(clamp(y, +-limit) / step), column by column; steps of 0 do not convert. */
export function convertOutputs(y: usize, step: usize, inverse: usize, limit: usize, count: i32, columns: i32): void {
  const bytes = (<usize>columns) << 2;
  for (let n = 0; n < count; n++, y += bytes)
    for (let j: usize = 0; j < bytes; j += 16) {
      const l = v128.load(limit + j);
      const x = f32x4.min(l, f32x4.max(f32x4.neg(l), v128.load(y + j)));
      v128.store(y + j, f32x4.mul(v128.load(step + j), f32x4.nearest(f32x4.mul(x, v128.load(inverse + j)))));
    }
}

/** Input converter: x = range / levels nearest(clamp(x gain, +-range) levels / range); lines of `stride` floats (a multiple of 4). */
export function convertInputs(x: usize, gain: usize, range: f32, levels: f32, count: i32, stride: i32): void {
  const bytes = (<usize>stride) << 2;
  const top = f32x4.splat(range);
  const bottom = f32x4.splat(-range);
  const up = f32x4.splat(levels / range);
  const down = f32x4.splat(range / levels);
  for (let n = 0; n < count; n++, x += bytes)
    for (let i: usize = 0; i < bytes; i += 16) {
      let v = f32x4.mul(v128.load(x + i), v128.load(gain + i));
      v = f32x4.min(top, f32x4.max(bottom, v));
      v128.store(x + i, f32x4.mul(down, f32x4.nearest(f32x4.mul(v, up))));
    }
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

/** y += a x over n floats (a multiple of 4). */
export function accumulate(y: usize, a: f32, x: usize, n: i32): void {
  const s = f32x4.splat(a);
  const end = y + ((<usize>n) << 2);
  for (; y < end; y += 16, x += 16) v128.store(y, f32x4.add(v128.load(y), f32x4.mul(s, v128.load(x))));
}
