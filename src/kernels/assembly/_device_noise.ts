// Errors of hardware, drawn into the trainee's crossbar while meta-training. n is a multiple of 4.

let state: v128 = i32x4.splat(1);

/** Seeds deviceNoise and roundStochastically. */
export function seedDevices(seed: i32): void {
  state = v128.xor(i32x4(0x12345678, 0x2468ace1, 0x1f2e3d4c, 0x0badcafe), i32x4.splat(seed * 0x9e3779b1));
  state = v128.or(state, i32x4.splat(1 << 20));
  for (let i = 0; i < 12; i++) draw();
}

/** xorshift32 (Marsaglia 2003) in four lanes. */
// @ts-ignore: decorator
@inline
function draw(): v128 {
  state = v128.xor(state, i32x4.shl(state, 13));
  state = v128.xor(state, i32x4.shr_u(state, 17));
  state = v128.xor(state, i32x4.shl(state, 5));
  return state;
}

/** Nearly standard normal: sum of six 16-bit uniforms (Irwin-Hall), variance 1. */
// @ts-ignore: decorator
@inline
function normal(): v128 {
  const mask = i32x4.splat(0xffff);
  const a = draw();
  let s = i32x4.add(v128.and(a, mask), i32x4.shr_u(a, 16));
  const b = draw();
  s = i32x4.add(s, i32x4.add(v128.and(b, mask), i32x4.shr_u(b, 16)));
  const c = draw();
  s = i32x4.add(s, i32x4.add(v128.and(c, mask), i32x4.shr_u(c, 16)));
  // mean 3 * 65535, variance 6 * 65536^2 / 12
  return f32x4.mul(
    f32x4.sub(f32x4.convert_i32x4_s(s), f32x4.splat(196605)),
    f32x4.splat(1.0 / (65536.0 * 0.70710678)),
  );
}

/** Uniform in [0, 1). */
// @ts-ignore: decorator
@inline
function uniform(): v128 {
  return f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(draw(), 8)), f32x4.splat(1.0 / 16777216.0));
}

/**
 * to = w + F max(0, a0 + a1 g + a2 g^2) normal, w = from kept within +-F, g = |w| / F: what devices make of a weight.
 * range: F of every entry (n of them), the weight of its largest conductance; entries with F = 0 become 0.
 */
export function deviceNoise(to: usize, from: usize, range: usize, n: i32, a0: f32, a1: f32, a2: f32): void {
  const zero = f32x4.splat(0);
  const end = (<usize>n) << 2;
  for (let at: usize = 0; at < end; at += 16) {
    const f = v128.load(range + at);
    const used = f32x4.gt(f, zero);
    const w = f32x4.max(f32x4.neg(f), f32x4.min(f, v128.load(from + at)));
    const g = f32x4.div(f32x4.abs(w), f);
    const sigma = f32x4.max(
      zero,
      f32x4.add(f32x4.splat(a0), f32x4.mul(g, f32x4.add(f32x4.splat(a1), f32x4.mul(f32x4.splat(a2), g)))),
    );
    v128.store(to + at, v128.and(used, f32x4.add(w, f32x4.mul(f32x4.mul(f, sigma), normal()))));
  }
}

/** update <- update rounded up or down to multiples of F / levels, each with the probability that keeps the mean. */
export function roundStochastically(update: usize, range: usize, n: i32, levels: f32): void {
  const zero = f32x4.splat(0);
  const inverse = f32x4.splat(1 / levels);
  const end = (<usize>n) << 2;
  for (let at: usize = 0; at < end; at += 16) {
    const f = v128.load(range + at);
    const step = f32x4.mul(f, inverse);
    const k = f32x4.floor(f32x4.add(f32x4.div(v128.load(update + at), step), uniform()));
    v128.store(update + at, v128.and(f32x4.gt(f, zero), f32x4.mul(k, step)));
  }
}
