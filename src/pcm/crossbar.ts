import { wasmBase64 } from '../kernels/generated/pcm.js';
import { bytesFor, Kernel } from '../kernels/load.js';
import type { Random } from '../kernels/random.js';

type Address = number;
interface Exports {
  multiply(
    out: Address,
    x: Address,
    xStride: number,
    w: Address,
    count: number,
    rows: number,
    panels: number,
  ): void;
  irDrop(
    out: Address,
    x: Address,
    xStride: number,
    w: Address,
    count: number,
    rows: number,
    panels: number,
    rho: number,
  ): void;
  square(out: Address, x: Address, n: number): void;
  rectify(out: Address, x: Address, sign: number, n: number): void;
  largest(x: Address, stride: number, gain: Address, count: number, rows: number): number;
  convertInputs(
    x: Address,
    stride: number,
    from: Address,
    fromStride: number,
    gain: Address,
    range: number,
    levels: number,
    count: number,
  ): number;
  encode(
    codes: Address,
    squares: Address,
    x: Address,
    xStride: number,
    gain: Address,
    range: number,
    levels: number,
    count: number,
    rows: number,
  ): number;
  rectifyCodes(out: Address, codes: Address, sign: number, n: number): void;
  multiplyCodes(
    out: Address,
    codes: Address,
    w: Address,
    scale: Address,
    factor: number,
    count: number,
    pairs: number,
    first: number,
    panels: number,
  ): void;
  sumCodes(
    out: Address,
    codes: Address,
    scale: Address,
    factor: number,
    count: number,
    pairs: number,
    panels: number,
  ): void;
  seed(words: Address): void;
  convertOutputs(
    sum: Address,
    scale: Address,
    y: Address,
    variance: Address,
    share: number,
    step: Address,
    inverse: Address,
    limit: Address,
    count: number,
    columns: number,
    normals: Address,
    add: boolean,
  ): void;
}

/** Most input vectors that go through the kernel at a time; a multiple of 4. */
export const chunk = 64;

/** Input codes of at most this many bits multiply in whole numbers where conductances are read with noise. */
const codeBits = 8;
/** Conductances in whole numbers: signed 16 bits. 256 rows of such products with codes of 8 bits fit 32 bits. */
const conductanceLevels = 2 ** 15 - 1;
/** Variances in whole numbers: 10 bits, so that 256 rows of such products with squares of codes fit 32 bits without sign. */
const varianceLevels = 2 ** 10 - 1;

/** How products are made: converters, phases, IR drop. */
export interface CrossbarConfig {
  inputBits: number | null;
  outputBits: number | null;
  phases: 1 | 4;
  /** Segment resistance of a bit line in units of 1 / G_max; 0: no IR drop. */
  wireResistance: number;
}

/** A matrix in kernel memory: as float32, or in whole numbers of a column's scale. */
interface Matrix {
  floats: Float32Array;
  codes: Int16Array;
  scale: Float32Array;
}

/** A matrix on one core, in kernel memory: loads conductances, multiplies as the analog hardware does. */
export class Crossbar {
  private readonly kernel: Kernel<Exports>;
  private readonly panels: number;
  /** Rows filled up to a multiple of 8, columns likewise. */
  private readonly stride: number;
  private readonly width: number;
  /** Inputs as they come; converted; of one polarity; squared. */
  private readonly inputs: Float32Array;
  private readonly x: Float32Array;
  private readonly polar: Float32Array;
  private readonly squares: Float32Array;
  private readonly sum: Float32Array;
  private readonly current: Float32Array;
  private readonly noise: Float32Array;
  private readonly net: Matrix;
  private readonly positive: Matrix;
  private readonly negative: Matrix;
  private readonly variance: Matrix;
  private readonly rowGain: Float32Array;
  private readonly step: Float32Array;
  private readonly inverse: Float32Array;
  private readonly limit: Float32Array;
  /** What column currents count, added and taken away. */
  private readonly plus: Float32Array;
  private readonly minus: Float32Array;
  /** Normal numbers for a line; scratch. */
  private readonly normals: Float32Array;
  /** Largest current of each column in any phase, while calibrating. */
  private readonly peak: Float32Array;
  private noisy = false;
  /** Whether products are made in whole numbers. */
  private coded = false;
  /** Whether all weights of a column have the same variance, which then needs no product. */
  private even = false;
  /** What an input code stands for. */
  private unit = 1;

