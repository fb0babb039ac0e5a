// Products in whole numbers, for inputs of at most 8 bits on conductances that read noise blurs: input codes times
// conductances of 16 bits. Sums are exact, so neither their order nor the machine shows in them.
// Input codes lie in groups of four vectors: for each pair of rows (codes of row 2i, 2i + 1) of the first, second, third and
// fourth vector, 16 bytes; a single vector lies by itself. Matrices lie in panels of 8 columns, 32 bytes a pair of rows.

/**
 * codes = nearest(clamp(x gain, +-range) levels / range), and their squares; tells whether one is negative.
 * x: `count` lines, `xStride` floats apart; gain: `rows` floats, a multiple of 8 (gains of 0 fill it up).
 */
export function encode(
  codes: usize,
  squares: usize,
  x: usize,
  xStride: i32,
  gain: usize,
  range: f32,
  levels: f32,
  count: i32,
  rows: i32,
): bool {
  const top = f32x4.splat(range);
  const up = f32x4.splat(levels / range);
  const bytes = (<usize>rows) << 2;
  const xBytes = (<usize>xStride) << 2;
  let all = i32x4.splat(0);
  if (count == 1) {
    for (let i: usize = 0; i < bytes; i += 32, codes += 16, squares += 16) {
      const c = code(x + i, gain + i, top, up);
      all = v128.or(all, c);
      put(codes, squares, c);
    }
    return v128.any_true(v128.and(all, i16x8.splat(-32768)));
  }
  for (let n = 0; n < count; n += 4, x += 4 * xBytes) {
    // vectors that are missing in the last group have codes of 0
    const has1 = n + 1 < count;
    const has2 = n + 2 < count;
    const has3 = n + 3 < count;
    const x1 = has1 ? x + xBytes : x;
    const x2 = has2 ? x + 2 * xBytes : x;
    const x3 = has3 ? x + 3 * xBytes : x;
    const mask1 = i32x4.splat(has1 ? -1 : 0);
    const mask2 = i32x4.splat(has2 ? -1 : 0);
    const mask3 = i32x4.splat(has3 ? -1 : 0);
    for (let i: usize = 0; i < bytes; i += 32, codes += 64, squares += 64) {
      const g = gain + i;
      const c0 = code(x + i, g, top, up);
      const c1 = v128.and(mask1, code(x1 + i, g, top, up));
      const c2 = v128.and(mask2, code(x2 + i, g, top, up));
      const c3 = v128.and(mask3, code(x3 + i, g, top, up));
      all = v128.or(v128.or(all, v128.or(c0, c1)), v128.or(c2, c3));
      const t0 = v128.shuffle<i32>(c0, c1, 0, 4, 1, 5);
      const t1 = v128.shuffle<i32>(c0, c1, 2, 6, 3, 7);
      const t2 = v128.shuffle<i32>(c2, c3, 0, 4, 1, 5);
      const t3 = v128.shuffle<i32>(c2, c3, 2, 6, 3, 7);
      put(codes, squares, v128.shuffle<i32>(t0, t2, 0, 1, 4, 5));
      put(codes + 16, squares + 16, v128.shuffle<i32>(t0, t2, 2, 3, 6, 7));
      put(codes + 32, squares + 32, v128.shuffle<i32>(t1, t3, 0, 1, 4, 5));
      put(codes + 48, squares + 48, v128.shuffle<i32>(t1, t3, 2, 3, 6, 7));
    }
  }
  return v128.any_true(v128.and(all, i16x8.splat(-32768)));
}

// @ts-ignore: decorator
@inline
function code(x: usize, gain: usize, top: v128, up: v128): v128 {
  const bottom = f32x4.neg(top);
  const a = f32x4.pmin(top, f32x4.pmax(bottom, f32x4.mul(v128.load(x), v128.load(gain))));
  const b = f32x4.pmin(top, f32x4.pmax(bottom, f32x4.mul(v128.load(x, 16), v128.load(gain, 16))));
  return i16x8.narrow_i32x4_s(nearest(f32x4.mul(a, up)), nearest(f32x4.mul(b, up)));
}

