// Spiking runs forward in time, event-driven: trainee, learning-signal generator (LSG), natural e-prop's update.
// Equations: paper.md / released code. Matrices are presynaptic x postsynaptic with rows padded to a stride.
// A run can leave histories (spikes, pseudo-derivatives h, active lists) that e-prop and the adjoint need.
import { add, addRows, clear, gather, transpose } from './_vector';

// ---- noise of an analog readout -------------------------------------------------------------------------------------
let rng: u32 = 0x9e3779b9;
/** Seeds the noise of analog reads. */
export function seedNoise(seed: u32): void {
  rng = seed ^ 0x9e3779b9;
  if (rng == 0) rng = 1;
  for (let i = 0; i < 8; i++) draw();
}
function draw(): u32 {
  // xorshift32 (Marsaglia 2003)
  rng ^= rng << 13;
  rng ^= rng >> 17;
  rng ^= rng << 5;
  return rng;
}
function gaussian(): f32 {
  const u: f32 = (<f32>(draw() >> 8) + 0.5) * (1.0 / 16777216.0);
  const v: f32 = <f32>(draw() >> 8) * (1.0 / 16777216.0);
  return Mathf.sqrt(-2 * Mathf.log(u)) * Mathf.cos(6.2831855 * v);
}

// ---- trainee --------------------------------------------------------------------------------------------------------
/**
 * Runs the trainee. One crossbar: rows = clock lines, then neurons; columns = neurons, then readouts.
 * weights: (clockLines + neurons) x stride, self-connections 0. clock[t] = line that fires at step t or -1 (steps + 1 entries).
 * variance, adcStep, adcLimit: analog readout, or 0. scratch: 4 x stride floats. out: steps x readouts.
 * spikes (int32 neuron indices of all steps, one after another), spikeStart (steps + 1), h (steps x stride),
 * active (indices with h > 0), activeStart (steps + 1): histories; h = 0 leaves out h and the active lists.
 * Runs steps from <= t < to: from = 0 begins a trial, from > 0 goes on with one whose scratch, out and histories were kept.
 */