  constructor(
    readonly rows: number,
    readonly columns: number,
    private readonly config: CrossbarConfig,
    random: Random,
  ) {
    const panels = (this.panels = Math.ceil(columns / 8));
    const stride = (this.stride = Math.ceil(rows / 8) * 8);
    const width = (this.width = 8 * panels);
    const packed = stride * width;
    const total =
      4 * chunk * stride + 3 * chunk * width + 4 * (1.5 * packed + width) + stride + 6 * width + 24;
    this.kernel = new Kernel<Exports>(wasmBase64, bytesFor(total, 32));
    const make = (n: number): Float32Array => this.kernel.f32(n);
    const matrix = (): Matrix => ({
      floats: make(packed),
      codes: this.kernel.i16(packed),
      scale: make(width),
    });
    // 8 more: lines are read eight at a time
    [this.inputs, this.x] = [make(chunk * stride + 8), make(chunk * stride)];
    [this.polar, this.squares] = [make(chunk * stride), make(chunk * stride)];
    [this.sum, this.current, this.noise] = [make(chunk * width), make(chunk * width), make(chunk * width)];
    [this.net, this.positive, this.negative, this.variance] = [matrix(), matrix(), matrix(), matrix()];
    this.rowGain = make(stride);
    [this.step, this.inverse, this.limit] = [make(width), make(width), make(width)];
    [this.plus, this.minus, this.normals] = [make(width), make(width), make(width)];
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
    const { inputBits, wireResistance, phases } = this.config;
    this.rowGain.set(rowGain);
    this.noisy = variance !== null;
    this.coded = this.noisy && inputBits !== null && inputBits <= codeBits && wireResistance === 0;
    const pack = (to: Matrix, value: (k: number) => number, levels: number): void =>
      this.coded ? this.packCodes(to, value, levels) : this.packFloats(to, value);
    if (phases === 1) pack(this.net, (k) => positive[k] - negative[k], conductanceLevels);
    else {
      pack(this.positive, (k) => positive[k], conductanceLevels);
      pack(this.negative, (k) => negative[k], conductanceLevels);
    }
    if (variance) pack(this.variance, (k) => variance[k], varianceLevels);
    this.even = this.coded && this.alike(this.variance);
  }

  /** Panels of 8 columns. */
  private packFloats(to: Matrix, value: (k: number) => number): void {
    const { rows, columns } = this;
    for (let i = 0, k = 0; i < rows; i++)
      for (let j = 0; j < columns; j++, k++) to.floats[((j >> 3) * rows + i) * 8 + (j & 7)] = value(k);
  }

  /** Panels of 8 columns, rows in pairs; each column in whole numbers of its largest magnitude / levels. */
  private packCodes(to: Matrix, value: (k: number) => number, levels: number): void {
    const { rows, columns, stride } = this;
    for (let j = 0; j < columns; j++) {
      let largest = 0;
      for (let i = 0, k = j; i < rows; i++, k += columns) largest = Math.max(largest, Math.abs(value(k)));
      to.scale[j] = largest / levels;
      const inverse = largest > 0 ? levels / largest : 0;
      const at = (j >> 3) * stride * 8 + 2 * (j & 7);
      for (let i = 0, k = j; i < rows; i++, k += columns)
        to.codes[at + (i >> 1) * 16 + (i & 1)] = Math.round(value(k) * inverse);
    }
  }

