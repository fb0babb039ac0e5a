// Standard normals by Box and Muller on xoshiro128+ (Blackman and Vigna 2018) in four lanes.

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

// Constants come from memory: an engine takes three instructions to make one.
const constants: usize = memory.data<f32>([
  0.70710678,
  1,
  -1.3862944, // sqrt(1/2), as bits and ln's argument begin; 1; -2 ln 2
  -2.0000091,
  0.99980435,
  -0.66516047,
  0.5080654,
  -0.4411187,
  0.28584135, // -2 ln(1 + t) / t, minimax
  6.2831794,
  -41.338943,
  81.395359,
  -71.474694, // sin(2 pi a) / a in a^2, minimax
  0.25,
  1.1641532e-10, // quarter turn; 2^-33
]);
const mantissa: usize = memory.data<i32>([0x007fffff, 24, 1]);

// @ts-ignore: decorator
@inline
function constant(n: usize): v128 {
  return v128.load32_splat(constants + (n << 2));
}

/** -2 ln u, u = (1 + upper 24 bits) / 2^24: the squared radius. Relative error below 1e-5. */
// @ts-ignore: decorator
@inline
function squaredRadius(bits: v128): v128 {
  const u = f32x4.convert_i32x4_s(i32x4.add(i32x4.shr_u(bits, 8), v128.load32_splat(mantissa + 8)));
  // u = 2^e (1 + t), 1 + t in [sqrt(1/2), sqrt(2))
  const from = constant(0);
  const shifted = i32x4.sub(u, from);
  const e = f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_s(shifted, 23), v128.load32_splat(mantissa + 4)));
  const t = f32x4.sub(i32x4.add(v128.and(shifted, v128.load32_splat(mantissa)), from), constant(1));
  const q = f32x4.mul(t, t);
  const a = f32x4.add(constant(3), f32x4.mul(t, constant(4)));
  const b = f32x4.add(constant(5), f32x4.mul(t, constant(6)));
  const c = f32x4.add(constant(7), f32x4.mul(t, constant(8)));
  const y = f32x4.add(a, f32x4.mul(q, f32x4.add(b, f32x4.mul(q, c))));
  return f32x4.pmax(i32x4.splat(0), f32x4.add(f32x4.mul(t, y), f32x4.mul(e, constant(2))));
}

/** Whole numbers of 32 bits as angles in half a turn, [-1/4, 1/4) turns. */
// @ts-ignore: decorator
@inline
function halfTurn(bits: v128): v128 {
  return f32x4.mul(f32x4.convert_i32x4_s(bits), constant(14));
}

/** sin(2 pi a), |a| <= 1/4. Error below 2e-6. */
// @ts-ignore: decorator
@inline
function sine(a: v128): v128 {
  const q = f32x4.mul(a, a);
  const low = f32x4.add(constant(9), f32x4.mul(q, constant(10)));
  const high = f32x4.add(constant(11), f32x4.mul(q, constant(12)));
  return f32x4.mul(a, f32x4.add(low, f32x4.mul(f32x4.mul(q, q), high)));
}

/** cos(2 pi a), |a| <= 1/4. */
// @ts-ignore: decorator
@inline
function cosine(a: v128): v128 {
  return sine(f32x4.sub(constant(13), f32x4.abs(a)));
}

/** Fills n bytes (a multiple of 32) with standard normals, eight of two random words in four lanes. */
export function normals(out: usize, n: usize): void {
  const signBit = i32x4.splat(0x80000000);
  // in locals: kept in globals, each draw would wait for the one before to come back from memory
  let a = s0;
  let b = s1;
  let c = s2;
  let d = s3;
  for (const end = out + n; out < end; out += 32) {
    const bits = i32x4.add(a, d);
    let t = v128.xor(c, a);
    let u = v128.xor(d, b);
    c = v128.xor(t, i32x4.shl(b, 9));
    b = v128.xor(b, t);
    a = v128.xor(a, u);
    d = v128.or(i32x4.shl(u, 11), i32x4.shr_u(u, 21));
    // an angle in half a turn and the sign of its cosine
    const angle = halfTurn(i32x4.add(a, d));
    t = v128.xor(c, a);
    u = v128.xor(d, b);
    c = v128.xor(t, i32x4.shl(b, 9));
    b = v128.xor(b, t);
    a = v128.xor(a, u);
    d = v128.or(i32x4.shl(u, 11), i32x4.shr_u(u, 21));
    const radius = f32x4.sqrt(squaredRadius(bits));
    const across = v128.xor(cosine(angle), v128.and(i32x4.shl(bits, 24), signBit));
    v128.store(out, f32x4.mul(radius, across));
    v128.store(out, f32x4.mul(radius, sine(angle)), 16);
  }
  s0 = a;
  s1 = b;
  s2 = c;
  s3 = d;
}
