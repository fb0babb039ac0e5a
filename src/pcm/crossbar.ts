import { wasmBase64 } from '../kernels/generated/pcm.js';
import { bytesFor, Kernel } from '../kernels/load.js';
import type { Random } from '../kernels/random.js';

interface Exports {
  multiply(
    out: number,
    x: number,
    xStride: number,
    w: number,
    count: number,
    rows: number,
    panels: number,
  ): void;
  irDrop(
    out: number,
    x: number,
    xStride: number,
    w: number,
    count: number,
    rows: number,
    panels: number,
    rho: number,
  ): void;
  seed(words: number): void;
  gaussians(out: number, n: number): void;
  addNoise(y: number, variance: number, factor: number, n: number, scratch: number): void;
  convertOutputs(
    y: number,
    step: number,
    inverse: number,
    limit: number,
    count: number,
    columns: number,
  ): void;
  convertInputs(x: number, gain: number, range: number, levels: number, count: number, stride: number): void;
  square(out: number, x: number, n: number): void;
  rectify(out: number, x: number, sign: number, n: number): void;
  accumulate(y: number, a: number, x: number, n: number): void;
}

/** Most input vectors that go through the kernel at a time. */
export const chunk = 64;

/** How products are made: converters, phases, IR drop. */
export interface CrossbarConfig {
  inputBits: number | null;
  outputBits: number | null;
  phases: 1 | 4;
  /** Segment resistance of a bit line in units of 1 / G_max; 0: no IR drop. */
  wireResistance: number;
}

/** A matrix on one core, in kernel memory: loads conductances, multiplies as the analog hardware does. */
export class Crossbar {
  private readonly kernel: Kernel<Exports>;
  private readonly panels: number;
  private readonly stride: number;
  private readonly x: Float32Array;
  private readonly polar: Float32Array;
  private readonly squares: Float32Array;
  private readonly sum: Float32Array;
  private readonly phase: Float32Array;
  private readonly noise: Float32Array;
  private readonly scratch: Float32Array;
  /** Packed net, positive and negative conductances. */
  private readonly net: Float32Array;
  private readonly positive: Float32Array;
  private readonly negative: Float32Array;
  private readonly variance: Float32Array;
  private readonly rowGain: Float32Array;
  private readonly step: Float32Array;
  private readonly inverse: Float32Array;
  private readonly limit: Float32Array;
  /** Largest current of each column in any phase, while calibrating. */
  private readonly peak: Float32Array;
  private noisy = false;

  constructor(
    readonly rows: number,
    readonly columns: number,
    private readonly config: CrossbarConfig,
    random: Random,
  ) {
    this.panels = Math.ceil(columns / 8);
    this.stride = Math.ceil(rows / 8) * 8;
    const { stride } = this;
    const width = 8 * this.panels;
    const packed = rows * width;
    const total = 3 * chunk * stride + 4 * chunk * width + 4 * packed + stride + 4 * width + 16;
    this.kernel = new Kernel<Exports>(wasmBase64, bytesFor(total, 24));
    const make = (n: number): Float32Array => this.kernel.f32(n);
    [this.x, this.polar, this.squares] = [make(chunk * stride), make(chunk * stride), make(chunk * stride)];
    [this.sum, this.phase, this.noise, this.scratch] = [0, 0, 0, 0].map(() => make(chunk * width));
    [this.net, this.positive, this.negative, this.variance] = [0, 0, 0, 0].map(() => make(packed));
    this.rowGain = make(stride).fill(1);
    [this.step, this.inverse, this.limit] = [0, 0, 0].map(() => make(width));
    this.peak = new Float32Array(width);
    const words = this.kernel.i32(16);
    for (let k = 0; k < 16; k++) words[k] = random.uint32();
    this.kernel.exports.seed(words.byteOffset);
  }

  /** Loads conductances (rows x columns, units of G_max); `variance` of each net conductance from read to read, or null. */
  load(
    positive: Float32Array,
    negative: Float32Array,
    variance: Float32Array | null,
    rowGain: Float32Array,
  ): void {
    const { rows, columns } = this;
    this.rowGain.set(rowGain);
    this.noisy = variance !== null;
    for (let i = 0, k = 0; i < rows; i++)
      for (let j = 0; j < columns; j++, k++) {
        const at = this.packedIndex(i, j);
        this.positive[at] = positive[k];
        this.negative[at] = negative[k];
        this.net[at] = positive[k] - negative[k];
        this.variance[at] = variance ? variance[k] : 0;
      }
  }

  /** Range of each column's output converter, units of G_max times input. */
  setOutputLimit(limit: ArrayLike<number>): void {
    const { outputBits, phases } = this.config;
    for (let j = 0; j < this.columns; j++) {
      // One phase: signed currents. Four phases: unsigned, so every code is on one side.
      const levels = outputBits === null ? 0 : phases === 1 ? 2 ** (outputBits - 1) - 1 : 2 ** outputBits - 1;
      this.limit[j] = limit[j];
      this.step[j] = limit[j] / (levels || 1);
      this.inverse[j] = limit[j] > 0 ? levels / limit[j] : 0;
    }
  }

