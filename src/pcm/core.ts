import type { Random } from '../kernels/random.js';
import { chooseRange, type Range } from './range.js';
import type { PcmConfig } from './config.js';
import { Crossbar } from './crossbar.js';
import { Devices, type DeviceConfig } from './devices.js';
import { roundUpdate } from './rounding.js';

/** Probes of a calibration: as many orthogonal +-1 vectors as a core has rows. */
export const calibrationProducts = 256;

/** A core's cells, rows x columns, units of G_max: what each should hold, and what it conducts now (positive less negative). */
export interface CoreView {
  target: Float32Array;
  conductance: Float32Array;
}

/** One crossbar core: at most 256 x 256 unit cells, a differential pair of conductances each. */
export class Core {
  /** What the host wants each weight to be, weight units. */
  private readonly target: Float32Array;
  private readonly devices: Devices | null;
  private readonly crossbar: Crossbar;
  private readonly cells: number;
  private range: Range;
  private nowS = 0;
  private fresh = false;
  /** Whether the crossbar holds what the devices conduct. */
  private loaded = false;
  private limitsSet = false;
  /** Weights now, compensation included. */
  private readonly weights: Float32Array;
  /** Variance of each net conductance from read to read. */
  private readonly variance: Float32Array | null;
  private readonly positive: Float32Array;
  private readonly negative: Float32Array;
  /** Digital factor of each column: full scale times compensation. */
  private readonly columnScale: Float32Array;
  /** Calibrations made so far. */
  calibrations = 0;

  constructor(
    readonly rows: number,
    readonly columns: number,
    private readonly config: PcmConfig,
    private readonly random: Random,
  ) {
    const cells = (this.cells = rows * columns);
    const { statistics, conductancesPerSign, converters } = config;
    this.target = new Float32Array(cells);
    this.devices = statistics
      ? new Devices(2 * conductancesPerSign * cells, config as DeviceConfig, random)
      : null;
    this.weights = new Float32Array(cells);
    const noisy = statistics && config.readNoise.scale > 0 && config.readNoise.mode !== 'frozen';
    this.variance = noisy ? new Float32Array(cells) : null;
    this.positive = new Float32Array(cells);
    this.negative = new Float32Array(cells);
    this.columnScale = new Float32Array(columns);
    this.range = chooseRange(config, this.target, rows, columns);
    this.crossbar = new Crossbar(
      rows,
      columns,
      {
        inputBits: converters.inputBits,
        outputBits: converters.outputBits,
        phases: converters.phases,
        wireResistance: config.wireOhm * (statistics?.gMaxUs ?? 25) * 1e-6,
      },
      random,
    );
  }

  /** Pulses spent so far. */
  get pulses(): number {
    return this.devices?.pulses ?? 0;
  }

  /** Programs every cell. @throws RangeError for weights beyond a fixed range. */
  program(weights: Float32Array): void {
    this.range = chooseRange(this.config, weights, this.rows, this.columns);
    this.target.set(weights);
    for (let k = 0; k < this.cells; k++) this.write(k);
    this.fresh = this.limitsSet = false;
  }

  /** Adds an update, rounded; returns how many cells were written. */
  update(delta: Float32Array): number {
    const { rows, columns, target, config } = this;
    const widened = this.widen(delta);
    let written = 0;
    for (let i = 0, k = 0; i < rows; i++)
      for (let j = 0; j < columns; j++, k++) {
        if (delta[k] === 0 && !widened[j]) continue;
        const full = this.range.rowGain[i] * this.range.columnRange[j];
        const before = target[k];
        if (delta[k] !== 0)
          target[k] += roundUpdate(delta[k], full / 2 ** (config.bits - 1), config.rounding, this.random);
        if (this.devices) target[k] = Math.min(full, Math.max(-full, target[k]));
        if (target[k] === before && !(widened[j] && before !== 0)) continue;
        this.write(k);
        written++;
      }
    if (written > 0) this.fresh = false;
    return written;
  }

  /**
   * Writes columns first..end-1 as they are, not rounded, those with ranges of their own over the range that just holds them: a
   * small conductance is noisier for its size. Their converters' ranges follow. Returns how many cells were written.
   */
  writeColumns(weights: Float32Array, first: number, end: number): number {
    const { rows, columns, target, config, range } = this;
    for (let j = first; j < end; j++) {
      let largest = 0;
      for (let i = 0, k = j; i < rows; i++, k += columns)
        largest = Math.max(largest, Math.abs(weights[k]) / range.rowGain[i]);
      if (largest > 0 && (config.range === 'column' || config.range === 'row-column'))
        range.columnRange[j] = largest;
      for (let i = 0, k = j; i < rows; i++, k += columns) {
        const full = range.rowGain[i] * range.columnRange[j];
        target[k] = this.devices ? Math.min(full, Math.max(-full, weights[k])) : weights[k];
        this.write(k);
      }
    }
    this.fresh = this.limitsSet = false;
    return rows * (end - first);
  }

