// The runs of _forward.ts backwards in time: exact adjoints with the released code's pseudo-derivative for spikes.
// A spike's gradient matters only where its pseudo-derivative is not 0, so the products W^T delta visit the active neurons
// alone; gradients of weights visit spikes alone. Gradients are added to what is there.
import { add, addRows, clear, dotRows, gather, lanes } from './_vector';

/**
 * Trainee. gradient: rows x stride, += d loss / d weights. dOut: steps x readouts, d loss / d velocities.
 * dV: steps x stride, what else reaches the membrane of active neurons (from h, by the update), or 0.
 * dTrace: steps x stride, d loss / d traces (rows as in the crossbar), or 0. rate: stride, d loss / d spike of each neuron.
 * scratch: 4 x stride floats.
 */
export function traineeAdjoint(
  weights: usize,
  gradient: usize,
  neurons: i32,
  readouts: i32,
  clockLines: i32,
  stride: i32,
  steps: i32,
  clock: usize,
  membraneDecay: f32,
  readoutDecay: f32,
  threshold: f32,
  spikes: usize,
  spikeStart: usize,
  h: usize,
  active: usize,
  activeStart: usize,
  dOut: usize,
  dV: usize,
  dTrace: usize,
  rate: usize,
  scratch: usize,
): void {
  const row = (<usize>stride) << 2;
  const g = scratch; // adjoint of the product's columns: next step's membranes, then this step's readouts
  const xi = scratch + row;
  const dz = scratch + 2 * row;
  const o = scratch + 3 * row;
  clear(scratch, 4 * stride);
  const d4 = f32x4.splat(membraneDecay);
  const neuronRows = weights + <usize>clockLines * row;
  const gradientRows = gradient + <usize>clockLines * row;
  for (let t = steps - 1; t >= 0; t--) {
    for (let k = 0; k < readouts; k++) {
      const at = (<usize>k) << 2;
      const x = readoutDecay * load<f32>(o + at) + load<f32>(dOut + ((<usize>(t * readouts + k)) << 2));
      store<f32>(o + at, x);
      store<f32>(g + ((<usize>(neurons + k)) << 2), x);
    }
    // one product: spikes of t and the clock of t + 1
    const end = load<i32>(spikeStart + ((<usize>(t + 1)) << 2));
    for (let k = load<i32>(spikeStart + ((<usize>t) << 2)); k < end; k++)
      add(gradientRows + <usize>load<i32>(spikes + ((<usize>k) << 2)) * row, g, stride);
    const line = load<i32>(clock + ((<usize>(t + 1)) << 2));
    if (line >= 0) add(gradient + <usize>line * row, g, stride);
    const from = load<i32>(activeStart + ((<usize>t) << 2));
    const count = load<i32>(activeStart + ((<usize>(t + 1)) << 2)) - from;
    const list = active + ((<usize>from) << 2);
    dotRows(dz, neuronRows, stride, list, count, g, stride);
    for (let k = 0; k < count; k++) {
      const i = (<usize>load<i32>(list + ((<usize>k) << 2))) << 2;
      const at = dz + ((<usize>k) << 2);
      let x = load<f32>(at) - threshold * load<f32>(g + i) + load<f32>(rate + i);
      if (dTrace) x += load<f32>(xi + i + ((<usize>clockLines) << 2));
      x *= load<f32>(h + <usize>t * row + i);
      if (dV) x += load<f32>(dV + <usize>t * row + i);
      store<f32>(at, x);
    }
    for (let k = 0; k < readouts; k++) store<f32>(g + ((<usize>(neurons + k)) << 2), 0);
    for (let p: usize = 0; p < row; p += 16) v128.store(g + p, f32x4.mul(d4, v128.load(g + p)));
    for (let k = 0; k < count; k++) {
      const at = g + ((<usize>load<i32>(list + ((<usize>k) << 2))) << 2);
      store<f32>(at, load<f32>(at) + load<f32>(dz + ((<usize>k) << 2)));
    }
    if (dTrace) {
      const from = dTrace + <usize>t * row;
      for (let p: usize = 0; p < row; p += 16)
        v128.store(xi + p, f32x4.add(v128.load(from + p), f32x4.mul(d4, v128.load(xi + p))));
    }
  }
  const line = load<i32>(clock);
  if (line >= 0) add(gradient + <usize>line * row, g, stride);
}