  /** Whether every column holds one number in all its rows. */
  private alike({ codes, scale }: Matrix): boolean {
    const { rows, columns, stride } = this;
    for (let j = 0; j < columns; j++)
      for (let i = 0, at = (j >> 3) * stride * 8 + 2 * (j & 7); i < rows; i++)
        if (scale[j] > 0 && codes[at + (i >> 1) * 16 + (i & 1)] !== varianceLevels) return false;
    return true;
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

  /** Largest current of each column, in any phase, that `count` vectors cause; arguments as in multiply. */
  peaks(
    inputs: Float32Array,
    inputOffset: number,
    inputStride: number,
    count: number,
    inputRange = this.inputRange(inputs, inputOffset, inputStride, count),
  ): Float32Array {
    this.peak.fill(0);
    this.setOutputScale(new Float32Array(this.columns).fill(1));
    for (let first = 0; first < count; first += chunk) {
      const n = Math.min(chunk, count - first);
      this.fetch(inputs, first * inputStride + inputOffset, inputStride, n);
      this.products(n, inputRange, false, true);
    }
    return this.peak;
  }

  /** Largest magnitude that the input converter has to give, row gains included, NaN where an input is. */
  inputRange(inputs: Float32Array, inputOffset: number, inputStride: number, count: number): number {
    let range = 0;
    for (let first = 0; first < count; first += chunk) {
      const n = Math.min(chunk, count - first);
      this.fetch(inputs, first * inputStride + inputOffset, inputStride, n);
      const { inputs: x, rowGain: gain, rows } = this;
      range = Math.max(range, this.kernel.exports.largest(x.byteOffset, rows, gain.byteOffset, n, rows));
    }
    return range;
  }

  /**
   * Products of `count` vectors: out[n][j] = (`add`: +=) scale[j] times column current. Inputs: row i of vector n at
   * inputs[n * inputStride + inputOffset + i]; outputs likewise. Inputs beyond +-inputRange (row gain included) saturate.
   */
  multiply(
    inputs: Float32Array,
    inputOffset: number,
    inputStride: number,
    outputs: Float32Array,
    outputOffset: number,
    outputStride: number,
    count: number,
    scale: Float32Array,
    add: boolean,
    inputRange?: number,
  ): void {
    const { columns, width, sum } = this;
    const range = inputRange ?? this.inputRange(inputs, inputOffset, inputStride, count);
    const fetched = inputRange === undefined && count <= chunk;
    this.setOutputScale(scale);
    for (let first = 0; first < count; first += chunk) {
      const n = Math.min(chunk, count - first);
      if (!fetched) this.fetch(inputs, first * inputStride + inputOffset, inputStride, n);
      this.products(n, range, this.config.outputBits !== null);
      const start = first * outputStride + outputOffset;
      if (!add && outputStride === width && columns === width)
        outputs.set(n === chunk ? sum : sum.subarray(0, n * width), start);
      else
        for (let v = 0; v < n; v++) {
          const to = start + v * outputStride;
          if (add) for (let j = 0, at = v * width; j < columns; j++, at++) outputs[to + j] += sum[at];
          else for (let j = 0, at = v * width; j < columns; j++, at++) outputs[to + j] = sum[at];
        }
    }
  }

  private setOutputScale(scale: Float32Array): void {
    this.plus.set(scale);
    for (let j = 0; j < this.columns; j++) this.minus[j] = -scale[j];
  }

  /** Inputs into kernel memory, lines of `rows` floats. */
  private fetch(inputs: Float32Array, offset: number, inputStride: number, n: number): void {
    const { rows } = this;
    if (inputStride === rows) this.inputs.set(inputs.subarray(offset, offset + n * rows));
    else
      for (let v = 0; v < n; v++) {
        const from = offset + v * inputStride;
        this.inputs.set(inputs.subarray(from, from + rows), v * rows);
      }
  }

  /** inputs -> sum for n vectors. */
  private products(n: number, inputRange: number, convert: boolean, track = false): void {
    const { config, x } = this;
    const signed = this.convertInputs(n, inputRange);
    if (config.phases === 1) return this.phase(x, this.net, n, 1, 1, convert, track, false);
    const share = signed ? 0.5 : Math.SQRT1_2;
    for (const sign of signed ? [1, -1] : [1]) {
      const from = signed ? this.rectify(sign, n) : x;
      this.phase(from, this.positive, n, sign, share, convert, track, sign < 0 && !track);
      this.phase(from, this.negative, n, -sign, share, convert, track, !track);
    }
  }

  /** inputs -> x, as floats or codes, and the variance of their currents; tells whether one is negative. */
  private convertInputs(n: number, inputRange: number): boolean {
    const { exports: k } = this.kernel;
    const { rows, stride, config, coded, variance } = this;
    const levels = config.inputBits === null ? 2 ** 23 : 2 ** (config.inputBits - 1) - 1;
    const nothing = !(inputRange > 0);
    if (nothing) this.inputs.fill(0, 0, n * rows);
    const range = nothing ? 1 : inputRange;
    const [from, gain, x] = [this.inputs.byteOffset, this.rowGain.byteOffset, this.x.byteOffset];
    const [squares, noise] = [this.squares.byteOffset, this.noise.byteOffset];
    this.unit = range / levels;
    if (coded) {
      const signed = k.encode(x, squares, from, rows, gain, range, levels, n, stride);
      const unit2 = this.unit ** 2;
      if (this.even)
        k.sumCodes(
          noise,
          squares,
          variance.scale.byteOffset,
          varianceLevels * unit2,
          n,
          stride / 2,
          this.panels,
        );
      else this.multiplyCodes(noise, squares, variance, unit2, n, -(2 ** 31));
      return signed !== 0;
    }
    const signed = k.convertInputs(x, stride, from, rows, gain, range, levels, n);
    if (this.noisy) {
      k.square(squares, x, n * stride);
      k.multiply(noise, squares, stride, variance.floats.byteOffset, n, rows, this.panels);
    }
    return signed !== 0;
  }

  /** Inputs of one sign. */
  private rectify(sign: number, n: number): Float32Array {
    const { exports: k } = this.kernel;
    const { x, polar, stride, coded } = this;
    if (coded) k.rectifyCodes(polar.byteOffset, x.byteOffset, sign, grouped(n) * stride);
    else k.rectify(polar.byteOffset, x.byteOffset, sign, n * stride);
    return polar;
  }

  /** One conversion into the sum: current, IR drop, its share of the read noise, output converter. */
  private phase(
    x: Float32Array,
    w: Matrix,
    n: number,
    sign: number,
    share: number,
    convert: boolean,
    track: boolean,
    add: boolean,
  ): void {
    const { exports: k } = this.kernel;
    const { stride, rows, panels, width, config, step } = this;
    const current = this.current.byteOffset;
    if (this.coded) this.multiplyCodes(current, x.byteOffset, w, this.unit, n, 0);
    else k.multiply(current, x.byteOffset, stride, w.floats.byteOffset, n, rows, panels);
    if (config.wireResistance > 0)
      k.irDrop(current, x.byteOffset, stride, w.floats.byteOffset, n, rows, panels, config.wireResistance);
    k.convertOutputs(
      this.sum.byteOffset,
      (sign > 0 ? this.plus : this.minus).byteOffset,
      current,
      this.noisy ? this.noise.byteOffset : 0,
      share,
      convert ? step.byteOffset : 0,
      this.inverse.byteOffset,
      this.limit.byteOffset,
      n,
      width,
      this.normals.byteOffset,
      add,
    );
    if (track)
      for (let v = 0, at = 0; v < n; v++)
        for (let j = 0; j < width; j++, at++) this.peak[j] = Math.max(this.peak[j], Math.abs(this.sum[at]));
  }

  private multiplyCodes(
    out: Address,
    codes: Address,
    w: Matrix,
    unit: number,
    n: number,
    first: number,
  ): void {
    const [matrix, scale] = [w.codes.byteOffset, w.scale.byteOffset];
    this.kernel.exports.multiplyCodes(
      out,
      codes,
      matrix,
      scale,
      unit,
      n,
      this.stride / 2,
      first,
      this.panels,
    );
  }
}

/** Vectors that a group of codes holds: fours, or one alone. */
function grouped(n: number): number {
  return n === 1 ? 1 : 4 * Math.ceil(n / 4);
}
