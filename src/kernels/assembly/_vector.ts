// Vector helpers on raw memory. Lengths are in floats and multiples of 16; addresses are 16-byte aligned.

/** y += x */
// @ts-ignore: decorator
@inline
export function add(y: usize, x: usize, n: i32): void {
  const end = y + ((<usize>n) << 2);
  for (; y < end; y += 64, x += 64) {
    v128.store(y, f32x4.add(v128.load(y), v128.load(x)));
    v128.store(y, f32x4.add(v128.load(y, 16), v128.load(x, 16)), 16);
    v128.store(y, f32x4.add(v128.load(y, 32), v128.load(x, 32)), 32);
    v128.store(y, f32x4.add(v128.load(y, 48), v128.load(x, 48)), 48);
  }
}

/** y += a x */
// @ts-ignore: decorator
@inline
export function axpy(y: usize, a: f32, x: usize, n: i32): void {
  const s = f32x4.splat(a);
  const end = y + ((<usize>n) << 2);
  for (; y < end; y += 64, x += 64) {
    v128.store(y, f32x4.add(v128.load(y), f32x4.mul(s, v128.load(x))));
    v128.store(y, f32x4.add(v128.load(y, 16), f32x4.mul(s, v128.load(x, 16))), 16);
    v128.store(y, f32x4.add(v128.load(y, 32), f32x4.mul(s, v128.load(x, 32))), 32);
    v128.store(y, f32x4.add(v128.load(y, 48), f32x4.mul(s, v128.load(x, 48))), 48);
  }
}

/** y = a x */
// @ts-ignore: decorator
@inline
export function scale(y: usize, a: f32, x: usize, n: i32): void {
  const s = f32x4.splat(a);
  const end = y + ((<usize>n) << 2);
  for (; y < end; y += 16, x += 16) v128.store(y, f32x4.mul(s, v128.load(x)));
}

/** Sum of the four lanes. */
// @ts-ignore: decorator
@inline
export function lanes(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) +
    f32x4.extract_lane(v, 1) +
    (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  );
}

/** x . y */
// @ts-ignore: decorator
@inline
export function dot(x: usize, y: usize, n: i32): f32 {
  const end = x + ((<usize>n) << 2);
  let a = f32x4.splat(0);
  let b = f32x4.splat(0);
  for (; x < end; x += 32, y += 32) {
    a = f32x4.add(a, f32x4.mul(v128.load(x), v128.load(y)));
    b = f32x4.add(b, f32x4.mul(v128.load(x, 16), v128.load(y, 16)));
  }
  return lanes(f32x4.add(a, b));
}

/**
 * out[k] = rows[index[k]] . y for k < count: dot products of chosen rows, four at a time so that y is loaded once for four.
 * rows: base address, `stride` floats a row; index: int32.
 */
export function dotRows(
  out: usize,
  rows: usize,
  stride: i32,
  index: usize,
  count: i32,
  y: usize,
  n: i32,
): void {
  const rowBytes = (<usize>stride) << 2;
  const bytes = (<usize>n) << 2;
  let k = 0;
  for (; k + 4 <= count; k += 4) {
    const at = index + ((<usize>k) << 2);
    let r0 = rows + <usize>load<i32>(at) * rowBytes;
    let r1 = rows + <usize>load<i32>(at, 4) * rowBytes;
    let r2 = rows + <usize>load<i32>(at, 8) * rowBytes;
    let r3 = rows + <usize>load<i32>(at, 12) * rowBytes;
    let a0 = f32x4.splat(0);
    let a1 = f32x4.splat(0);
    let a2 = f32x4.splat(0);
    let a3 = f32x4.splat(0);
    const end = y + bytes;
    for (let p = y; p < end; p += 32) {
      let v = v128.load(p);
      a0 = f32x4.add(a0, f32x4.mul(v, v128.load(r0)));
      a1 = f32x4.add(a1, f32x4.mul(v, v128.load(r1)));
      a2 = f32x4.add(a2, f32x4.mul(v, v128.load(r2)));
      a3 = f32x4.add(a3, f32x4.mul(v, v128.load(r3)));
      v = v128.load(p, 16);
      a0 = f32x4.add(a0, f32x4.mul(v, v128.load(r0, 16)));
      a1 = f32x4.add(a1, f32x4.mul(v, v128.load(r1, 16)));
      a2 = f32x4.add(a2, f32x4.mul(v, v128.load(r2, 16)));
      a3 = f32x4.add(a3, f32x4.mul(v, v128.load(r3, 16)));
      r0 += 32;
      r1 += 32;
      r2 += 32;
      r3 += 32;
    }
    const o = out + ((<usize>k) << 2);
    store<f32>(o, lanes(a0));
    store<f32>(o, lanes(a1), 4);
    store<f32>(o, lanes(a2), 8);
    store<f32>(o, lanes(a3), 12);
  }
  for (; k < count; k++) {
    const o = (<usize>k) << 2;
    store<f32>(out + o, dot(rows + <usize>load<i32>(index + o) * rowBytes, y, n));
  }
}