  /**
   * Columns that the update would take beyond their range get a wider one, where columns have ranges of their own: the host
   * enlarges the column's digital scale, and all its cells have to be written again. Returns which.
   */
  private widen(delta: Float32Array): Uint8Array {
    const { rows, columns, target, config, range } = this;
    const widened = new Uint8Array(columns);
    if (!this.devices || (config.range !== 'column' && config.range !== 'row-column')) return widened;
    for (let j = 0; j < columns; j++) {
      let wanted = 0;
      for (let i = 0, k = j; i < rows; i++, k += columns)
        wanted = Math.max(wanted, Math.abs(target[k] + delta[k]) / range.rowGain[i]);
      if (wanted <= range.columnRange[j]) continue;
      range.columnRange[j] = config.headroom * wanted;
      widened[j] = 1;
    }
    if (widened.includes(1)) this.limitsSet = false;
    return widened;
  }

  /** Lets time pass. */
  advance(seconds: number): void {
    if (seconds === 0) return;
    this.nowS += seconds;
    if (this.devices && this.config.readNoise.scale > 0 && this.config.readNoise.mode !== 'fresh')
      this.devices.refreeze();
    this.fresh = false;
  }

  /** When a cell was written last, s of its clock. */
  lastWriteS(): number {
    return this.devices?.lastWriteS() ?? 0;
  }

  /** Holds what another core of its size holds, as it is at `nowS` of that one's clock. */
  copy(from: Core, nowS: number): void {
    this.target.set(from.target);
    this.range = structuredClone(from.range);
    if (from.devices) this.devices?.copy(from.devices);
    this.nowS = nowS;
    this.fresh = false;
    if (from.limitsSet) this.setLimits(from.limits.slice());
  }

  /** Copies what the host wants each weight to be into a wider matrix. */
  wanted(into: Float32Array, at: number, stride: number): void {
    copyRows(this.target, this.rows, this.columns, into, at, stride);
  }

  /** Copies the weights of now into a wider matrix. */
  read(into: Float32Array, at: number, stride: number): void {
    this.refresh();
    copyRows(this.weights, this.rows, this.columns, into, at, stride);
  }

  /** What the cells hold (copies). */
  inspect(): CoreView {
    this.refresh();
    const { rowGain, columnRange } = this.range;
    return {
      target: this.target.map((w, k) => {
        const i = Math.floor(k / this.columns);
        return w / (rowGain[i] * columnRange[k - i * this.columns]);
      }),
      conductance: this.positive.map((g, k) => g - this.negative[k]),
    };
  }

  /** Sum over columns of the digital factors that make up for drift and programming error. */
  compensationSum(): number {
    this.refresh();
    const { columnScale, range } = this;
    return columnScale.reduce((sum, scale, j) => sum + scale / range.columnRange[j], 0);
  }

  /** Copies the variance from read to read into a wider matrix; false where there is none. */
  readVariance(into: Float32Array, at: number, stride: number): boolean {
    const { rows, columns, variance, range, columnScale } = this;
    if (!variance) return false;
    this.refresh();
    for (let i = 0, k = 0; i < rows; i++)
      for (let j = 0; j < columns; j++, k++) {
        const scale = range.rowGain[i] * columnScale[j];
        into[at + i * stride + j] = scale * scale * variance[k];
      }
    return true;
  }

  /** Least significant bit and largest magnitude of column j's output converter, weight units; limits chosen for sparse 0 / 1 inputs. */
  converter(j: number): [step: number, limit: number] {
    if (!this.limitsSet) this.setLimits(this.expectedPeaks());
    const scale = this.columnScale[j];
    const levels = this.crossbar.outputStep(j);
    return [levels * scale, this.limits[j] * scale];
  }

  /** Sets the output converters' ranges from sample inputs (count vectors, `stride` apart). */
  calibrate(inputs: Float32Array, offset: number, stride: number, count: number): void {
    this.load();
    this.setLimits(this.crossbar.peaks(inputs, offset, stride, count).map((p) => 1.1 * p));
  }

  /** outputs = (`add`: +=) products of `count` vectors. */
  multiply(
    inputs: Float32Array,
    inputOffset: number,
    inputStride: number,
    outputs: Float32Array,
    outputOffset: number,
    outputStride: number,
    count: number,
    add: boolean,
  ): void {
    this.load();
    if (!this.limitsSet && this.config.converters.outputBits !== null) {
      const samples = Math.min(count, 1024);
      const spread = Math.floor(count / samples) * inputStride;
      this.calibrate(inputs, inputOffset, spread, samples);
    }
    this.crossbar.multiply(
      inputs,
      inputOffset,
      inputStride,
      outputs,
      outputOffset,
      outputStride,
      count,
      this.columnScale,
      add,
    );
  }

  private limits: Float32Array = new Float32Array(0);

  private setLimits(limits: Float32Array): void {
    this.limits = limits;
    this.crossbar.setOutputLimit(limits);
    this.limitsSet = true;
  }