/** Sets what the update and the runs mask: self-connections, clock-to-readout entries. */
export function maskCrossbar(matrix: usize, neurons: i32, readouts: i32, clockLines: i32, stride: i32): void {
  const row = (<usize>stride) << 2;
  for (let i = 0; i < neurons; i++) store<f32>(matrix + <usize>(clockLines + i) * row + ((<usize>i) << 2), 0);
  for (let k = 0; k < clockLines; k++)
    for (let c = neurons; c < neurons + readouts; c++)
      store<f32>(matrix + <usize>k * row + ((<usize>c) << 2), 0);
}

/**
 * Natural e-prop's update dW_rc = -rate sum_t (h L)_tc x_tr. gradientT: d loss / d dW, transposed (column x row), masked.
 * Gives dSignals (steps x stride), dTrace (steps x stride) and dV (steps x stride, at active neurons: through dh / dv).
 * columns visited: the active ones and `readouts` more (h = 1; 0 where the readout is fixed). slope = damping / threshold^2.
 * scratch: 2 x stride floats and stride int32.
 */
export function updateAdjoint(
  gradientT: usize,
  neurons: i32,
  readouts: i32,
  stride: i32,
  steps: i32,
  rate: f32,
  slope: f32,
  spikes: usize,
  spikeStart: usize,
  h: usize,
  active: usize,
  activeStart: usize,
  signals: usize,
  traces: usize,
  dSignals: usize,
  dTrace: usize,
  dV: usize,
  scratch: usize,
): void {
  const row = (<usize>stride) << 2;
  const sign = scratch;
  const list = scratch + row;
  for (let j = 0; j < stride; j++) store<f32>(sign + ((<usize>j) << 2), slope);
  clear(dSignals, steps * stride);
  clear(dTrace, steps * stride);
  for (let t = 0; t < steps; t++) {
    const offset = <usize>t * row;
    const x = traces + offset;
    const dx = dTrace + offset;
    const from = load<i32>(activeStart + ((<usize>t) << 2));
    let count = load<i32>(activeStart + ((<usize>(t + 1)) << 2)) - from;
    const act = active + ((<usize>from) << 2);
    memory.copy(list, act, (<usize>count) << 2);
    for (let k = 0; k < readouts; k++) {
      store<i32>(list + ((<usize>count) << 2), neurons + k);
      count++;
    }
    // above threshold exactly where it spiked: h falls there
    const firstSpike = load<i32>(spikeStart + ((<usize>t) << 2));
    const lastSpike = load<i32>(spikeStart + ((<usize>(t + 1)) << 2));
    for (let k = firstSpike; k < lastSpike; k++)
      store<f32>(sign + ((<usize>load<i32>(spikes + ((<usize>k) << 2))) << 2), -slope);
    let k = 0;
    for (; k + 4 <= count; k += 4) {
      const at = list + ((<usize>k) << 2);
      const c0 = load<i32>(at);
      const c1 = load<i32>(at, 4);
      const c2 = load<i32>(at, 8);
      const c3 = load<i32>(at, 12);
      const f0 = f32x4.splat(factor(c0, neurons, rate, h + offset, signals + offset));
      const f1 = f32x4.splat(factor(c1, neurons, rate, h + offset, signals + offset));
      const f2 = f32x4.splat(factor(c2, neurons, rate, h + offset, signals + offset));
      const f3 = f32x4.splat(factor(c3, neurons, rate, h + offset, signals + offset));
      const g0 = gradientT + <usize>c0 * row;
      const g1 = gradientT + <usize>c1 * row;
      const g2 = gradientT + <usize>c2 * row;
      const g3 = gradientT + <usize>c3 * row;
      let a0 = f32x4.splat(0);
      let a1 = f32x4.splat(0);
      let a2 = f32x4.splat(0);
      let a3 = f32x4.splat(0);
      for (let p: usize = 0; p < row; p += 16) {
        const xv = v128.load(x + p);
        let y = v128.load(g0 + p);
        a0 = f32x4.add(a0, f32x4.mul(xv, y));
        let s = f32x4.mul(f0, y);
        y = v128.load(g1 + p);
        a1 = f32x4.add(a1, f32x4.mul(xv, y));
        s = f32x4.add(s, f32x4.mul(f1, y));
        y = v128.load(g2 + p);
        a2 = f32x4.add(a2, f32x4.mul(xv, y));
        s = f32x4.add(s, f32x4.mul(f2, y));
        y = v128.load(g3 + p);
        a3 = f32x4.add(a3, f32x4.mul(xv, y));
        s = f32x4.add(s, f32x4.mul(f3, y));
        v128.store(dx + p, f32x4.add(v128.load(dx + p), s));
      }
      deliver(c0, lanes(a0), neurons, rate, sign, offset, h, signals, dSignals, dV);
      deliver(c1, lanes(a1), neurons, rate, sign, offset, h, signals, dSignals, dV);
      deliver(c2, lanes(a2), neurons, rate, sign, offset, h, signals, dSignals, dV);
      deliver(c3, lanes(a3), neurons, rate, sign, offset, h, signals, dSignals, dV);
    }
    for (; k < count; k++) {
      const c = load<i32>(list + ((<usize>k) << 2));
      const f = f32x4.splat(factor(c, neurons, rate, h + offset, signals + offset));
      const g = gradientT + <usize>c * row;
      let a = f32x4.splat(0);
      for (let p: usize = 0; p < row; p += 16) {
        const y = v128.load(g + p);
        a = f32x4.add(a, f32x4.mul(v128.load(x + p), y));
        v128.store(dx + p, f32x4.add(v128.load(dx + p), f32x4.mul(f, y)));
      }
      deliver(c, lanes(a), neurons, rate, sign, offset, h, signals, dSignals, dV);
    }
    for (let k = firstSpike; k < lastSpike; k++)
      store<f32>(sign + ((<usize>load<i32>(spikes + ((<usize>k) << 2))) << 2), slope);
  }
}

