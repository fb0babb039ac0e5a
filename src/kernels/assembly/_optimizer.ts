// Parameter updates and noise on flat float32 vectors; n is a multiple of 16.

/** Sum of squares. */
export function sumOfSquares(x: usize, n: i32): f64 {
  let total: f64 = 0;
  const end = x + ((<usize>n) << 2);
  while (x < end) {
    const stop = x + 4096 < end ? x + 4096 : end;
    let s = f32x4.splat(0);
    for (; x < stop; x += 16) {
      const v = v128.load(x);
      s = f32x4.add(s, f32x4.mul(v, v));
    }
    total += <f64>(
      (f32x4.extract_lane(s, 0) +
        f32x4.extract_lane(s, 1) +
        f32x4.extract_lane(s, 2) +
        f32x4.extract_lane(s, 3))
    );
  }
  return total;
}

/**
 * Adam (Kingma & Ba 2015): m, v moments; rate already holds the bias correction of m, correction2 = 1 / (1 - beta2^t).
 * g is scaled by `clip` first. mean <- averageKeep mean + (1 - averageKeep) p: the averaged weights.
 */
export function adam(
  p: usize,
  g: usize,
  m: usize,
  v: usize,
  mean: usize,
  n: i32,
  clip: f32,
  rate: f32,
  beta1: f32,
  beta2: f32,
  correction2: f32,
  epsilon: f32,
  averageKeep: f32,
): void {
  const c = f32x4.splat(clip);
  const b1 = f32x4.splat(beta1);
  const c1 = f32x4.splat(1 - beta1);
  const b2 = f32x4.splat(beta2);
  const c2 = f32x4.splat(1 - beta2);
  const k2 = f32x4.splat(correction2);
  const r = f32x4.splat(rate);
  const e = f32x4.splat(epsilon);
  const keep = f32x4.splat(averageKeep);
  const fresh = f32x4.splat(1 - averageKeep);
  const end = (<usize>n) << 2;
  for (let at: usize = 0; at < end; at += 16) {
    const x = f32x4.mul(c, v128.load(g + at));
    const m1 = f32x4.add(f32x4.mul(b1, v128.load(m + at)), f32x4.mul(c1, x));
    const v1 = f32x4.add(f32x4.mul(b2, v128.load(v + at)), f32x4.mul(c2, f32x4.mul(x, x)));
    v128.store(m + at, m1);
    v128.store(v + at, v1);
    const step = f32x4.div(f32x4.mul(r, m1), f32x4.add(f32x4.sqrt(f32x4.mul(k2, v1)), e));
    const q = f32x4.sub(v128.load(p + at), step);
    v128.store(p + at, q);
    v128.store(mean + at, f32x4.add(f32x4.mul(keep, v128.load(mean + at)), f32x4.mul(fresh, q)));
  }
}