  /** Column currents that inputs of 0 and 1, a share `activity` of them 1, stay below: `coverage` standard deviations. */
  private expectedPeaks(): Float32Array {
    this.refresh();
    const { rows, columns, positive, negative } = this;
    const { activity: p, coverage } = this.config.converters;
    const peaks = new Float32Array(columns);
    for (let j = 0; j < columns; j++) {
      let mean = 0;
      let square = 0;
      let largest = 0;
      for (let i = 0, k = j; i < rows; i++, k += columns) {
        const g = this.range.rowGain[i] * (positive[k] - negative[k]);
        mean += p * g;
        square += p * (1 - p) * g * g;
        largest = Math.max(largest, Math.abs(g));
      }
      peaks[j] = Math.max(largest, Math.abs(mean) + coverage * Math.sqrt(square));
    }
    return peaks;
  }

  private write(k: number): void {
    if (!this.devices) return;
    const { cells, config, nowS, target } = this;
    const i = Math.floor(k / this.columns);
    const g = target[k] / (this.range.rowGain[i] * this.range.columnRange[k - i * this.columns]);
    const n = config.conductancesPerSign;
    const active = g >= 0 ? 0 : n;
    const idle = n - active;
    for (let e = 0; e < n; e++) this.devices.program((idle + e) * cells + k, 0, nowS);
    let aim = Math.abs(g);
    // Verified is the weight: what the RESET pair still conducts is made up for by the other.
    if (config.programming.maxPulses > 1 && aim > 0) {
      let rest = 0;
      for (let e = 0; e < n; e++) rest += this.devices.measure((idle + e) * cells + k);
      aim += rest / n;
    }
    aim = Math.min(1, aim);
    for (let e = 0; e < n; e++) this.devices.program((active + e) * cells + k, aim, nowS);
  }

  /** Brings weights, variance and the crossbar up to date. */
  private refresh(): void {
    if (this.fresh) return;
    this.fresh = true;
    const { rows, columns, positive, negative, weights, range, columnScale } = this;
    if (this.devices) this.sampleDevices();
    else
      for (let i = 0, k = 0; i < rows; i++)
        for (let j = 0; j < columns; j++, k++) {
          const g = this.target[k] / (range.rowGain[i] * range.columnRange[j]);
          positive[k] = Math.max(0, g);
          negative[k] = Math.max(0, -g);
        }
    this.loaded = false;
    this.compensate();
    if (!this.devices) weights.set(this.target);
    else
      for (let i = 0, k = 0; i < rows; i++)
        for (let j = 0; j < columns; j++, k++) {
          const scale = range.rowGain[i] * columnScale[j];
          weights[k] = scale * (positive[k] - negative[k]);
        }
  }

  /** Brings the crossbar up to date: spiking kernels do without it. */
  private load(): void {
    this.refresh();
    if (this.loaded) return;
    this.loaded = true;
    this.crossbar.load(this.positive, this.negative, this.variance, this.range.rowGain);
  }

  private sampleDevices(): void {
    const { cells, positive, negative, variance, config } = this;
    const n = config.conductancesPerSign;
    const values = new Float32Array(cells);
    const spread = variance ? new Float32Array(cells) : null;
    positive.fill(0);
    negative.fill(0);
    variance?.fill(0);
    for (let e = 0; e < 2 * n; e++) {
      this.devices!.sample(this.nowS, e * cells, (e + 1) * cells, values, spread);
      const side = e < n ? positive : negative;
      for (let k = 0; k < cells; k++) side[k] += values[k] / n;
      if (variance && spread) for (let k = 0; k < cells; k++) variance[k] += spread[k] / (n * n);
    }
  }

  /**
   * Columns' digital factors. The host sends orthogonal +-1 probes, which give every weight as the sum of +- outputs; the
   * gain of a column (or of all) is the mean measured magnitude over the mean wanted one, with what read noise is left
   * after that many products.
   */
  private compensate(): void {
    const { rows, columns, positive, negative, variance, range, columnScale, config } = this;
    columnScale.set(range.columnRange);
    if (config.compensation === 'none' || !this.devices) return;
    this.calibrations++;
    let allMeasured = 0;
    let allWanted = 0;
    const gains = new Float64Array(columns).fill(1);
    for (let j = 0; j < columns; j++) {
      let measured = 0;
      let wanted = 0;
      let noise = 0;
      for (let i = 0, k = j; i < rows; i++, k += columns) {
        const g = this.target[k] / (range.rowGain[i] * range.columnRange[j]);
        if (g !== 0) measured += Math.sign(g) * (positive[k] - negative[k]);
        wanted += Math.abs(g);
        if (variance) noise += variance[k];
      }
      measured += this.random.gaussian() * Math.sqrt((rows * noise) / calibrationProducts);
      allMeasured += measured;
      allWanted += wanted;
      if (wanted > 0) gains[j] = measured / wanted;
    }
    const global = allWanted > 0 ? allMeasured / allWanted : 1;
    for (let j = 0; j < columns; j++) {
      const gain = config.compensation === 'global' ? global : gains[j];
      columnScale[j] /= Math.min(4, Math.max(0.25, gain));
    }
  }
}

function copyRows(
  from: Float32Array,
  rows: number,
  columns: number,
  to: Float32Array,
  at: number,
  stride: number,
): void {
  for (let i = 0; i < rows; i++) to.set(from.subarray(i * columns, (i + 1) * columns), at + i * stride);
}