/** -rate h L of a column; readout columns have h = 1. */
// @ts-ignore: decorator
@inline
function factor(c: i32, neurons: i32, rate: f32, h: usize, signals: usize): f32 {
  const at = (<usize>c) << 2;
  const l = -rate * load<f32>(signals + at);
  return c < neurons ? l * load<f32>(h + at) : l;
}

// @ts-ignore: decorator
@inline
function deliver(
  c: i32,
  product: f32,
  neurons: i32,
  rate: f32,
  sign: usize,
  offset: usize,
  h: usize,
  signals: usize,
  dSignals: usize,
  dV: usize,
): void {
  const at = (<usize>c) << 2;
  const e = -rate * product;
  if (c < neurons) {
    store<f32>(dSignals + offset + at, e * load<f32>(h + offset + at));
    store<f32>(dV + offset + at, e * load<f32>(signals + offset + at) * load<f32>(sign + at));
  } else store<f32>(dSignals + offset + at, e);
}

/**
 * LSG. dSignals: steps x signalStride, d loss / d learning signals. rate: stride, d loss / d spike of each neuron.
 * gIn, gRec, gOut, gDirect (or 0): gradients, += . scratch: 4 x stride + signalStride floats.
 * recurrentDamping: factor on what comes back through wRec (1: the exact adjoint). psi and dSignals are overwritten. lists: max(inputs, neurons) x
 * steps entries (int32 step, float32 value), as many counts.
 */