export function traineeRun(
  weights: usize,
  variance: usize,
  adcStep: usize,
  adcLimit: usize,
  neurons: i32,
  readouts: i32,
  clockLines: i32,
  stride: i32,
  from: i32,
  to: i32,
  clock: usize,
  membraneDecay: f32,
  readoutDecay: f32,
  threshold: f32,
  refractorySteps: f32,
  damping: f32,
  scratch: usize,
  out: usize,
  spikes: usize,
  spikeStart: usize,
  h: usize,
  active: usize,
  activeStart: usize,
): void {
  const row = (<usize>stride) << 2;
  const v = scratch;
  const r = scratch + row;
  const current = scratch + 2 * row;
  const noise = scratch + 3 * row;
  const vd = f32x4.splat(membraneDecay);
  const vth = f32x4.splat(threshold);
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  const inverse = f32x4.splat(1 / threshold);
  const height = f32x4.splat(damping / threshold);
  const vref = f32x4.splat(refractorySteps);
  const tenth = f32x4.splat(0.1);
  let nSpikes = from > 0 ? load<i32>(spikeStart + ((<usize>from) << 2)) : 0;
  let nActive = from > 0 && h != 0 ? load<i32>(activeStart + ((<usize>from) << 2)) : 0;
  if (from == 0) {
    clear(scratch, 4 * stride);
    const line0 = load<i32>(clock);
    if (line0 >= 0) {
      add(current, weights + <usize>line0 * row, stride);
      if (variance) add(noise, variance + <usize>line0 * row, stride);
      if (variance != 0 || adcStep != 0)
        convert(current, noise, variance, adcStep, adcLimit, neurons + readouts);
    }
  }
  for (let t = from; t < to; t++) {
    store<i32>(spikeStart + ((<usize>t) << 2), nSpikes);
    if (h) store<i32>(activeStart + ((<usize>t) << 2), nActive);
    const first = nSpikes;
    const hRow = h ? h + <usize>t * row : 0;
    for (let j = 0; j < neurons; j += 4) {
      const at = (<usize>j) << 2;
      // membrane; the reset of the previous step's spikes was subtracted when they were recorded
      const vm = f32x4.add(f32x4.mul(vd, v128.load(v + at)), v128.load(current + at));
      const rm = v128.load(r + at);
      const free = f32x4.le(rm, tenth);
      const z = v128.and(f32x4.gt(vm, vth), free);
      v128.store(v + at, vm);
      v128.store(r + at, f32x4.max(zero, f32x4.sub(f32x4.add(rm, v128.and(z, vref)), one)));
      let fired = i32x4.bitmask(z);
      let near = 0;
      if (h) {
        const d = f32x4.abs(f32x4.mul(f32x4.sub(vm, vth), inverse));
        const hm = v128.and(f32x4.mul(height, f32x4.max(zero, f32x4.sub(one, d))), free);
        v128.store(hRow + at, hm);
        near = i32x4.bitmask(f32x4.gt(hm, zero));
      }
      while (fired) {
        const i = j + ctz(fired);
        fired &= fired - 1;
        if (i >= neurons) break;
        store<i32>(spikes + (usize(nSpikes++) << 2), i);
      }
      while (near) {
        const i = j + ctz(near);
        near &= near - 1;
        if (i >= neurons) {
          store<f32>(hRow + ((<usize>i) << 2), 0);
          continue;
        }
        store<i32>(active + (usize(nActive++) << 2), i);
      }
    }
    // one product: this step's spikes and the next step's clock line
    clear(current, stride);
    for (let k = first; k < nSpikes; k++) {
      const i = load<i32>(spikes + ((<usize>k) << 2));
      add(current, weights + <usize>(clockLines + i) * row, stride);
    }
    const line = load<i32>(clock + ((<usize>(t + 1)) << 2));
    if (line >= 0) add(current, weights + <usize>line * row, stride);
    if (variance != 0 || adcStep != 0) {
      if (variance) {
        clear(noise, stride);
        for (let k = first; k < nSpikes; k++)
          add(noise, variance + <usize>(clockLines + load<i32>(spikes + ((<usize>k) << 2))) * row, stride);
        if (line >= 0) add(noise, variance + <usize>line * row, stride);
      }
      if (nSpikes > first || line >= 0)
        convert(current, noise, variance, adcStep, adcLimit, neurons + readouts);
    }
    for (let k = 0; k < readouts; k++) {
      const o = out + ((<usize>(t * readouts + k)) << 2);
      const before: f32 = t > 0 ? load<f32>(o - ((<usize>readouts) << 2)) : 0;
      store<f32>(o, readoutDecay * before + load<f32>(current + ((<usize>(neurons + k)) << 2)));
    }
    // reset by subtraction acts in the next step
    for (let k = first; k < nSpikes; k++) {
      const at = current + ((<usize>load<i32>(spikes + ((<usize>k) << 2))) << 2);
      store<f32>(at, load<f32>(at) - threshold);
    }
    // lanes behind the last neuron hold readouts: they are no neurons
    for (let j = neurons; j < ((neurons + 3) & ~3); j++) store<f32>(current + ((<usize>j) << 2), 0);
  }
  store<i32>(spikeStart + ((<usize>to) << 2), nSpikes);
  if (h) store<i32>(activeStart + ((<usize>to) << 2), nActive);
}

/** Read noise and output converter on the columns of a product. */
function convert(
  current: usize,
  noise: usize,
  variance: usize,
  step: usize,
  limit: usize,
  columns: i32,
): void {
  for (let j = 0; j < columns; j++) {
    const at = (<usize>j) << 2;
    let x = load<f32>(current + at);
    if (variance) x += Mathf.sqrt(load<f32>(noise + at)) * gaussian();
    if (step) {
      const s = load<f32>(step + at);
      if (s > 0) {
        const m = load<f32>(limit + at);
        x = Mathf.max(-m, Mathf.min(m, nearest(x / s) * s));
      }
    }
    store<f32>(current + at, x);
  }
}

/**
 * Presynaptic traces, steps x stride: trace <- decay trace + x_t for clock lines, + z_(t-1) for neurons (rows as in traineeRun).
 */