/** Whole numbers nearest to floats of less than 2^22, ties to even: what the sum with 1.5 * 2^23 has in its lowest bits. */
// @ts-ignore: decorator
@inline
function nearest(v: v128): v128 {
  const shift = f32x4.splat(12582912);
  return i32x4.sub(f32x4.add(v, shift), shift);
}

// @ts-ignore: decorator
@inline
function put(codes: usize, squares: usize, c: v128): void {
  v128.store(codes, c);
  v128.store(squares, i16x8.mul(c, c));
}

/** out = max(0, sign codes) over n codes, a multiple of 8; sign is 1 or -1. */
export function rectifyCodes(out: usize, codes: usize, sign: i32, n: i32): void {
  const zero = i16x8.splat(0);
  const end = codes + ((<usize>n) << 1);
  for (; codes < end; codes += 16, out += 16) {
    const c = v128.load(codes);
    v128.store(out, i16x8.max_s(zero, sign > 0 ? c : i16x8.neg(c)));
  }
}

/**
 * out (count x 8 panels, filled up to a multiple of 4 lines) = factor scale[column] (codes times w). Sums are made in 32 bits
 * and begin at `first`: 0 for signed products, -2^31 for such as are never negative and need all 32 bits.
 */
export function multiplyCodes(
  out: usize,
  codes: usize,
  w: usize,
  scale: usize,
  factor: f32,
  count: i32,
  pairs: i32,
  first: i32,
  panels: i32,
): void {
  const outBytes = (<usize>panels) << 5;
  const panelBytes = (<usize>pairs) << 5;
  const groupBytes = (<usize>pairs) << 4;
  const f = f32x4.splat(factor);
  const begin = i32x4.splat(first);
  const back = f32x4.splat(-(<f32>first));
  for (let p = 0; p < panels; p++, w += panelBytes, scale += 32, out += 32) {
    const ka = f32x4.mul(f, v128.load(scale));
    const kb = f32x4.mul(f, v128.load(scale, 16));
    if (count == 1) {
      one(out, codes, w, ka, kb, pairs, begin, back);
      continue;
    }
    let q = codes;
    let o = out;
    for (let n = 0; n < count; n += 4, o += outBytes << 2) {
      let a0 = begin,
        b0 = begin,
        a1 = begin,
        b1 = begin,
        a2 = begin,
        b2 = begin,
        a3 = begin,
        b3 = begin;
      const end = q + groupBytes;
      for (let at = w; q < end; q += 16, at += 32) {
        const wa = v128.load(at);
        const wb = v128.load(at, 16);
        const s0 = v128.load32_splat(q);
        const s1 = v128.load32_splat(q, 4);
        const s2 = v128.load32_splat(q, 8);
        const s3 = v128.load32_splat(q, 12);
        a0 = i32x4.add(a0, i32x4.dot_i16x8_s(s0, wa));
        b0 = i32x4.add(b0, i32x4.dot_i16x8_s(s0, wb));
        a1 = i32x4.add(a1, i32x4.dot_i16x8_s(s1, wa));
        b1 = i32x4.add(b1, i32x4.dot_i16x8_s(s1, wb));
        a2 = i32x4.add(a2, i32x4.dot_i16x8_s(s2, wa));
        b2 = i32x4.add(b2, i32x4.dot_i16x8_s(s2, wb));
        a3 = i32x4.add(a3, i32x4.dot_i16x8_s(s3, wa));
        b3 = i32x4.add(b3, i32x4.dot_i16x8_s(s3, wb));
      }
      keep(o, a0, back, ka);
      keep(o + 16, b0, back, kb);
      keep(o + outBytes, a1, back, ka);
      keep(o + outBytes + 16, b1, back, kb);
      keep(o + 2 * outBytes, a2, back, ka);
      keep(o + 2 * outBytes + 16, b2, back, kb);
      keep(o + 3 * outBytes, a3, back, ka);
      keep(o + 3 * outBytes + 16, b3, back, kb);
    }
  }
}