/** out (cols x rows) = transpose of in (rows x cols); strides in floats; both dimensions multiples of 4. */
export function transpose(
  out: usize,
  outStride: i32,
  from: usize,
  fromStride: i32,
  rows: i32,
  cols: i32,
): void {
  const fs = (<usize>fromStride) << 2;
  const os = (<usize>outStride) << 2;
  for (let i = 0; i < rows; i += 4) {
    let src = from + <usize>i * fs;
    let dst = out + ((<usize>i) << 2);
    for (let j = 0; j < cols; j += 4) {
      const r0 = v128.load(src);
      const r1 = v128.load(src + fs);
      const r2 = v128.load(src + 2 * fs);
      const r3 = v128.load(src + 3 * fs);
      const t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
      const t1 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
      const t2 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
      const t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
      v128.store(dst, v128.shuffle<f32>(t0, t2, 0, 1, 4, 5));
      v128.store(dst + os, v128.shuffle<f32>(t0, t2, 2, 3, 6, 7));
      v128.store(dst + 2 * os, v128.shuffle<f32>(t1, t3, 0, 1, 4, 5));
      v128.store(dst + 3 * os, v128.shuffle<f32>(t1, t3, 2, 3, 6, 7));
      src += 16;
      dst += os << 2;
    }
  }
}

/** Sets n floats (a multiple of 4) to zero. */
// @ts-ignore: decorator
@inline
export function clear(y: usize, n: i32): void {
  memory.fill(y, 0, (<usize>n) << 2);
}

/**
 * y += sum_k rows[index[k]] for k < count, in that order: many rows into one, four at a time, so that y is loaded and stored
 * once for four. rows: base address, rowBytes a row; index int32; n a multiple of 8.
 */
export function addRows(y: usize, rows: usize, rowBytes: usize, index: usize, count: i32, n: i32): void {
  const bytes = (<usize>n) << 2;
  const end = index + ((<usize>count) << 2);
  for (; index + 16 <= end; index += 16) {
    const r0 = rows + <usize>load<i32>(index) * rowBytes;
    const r1 = rows + <usize>load<i32>(index, 4) * rowBytes;
    const r2 = rows + <usize>load<i32>(index, 8) * rowBytes;
    const r3 = rows + <usize>load<i32>(index, 12) * rowBytes;
    for (let p: usize = 0; p < bytes; p += 32) {
      let a = f32x4.add(v128.load(y + p), v128.load(r0 + p));
      let b = f32x4.add(v128.load(y + p, 16), v128.load(r0 + p, 16));
      a = f32x4.add(a, v128.load(r1 + p));
      b = f32x4.add(b, v128.load(r1 + p, 16));
      a = f32x4.add(a, v128.load(r2 + p));
      b = f32x4.add(b, v128.load(r2 + p, 16));
      a = f32x4.add(a, v128.load(r3 + p));
      b = f32x4.add(b, v128.load(r3 + p, 16));
      v128.store(y + p, a);
      v128.store(y + p, b, 16);
    }
  }
  for (; index < end; index += 4) {
    const r = rows + <usize>load<i32>(index) * rowBytes;
    for (let p: usize = 0; p < bytes; p += 32) {
      v128.store(y + p, f32x4.add(v128.load(y + p), v128.load(r + p)));
      v128.store(y + p, f32x4.add(v128.load(y + p, 16), v128.load(r + p, 16)), 16);
    }
  }
}

/** y += sum_k value[k] rows[index[k]], value float32; else as addRows. */
export function gather(
  y: usize,
  rows: usize,
  rowBytes: usize,
  index: usize,
  value: usize,
  count: i32,
  n: i32,
): void {
  const bytes = (<usize>n) << 2;
  const end = index + ((<usize>count) << 2);
  for (; index + 16 <= end; index += 16, value += 16) {
    const r0 = rows + <usize>load<i32>(index) * rowBytes;
    const r1 = rows + <usize>load<i32>(index, 4) * rowBytes;
    const r2 = rows + <usize>load<i32>(index, 8) * rowBytes;
    const r3 = rows + <usize>load<i32>(index, 12) * rowBytes;
    const x0 = v128.load32_splat(value);
    const x1 = v128.load32_splat(value, 4);
    const x2 = v128.load32_splat(value, 8);
    const x3 = v128.load32_splat(value, 12);
    for (let p: usize = 0; p < bytes; p += 32) {
      let a = f32x4.add(v128.load(y + p), f32x4.mul(x0, v128.load(r0 + p)));
      let b = f32x4.add(v128.load(y + p, 16), f32x4.mul(x0, v128.load(r0 + p, 16)));
      a = f32x4.add(a, f32x4.mul(x1, v128.load(r1 + p)));
      b = f32x4.add(b, f32x4.mul(x1, v128.load(r1 + p, 16)));
      a = f32x4.add(a, f32x4.mul(x2, v128.load(r2 + p)));
      b = f32x4.add(b, f32x4.mul(x2, v128.load(r2 + p, 16)));
      a = f32x4.add(a, f32x4.mul(x3, v128.load(r3 + p)));
      b = f32x4.add(b, f32x4.mul(x3, v128.load(r3 + p, 16)));
      v128.store(y + p, a);
      v128.store(y + p, b, 16);
    }
  }
  for (; index < end; index += 4, value += 4) {
    const r = rows + <usize>load<i32>(index) * rowBytes;
    const x = v128.load32_splat(value);
    for (let p: usize = 0; p < bytes; p += 32) {
      v128.store(y + p, f32x4.add(v128.load(y + p), f32x4.mul(x, v128.load(r + p))));
      v128.store(y + p, f32x4.add(v128.load(y + p, 16), f32x4.mul(x, v128.load(r + p, 16))), 16);
    }
  }
}