export function traces(
  out: usize,
  stride: i32,
  steps: i32,
  clockLines: i32,
  clock: usize,
  spikes: usize,
  spikeStart: usize,
  decay: f32,
): void {
  const row = (<usize>stride) << 2;
  clear(out, stride);
  for (let t = 0; t < steps; t++) {
    const x = out + <usize>t * row;
    const s = f32x4.splat(decay);
    if (t > 0) {
      for (let p: usize = 0; p < row; p += 16) v128.store(x + p, f32x4.mul(s, v128.load(x - row + p)));
      const end = load<i32>(spikeStart + ((<usize>t) << 2));
      for (let k = load<i32>(spikeStart + ((<usize>(t - 1)) << 2)); k < end; k++) {
        const at = x + ((<usize>(clockLines + load<i32>(spikes + ((<usize>k) << 2)))) << 2);
        store<f32>(at, load<f32>(at) + 1);
      }
    }
    const line = load<i32>(clock + ((<usize>t) << 2));
    if (line >= 0) {
      const at = x + ((<usize>line) << 2);
      store<f32>(at, load<f32>(at) + 1);
    }
  }
}

/**
 * Natural e-prop's update as one sparse product at the end of the exposure: updateT[c][r] = -rate sum_t (h L)_tc trace_tr.
 * signals L: steps x stride. Columns c < neurons use the active lists; readout columns (with `readouts` > 0) have h = 1.
 * lists: scratch of (neurons + readouts) x steps entries twice (int32 step, float32 value) and neurons + readouts counts.
 * update: the same transposed back to rows x stride; self-connections and clock-to-readout entries 0.
 */
export function eprop(
  updateT: usize,
  update: usize,
  stride: i32,
  steps: i32,
  clockLines: i32,
  neurons: i32,
  readouts: i32,
  rate: f32,
  h: usize,
  active: usize,
  activeStart: usize,
  signals: usize,
  traces: usize,
  listStep: usize,
  listValue: usize,
  listCount: usize,
): void {
  const row = (<usize>stride) << 2;
  const columns = neurons + readouts;
  memory.fill(listCount, 0, (<usize>columns) << 2);
  for (let t = 0; t < steps; t++) {
    const hRow = h + <usize>t * row;
    const lRow = signals + <usize>t * row;
    const end = load<i32>(activeStart + ((<usize>(t + 1)) << 2));
    for (let k = load<i32>(activeStart + ((<usize>t) << 2)); k < end; k++) {
      const c = load<i32>(active + ((<usize>k) << 2));
      const at = (<usize>c) << 2;
      const n = load<i32>(listCount + at);
      const slot = (<usize>(c * steps + n)) << 2;
      store<i32>(listStep + slot, t);
      store<f32>(listValue + slot, -rate * load<f32>(hRow + at) * load<f32>(lRow + at));
      store<i32>(listCount + at, n + 1);
    }
    for (let c = neurons; c < columns; c++) {
      const slot = (<usize>(c * steps + t)) << 2;
      store<i32>(listStep + slot, t);
      store<f32>(listValue + slot, -rate * load<f32>(lRow + ((<usize>c) << 2)));
      store<i32>(listCount + ((<usize>c) << 2), t + 1);
    }
  }
  clear(updateT, stride * stride);
  for (let c = 0; c < columns; c++) {
    const y = updateT + <usize>c * row;
    const n = load<i32>(listCount + ((<usize>c) << 2));
    const steps_ = listStep + ((<usize>(c * steps)) << 2);
    const values = listValue + ((<usize>(c * steps)) << 2);
    gather(y, traces, row, steps_, values, n, stride);
    if (c < neurons) store<f32>(y + ((<usize>(clockLines + c)) << 2), 0);
    else for (let k2 = 0; k2 < clockLines; k2++) store<f32>(y + ((<usize>k2) << 2), 0);
  }
  transpose(update, stride, updateT, stride, stride, stride);
}

// ---- learning-signal generator --------------------------------------------------------------------------------------
/**
 * Runs the LSG: LIF neurons, the last ones adaptive (beta[i] > 0). Inputs are lists of (line, value) a step.
 * wIn: inputs x stride, wRec: neurons x stride (diagonal 0), wOut: neurons x signalStride, wDirect: inputs x signalStride or 0.
 * scratch: 5 x stride floats. signals: steps x signalStride. psi, thresholds: steps x stride or both 0 (no histories;
 * then active, activeStart are not written).
 */