/** One vector, eight columns, four pairs of rows at a time. */
// @ts-ignore: decorator
@inline
function one(out: usize, q: usize, at: usize, ka: v128, kb: v128, pairs: i32, begin: v128, back: v128): void {
  let a0 = begin,
    b0 = begin,
    a1 = i32x4.splat(0),
    b1 = a1;
  for (const end = q + ((<usize>pairs) << 2); q < end; q += 16, at += 128) {
    const s0 = v128.load32_splat(q);
    const s1 = v128.load32_splat(q, 4);
    const s2 = v128.load32_splat(q, 8);
    const s3 = v128.load32_splat(q, 12);
    a0 = i32x4.add(a0, i32x4.dot_i16x8_s(s0, v128.load(at)));
    b0 = i32x4.add(b0, i32x4.dot_i16x8_s(s0, v128.load(at, 16)));
    a1 = i32x4.add(a1, i32x4.dot_i16x8_s(s1, v128.load(at, 32)));
    b1 = i32x4.add(b1, i32x4.dot_i16x8_s(s1, v128.load(at, 48)));
    a0 = i32x4.add(a0, i32x4.dot_i16x8_s(s2, v128.load(at, 64)));
    b0 = i32x4.add(b0, i32x4.dot_i16x8_s(s2, v128.load(at, 80)));
    a1 = i32x4.add(a1, i32x4.dot_i16x8_s(s3, v128.load(at, 96)));
    b1 = i32x4.add(b1, i32x4.dot_i16x8_s(s3, v128.load(at, 112)));
  }
  keep(out, i32x4.add(a0, a1), back, ka);
  keep(out + 16, i32x4.add(b0, b1), back, kb);
}

/** Four sums as float32. */
// @ts-ignore: decorator
@inline
function keep(at: usize, sums: v128, back: v128, scale: v128): void {
  v128.store(at, f32x4.mul(f32x4.add(f32x4.convert_i32x4_s(sums), back), scale));
}

/** The same as multiplyCodes where all rows of w are alike: out = factor scale[column] (sum of codes). */
export function sumCodes(
  out: usize,
  codes: usize,
  scale: usize,
  factor: f32,
  count: i32,
  pairs: i32,
  panels: i32,
): void {
  const bytes = (<usize>panels) << 5;
  const ones = i16x8.splat(1);
  const groupBytes = (<usize>pairs) << (count == 1 ? 2 : 4);
  for (let n = 0; n < count; n += 4) {
    let a = i32x4.splat(0);
    for (const end = codes + groupBytes; codes < end; codes += 16)
      a = i32x4.add(a, i32x4.dot_i16x8_s(v128.load(codes), ones));
    if (count == 1) {
      a = i32x4.add(a, v128.shuffle<i32>(a, a, 2, 3, 0, 1));
      a = i32x4.add(a, v128.shuffle<i32>(a, a, 1, 0, 3, 2));
    }
    const sums = f32x4.mul(f32x4.convert_i32x4_s(a), f32x4.splat(factor));
    const s0 = v128.shuffle<i32>(sums, sums, 0, 0, 0, 0);
    const s1 = v128.shuffle<i32>(sums, sums, 1, 1, 1, 1);
    const s2 = v128.shuffle<i32>(sums, sums, 2, 2, 2, 2);
    const s3 = v128.shuffle<i32>(sums, sums, 3, 3, 3, 3);
    for (let j: usize = 0; j < bytes; j += 16) {
      const k = v128.load(scale + j);
      const o = out + j;
      v128.store(o, f32x4.mul(s0, k));
      if (count == 1) continue;
      v128.store(o + bytes, f32x4.mul(s1, k));
      v128.store(o + 2 * bytes, f32x4.mul(s2, k));
      v128.store(o + 3 * bytes, f32x4.mul(s3, k));
    }
    out += 4 * bytes;
  }
}
