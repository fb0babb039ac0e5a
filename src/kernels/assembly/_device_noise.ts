// Errors of hardware, drawn into the trainee's crossbar while meta-training. Rows: clock lines, neurons; columns: neurons,
// readouts. Each block (clock rows, recurrent rows, readout columns) has its own weight scale.

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

/** to = from + scale max(0, a0 + a1 g + a2 g^2) normal, g = min(1, |from| / scale); masked entries stay 0. */
export function deviceNoise(
  to: usize,
  from: usize,
  neurons: i32,
  readouts: i32,
  clockLines: i32,
  stride: i32,
  a0: f32,
  a1: f32,
  a2: f32,
  inputScale: f32,
  recurrentScale: f32,
  readoutScale: f32,
): void {
  const rows = clockLines + neurons;
  const columns = neurons + readouts;
  for (let r = 0; r < rows; r++) {
    const blockScale = r < clockLines ? inputScale : recurrentScale;
    for (let c = 0; c < columns; c += 4) {
      const at = (<usize>(r * stride + c)) << 2;
      const w = v128.load(from + at);
      const scale = scales(c, neurons, blockScale, readoutScale);
      const g = f32x4.min(f32x4.splat(1), f32x4.div(f32x4.abs(w), scale));
      const sigma = f32x4.max(
        f32x4.splat(0),
        f32x4.add(f32x4.splat(a0), f32x4.mul(g, f32x4.add(f32x4.splat(a1), f32x4.mul(f32x4.splat(a2), g)))),
      );
      v128.store(to + at, f32x4.add(w, f32x4.mul(f32x4.mul(scale, sigma), normal())));
    }
  }
  mask(to, neurons, readouts, clockLines, stride);
}

/** update <- update rounded up or down to multiples of scale / levels, each with the probability that keeps the mean. */
export function roundStochastically(
  update: usize,
  neurons: i32,
  readouts: i32,
  clockLines: i32,
  stride: i32,
  levels: f32,
  inputScale: f32,
  recurrentScale: f32,
  readoutScale: f32,
): void {
  const rows = clockLines + neurons;
  const columns = neurons + readouts;
  for (let r = 0; r < rows; r++) {
    const blockScale = r < clockLines ? inputScale : recurrentScale;
    for (let c = 0; c < columns; c += 4) {
      const at = update + ((<usize>(r * stride + c)) << 2);
      const step = f32x4.div(scales(c, neurons, blockScale, readoutScale), f32x4.splat(levels));
      v128.store(at, f32x4.mul(f32x4.floor(f32x4.add(f32x4.div(v128.load(at), step), uniform())), step));
    }
  }
  mask(update, neurons, readouts, clockLines, stride);
}

/** Scales of four columns: the readout's from column `neurons` on. */
// @ts-ignore: decorator
@inline
function scales(c: i32, neurons: i32, block: f32, readout: f32): v128 {
  if (c + 4 <= neurons) return f32x4.splat(block);
  return f32x4(
    c < neurons ? block : readout,
    c + 1 < neurons ? block : readout,
    c + 2 < neurons ? block : readout,
    c + 3 < neurons ? block : readout,
  );
}

function mask(matrix: usize, neurons: i32, readouts: i32, clockLines: i32, stride: i32): void {
  for (let i = 0; i < neurons; i++)
    store<f32>(matrix + ((<usize>((clockLines + i) * stride + i)) << 2), 0);
  for (let k = 0; k < clockLines; k++)
    for (let c = neurons; c < neurons + readouts; c++) store<f32>(matrix + ((<usize>(k * stride + c)) << 2), 0);
  const rows = clockLines + neurons;
  for (let r = 0; r < rows; r++)
    for (let c = neurons + readouts; c < ((neurons + readouts + 3) & ~3); c++)
      store<f32>(matrix + ((<usize>(r * stride + c)) << 2), 0);
}