export function lsgAdjoint(
  wRec: usize,
  wOut: usize,
  gIn: usize,
  gRec: usize,
  gOut: usize,
  gDirect: usize,
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
  recurrentDamping: f32,
  spikes: usize,
  spikeStart: usize,
  psi: usize,
  thresholds: usize,
  active: usize,
  activeStart: usize,
  dSignals: usize,
  rate: usize,
  scratch: usize,
  inputs: i32,
  listStep: usize,
  listValue: usize,
  listCount: usize,
): void {
  const row = (<usize>stride) << 2;
  const signalRow = (<usize>signalStride) << 2;
  const dv = scratch;
  const db = scratch + row;
  const dz = scratch + 2 * row;
  const dz2 = scratch + 3 * row;
  const lambda = scratch + 4 * row;
  clear(scratch, 4 * stride + signalStride);
  const d4 = f32x4.splat(membraneDecay);
  const k4 = f32x4.splat(readoutDecay);
  const r4 = f32x4.splat(adaptationDecay);
  for (let t = steps - 1; t >= 0; t--) {
    const offset = <usize>t * row;
    const dl = dSignals + <usize>t * signalRow;
    for (let p: usize = 0; p < signalRow; p += 16)
      v128.store(lambda + p, f32x4.add(v128.load(dl + p), f32x4.mul(k4, v128.load(lambda + p))));
    const spikeFrom = load<i32>(spikeStart + ((<usize>t) << 2));
    const from = load<i32>(activeStart + ((<usize>t) << 2));
    const count = load<i32>(activeStart + ((<usize>(t + 1)) << 2)) - from;
    const list = active + ((<usize>from) << 2);
    dotRows(dz, wOut, signalStride, list, count, lambda, signalStride);
    if (t + 1 < steps) dotRows(dz2, wRec, stride, list, count, dv, stride);
    for (let k = 0; k < count; k++) {
      const i = (<usize>load<i32>(list + ((<usize>k) << 2))) << 2;
      const at = (<usize>k) << 2;
      let x = load<f32>(dz + at) + load<f32>(rate + i);
      if (t + 1 < steps)
        x +=
          recurrentDamping * load<f32>(dz2 + at) -
          load<f32>(thresholds + offset + row + i) * load<f32>(dv + i) +
          load<f32>(db + i);
      store<f32>(dz + at, x * load<f32>(psi + offset + i));
    }
    for (let p: usize = 0; p < row; p += 16) {
      v128.store(dv + p, f32x4.mul(d4, v128.load(dv + p)));
      v128.store(db + p, f32x4.mul(r4, v128.load(db + p)));
    }
    for (let k = 0; k < count; k++) {
      const i = (<usize>load<i32>(list + ((<usize>k) << 2))) << 2;
      const x = load<f32>(dz + ((<usize>k) << 2));
      store<f32>(dv + i, load<f32>(dv + i) + x);
      store<f32>(db + i, load<f32>(db + i) - load<f32>(beta + i) * x);
    }
    if (t > 0) {
      for (let k = load<i32>(spikeStart + ((<usize>(t - 1)) << 2)); k < spikeFrom; k++) {
        const at = (<usize>load<i32>(spikes + ((<usize>k) << 2))) << 2;
        store<f32>(db + at, load<f32>(db + at) - load<f32>(beta + at) * load<f32>(dv + at));
      }
    }
    // kept for the weights below: what was needed of these rows is done with
    memory.copy(psi + offset, dv, row);
    memory.copy(dl, lambda, signalRow);
  }
  // each neuron's rows once, its spikes from the last to the first
  memory.fill(listCount, 0, (<usize>neurons) << 2);
  for (let t = steps - 1; t >= 0; t--) {
    const end = load<i32>(spikeStart + ((<usize>(t + 1)) << 2));
    for (let k = load<i32>(spikeStart + ((<usize>t) << 2)); k < end; k++) {
      const i = load<i32>(spikes + ((<usize>k) << 2));
      const n = load<i32>(listCount + ((<usize>i) << 2));
      store<i32>(listStep + ((<usize>(i * steps + n)) << 2), t);
      store<i32>(listCount + ((<usize>i) << 2), n + 1);
    }
  }
  for (let i = 0; i < neurons; i++) {
    let list = listStep + ((<usize>(i * steps)) << 2);
    let n = load<i32>(listCount + ((<usize>i) << 2));
    if (n == 0) continue;
    addRows(gOut + <usize>i * signalRow, dSignals, signalRow, list, n, signalStride);
    // a spike of the last step reaches no other neuron any more
    if (load<i32>(list) == steps - 1) {
      list += 4;
      n--;
    }
    addRows(gRec + <usize>i * row, psi + row, row, list, n, stride);
  }
  inputGradients(
    steps,
    inputStart,
    inputLine,
    inputValue,
    psi,
    gIn,
    stride,
    listStep,
    listValue,
    listCount,
    inputs,
  );
  if (gDirect)
    inputGradients(
      steps,
      inputStart,
      inputLine,
      inputValue,
      dSignals,
      gDirect,
      signalStride,
      listStep,
      listValue,
      listCount,
      inputs,
    );
}

/** g[line] += sum over steps of x_t[line] d[t]: entries sorted by line first, so that each row of g is written once. */
function inputGradients(
  steps: i32,
  inputStart: usize,
  inputLine: usize,
  inputValue: usize,
  d: usize,
  g: usize,
  stride: i32,
  listStep: usize,
  listValue: usize,
  listCount: usize,
  inputs: i32,
): void {
  memory.fill(listCount, 0, (<usize>inputs) << 2);
  for (let t = 0; t < steps; t++) {
    const end = load<i32>(inputStart + ((<usize>(t + 1)) << 2));
    for (let k = load<i32>(inputStart + ((<usize>t) << 2)); k < end; k++) {
      const line = load<i32>(inputLine + ((<usize>k) << 2));
      const n = load<i32>(listCount + ((<usize>line) << 2));
      const slot = (<usize>(line * steps + n)) << 2;
      store<i32>(listStep + slot, t);
      store<f32>(listValue + slot, load<f32>(inputValue + ((<usize>k) << 2)));
      store<i32>(listCount + ((<usize>line) << 2), n + 1);
    }
  }
  const row = (<usize>stride) << 2;
  for (let line = 0; line < inputs; line++) {
    const list = (<usize>(line * steps)) << 2;
    const n = load<i32>(listCount + ((<usize>line) << 2));
    gather(g + <usize>line * row, d, row, listStep + list, listValue + list, n, stride);
  }
}