  /** Least significant bit of column j's output converter. */
  outputStep(j: number): number {
    return this.step[j];
  }

  /** Largest current of each column, in any phase, that `count` vectors cause; arguments as in multiplyAdd. */
  peaks(
    inputs: Float32Array,
    inputOffset: number,
    inputStride: number,
    count: number,
    inputRange: number,
  ): Float32Array {
    this.peak.fill(0);
    for (let first = 0; first < count; first += chunk) {
      const n = Math.min(chunk, count - first);
      this.fetch(inputs, first * inputStride + inputOffset, inputStride, n);
      this.products(n, inputRange, false, true);
    }
    return this.peak;
  }

  /**
   * Products of `count` vectors: out[n][j] += scale[j] times column current. Inputs: row i of vector n at
   * inputs[n * inputStride + inputOffset + i]; outputs likewise. Inputs beyond +-inputRange (row gain included) saturate.
   */
  multiplyAdd(
    inputs: Float32Array,
    inputOffset: number,
    inputStride: number,
    outputs: Float32Array,
    outputOffset: number,
    outputStride: number,
    count: number,
    scale: Float32Array,
    inputRange: number,
  ): void {
    const { columns } = this;
    for (let first = 0; first < count; first += chunk) {
      const n = Math.min(chunk, count - first);
      this.fetch(inputs, first * inputStride + inputOffset, inputStride, n);
      this.products(n, inputRange, this.config.outputBits !== null);
      const width = 8 * this.panels;
      for (let v = 0; v < n; v++) {
        const to = (first + v) * outputStride + outputOffset;
        for (let j = 0, at = v * width; j < columns; j++, at++) outputs[to + j] += scale[j] * this.sum[at];
      }
    }
  }

  private fetch(inputs: Float32Array, offset: number, inputStride: number, n: number): void {
    for (let v = 0; v < n; v++) {
      const from = offset + v * inputStride;
      this.x.set(inputs.subarray(from, from + this.rows), v * this.stride);
    }
  }

  /** x -> sum for n vectors. */
  private products(n: number, inputRange: number, convert: boolean, track = false): void {
    const { exports: k } = this.kernel;
    const { stride, panels, rows, config } = this;
    const levels = config.inputBits === null ? 2 ** 23 : 2 ** (config.inputBits - 1) - 1;
    const x = this.x.byteOffset;
    if (inputRange > 0) k.convertInputs(x, this.rowGain.byteOffset, inputRange, levels, n, stride);
    else this.x.fill(0, 0, n * stride);
    if (this.noisy) {
      k.square(this.squares.byteOffset, x, n * stride);
      const v = this.variance.byteOffset;
      k.multiply(this.noise.byteOffset, this.squares.byteOffset, stride, v, n, rows, panels);
    }
    if (config.phases === 1) {
      this.phaseProduct(this.sum, x, this.net, n, 1, convert);
      if (track) this.track(this.sum, n);
      return;
    }
    const signed = this.x.subarray(0, n * stride).some((value) => value < 0);
    const share = signed ? 0.5 : Math.SQRT1_2;
    this.sum.fill(0, 0, n * 8 * panels);
    for (const sign of signed ? [1, -1] : [1]) {
      let from = x;
      if (signed) k.rectify((from = this.polar.byteOffset), x, sign, n * stride);
      for (const side of [1, -1]) {
        const w = side > 0 ? this.positive : this.negative;
        this.phaseProduct(this.phase, from, w, n, share, convert);
        if (track) this.track(this.phase, n);
        k.accumulate(this.sum.byteOffset, sign * side, this.phase.byteOffset, n * 8 * panels);
      }
    }
  }

  /** One conversion: current, IR drop, its share of the read noise, output converter. */
  private phaseProduct(
    currents: Float32Array,
    x: number,
    w: Float32Array,
    n: number,
    noiseShare: number,
    convert: boolean,
  ): void {
    const { exports: k } = this.kernel;
    const { stride, rows, panels, config } = this;
    const out = currents.byteOffset;
    const size = n * 8 * panels;
    k.multiply(out, x, stride, w.byteOffset, n, rows, panels);
    if (config.wireResistance > 0)
      k.irDrop(out, x, stride, w.byteOffset, n, rows, panels, config.wireResistance);
    if (this.noisy) k.addNoise(out, this.noise.byteOffset, noiseShare, size, this.scratch.byteOffset);
    if (convert)
      k.convertOutputs(
        out,
        this.step.byteOffset,
        this.inverse.byteOffset,
        this.limit.byteOffset,
        n,
        8 * panels,
      );
  }

  private track(currents: Float32Array, n: number): void {
    const width = 8 * this.panels;
    for (let v = 0, at = 0; v < n; v++)
      for (let j = 0; j < width; j++, at++) this.peak[j] = Math.max(this.peak[j], Math.abs(currents[at]));
  }

  /** Where the kernel keeps row i, column j. */
  private packedIndex(i: number, j: number): number {
    return ((j >> 3) * this.rows + i) * 8 + (j & 7);
  }
}