export function lsgRun(
  wIn: usize,
  wRec: usize,
  wOut: usize,
  wDirect: usize,
  neurons: i32,
  stride: i32,
  signalStride: i32,
  steps: i32,
  inputStart: usize,
  inputLine: usize,
  inputValue: usize,
  beta: usize,
  membraneDecay: f32,
  readoutDecay: f32,
  adaptationDecay: f32,
  threshold: f32,
  refractorySteps: f32,
  damping: f32,
  scratch: usize,
  signals: usize,
  spikes: usize,
  spikeStart: usize,
  psi: usize,
  thresholds: usize,
  active: usize,
  activeStart: usize,
): void {
  const row = (<usize>stride) << 2;
  const signalRow = (<usize>signalStride) << 2;
  const v = scratch;
  const r = scratch + row;
  const b = scratch + 2 * row;
  const z = scratch + 3 * row;
  const current = scratch + 4 * row;
  clear(scratch, 5 * stride);
  const vd = f32x4.splat(membraneDecay);
  const vrho = f32x4.splat(adaptationDecay);
  const vth = f32x4.splat(threshold);
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  const inverse = f32x4.splat(1 / threshold);
  const height = f32x4.splat(damping / threshold);
  const vref = f32x4.splat(refractorySteps);
  const tenth = f32x4.splat(0.1);
  let nSpikes = 0;
  let nActive = 0;
  let first = 0;
  for (let t = 0; t < steps; t++) {
    clear(current, stride);
    addRows(current, wRec, row, spikes + ((<usize>first) << 2), nSpikes - first, stride);
    const signal = signals + <usize>t * signalRow;
    if (t > 0) {
      const s = f32x4.splat(readoutDecay);
      for (let p: usize = 0; p < signalRow; p += 16)
        v128.store(signal + p, f32x4.mul(s, v128.load(signal - signalRow + p)));
    } else clear(signal, signalStride);
    const inputEnd = load<i32>(inputStart + ((<usize>(t + 1)) << 2));
    const inputFirst = load<i32>(inputStart + ((<usize>t) << 2));
    const lines = inputLine + ((<usize>inputFirst) << 2);
    const values = inputValue + ((<usize>inputFirst) << 2);
    gather(current, wIn, row, lines, values, inputEnd - inputFirst, stride);
    if (wDirect) gather(signal, wDirect, signalRow, lines, values, inputEnd - inputFirst, signalStride);
    first = nSpikes;
    store<i32>(spikeStart + ((<usize>t) << 2), nSpikes);
    if (psi) store<i32>(activeStart + ((<usize>t) << 2), nActive);
    for (let j = 0; j < stride; j += 4) {
      const at = (<usize>j) << 2;
      const zOld = v128.load(z + at);
      const bm = f32x4.add(f32x4.mul(vrho, v128.load(b + at)), zOld);
      const th = f32x4.add(vth, f32x4.mul(v128.load(beta + at), bm));
      const vm = f32x4.sub(
        f32x4.add(f32x4.mul(vd, v128.load(v + at)), v128.load(current + at)),
        f32x4.mul(zOld, th),
      );
      const rm = v128.load(r + at);
      const free = f32x4.le(rm, tenth);
      const fire = v128.and(f32x4.gt(vm, th), free);
      v128.store(v + at, vm);
      v128.store(b + at, bm);
      v128.store(z + at, v128.and(fire, one));
      v128.store(r + at, f32x4.max(zero, f32x4.sub(f32x4.add(rm, v128.and(fire, vref)), one)));
      let near = 0;
      if (psi) {
        const d = f32x4.abs(f32x4.mul(f32x4.sub(vm, th), inverse));
        const pm = v128.and(f32x4.mul(height, f32x4.max(zero, f32x4.sub(one, d))), free);
        const history = <usize>t * row + at;
        v128.store(psi + history, pm);
        v128.store(thresholds + history, th);
        near = i32x4.bitmask(f32x4.gt(pm, zero));
      }
      let fired = i32x4.bitmask(fire);
      while (fired) {
        const i = j + ctz(fired);
        fired &= fired - 1;
        if (i < neurons) store<i32>(spikes + (usize(nSpikes++) << 2), i);
      }
      while (near) {
        const i = j + ctz(near);
        near &= near - 1;
        if (i < neurons) store<i32>(active + (usize(nActive++) << 2), i);
      }
    }
    addRows(signal, wOut, signalRow, spikes + ((<usize>first) << 2), nSpikes - first, signalStride);
  }
  store<i32>(spikeStart + ((<usize>steps) << 2), nSpikes);
  if (psi) store<i32>(activeStart + ((<usize>steps) << 2), nActive);
}
