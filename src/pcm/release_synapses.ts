import { reject } from '../input_error.js';
import { Random } from '../kernels/random.js';
import {
  emptyLedger,
  type AnalogReadout,
  type Ledger,
  type Synapses,
  type SynapsesFactory,
} from '../synapses/synapses.js';
import { hermesEnergy } from './config.js';
import { devicesPerCell, tiles } from './mapping.js';
import { roundUpdate } from './rounding.js';
import { evaluate, pcmLikeStatistics, programmingSigma } from './statistics.js';

const readAtS = 32;
const step = 1 / 16;
const clip = (w: number): number => Math.min(1, Math.max(-1, w));

/**
 * The emulation of the paper's released code, for comparison. w_max 1, G_max 25 uS, everything as if read 32 s after
 * programming whatever time passes; updates to the nearest 1/16; only changed weights are written. Its quirks, kept:
 * - drift (32 s / 1 s)^-nu instead of t0 = 20 s, of the weight before clipping and before programming noise; no compensation
 * - the first weights get +-0.01 uniform noise and drift, but no programming noise
 * - an update starts from the noisy weight, which thereby drifts again
 * - read noise: Q from the conductance in uS instead of its share of G_max, ln(t / tr) without the 2, averaged over 2 devices
 */
class ReleaseSynapses implements Synapses {
  readonly ledger: Ledger;
  private readonly weights: Float32Array;
  private readonly variance: Float32Array;
  private readonly cores: number;

  constructor(
    readonly rows: number,
    readonly columns: number,
    private readonly random: Random,
  ) {
    this.ledger = emptyLedger(rows * columns * devicesPerCell);
    this.weights = new Float32Array(rows * columns);
    this.variance = new Float32Array(rows * columns);
    this.cores = tiles(rows, columns).length;
  }

  program(weights: Float32Array): void {
    this.check('weights', weights);
    for (let k = 0; k < weights.length; k++) {
      const w = weights[k];
      const uniform = 0.02 * this.random.uniform() - 0.01;
      this.set(k, clip(clip(w) + uniform + this.drift(w)));
    }
  }

  update(delta: Float32Array): void {
    this.check('delta', delta);
    for (let k = 0; k < delta.length; k++) {
      const change = roundUpdate(delta[k], step, 'nearest', this.random);
      const w = this.weights[k] + change;
      if (change === 0) continue;
      const side = Math.sign(w);
      const sigma = programmingSigma(pcmLikeStatistics, Math.abs(w));
      const noisy = side * Math.min(1, Math.max(0, side * (w + sigma * this.random.gaussian())));
      this.set(k, clip(clip(w) + (noisy - w) + this.drift(w)));
      this.ledger.devicesWritten += devicesPerCell;
      this.ledger.pulses += devicesPerCell;
      this.ledger.energyJ.program += devicesPerCell * hermesEnergy.pulseJ;
    }
  }

  advance(seconds: number): void {
    if (!(seconds >= 0 && seconds < Infinity))
      throw new RangeError(`seconds: expected a number >= 0, got ${seconds}`);
  }

  read(): Float32Array {
    return this.weights;
  }

  analog(): AnalogReadout {
    return { readVariance: this.variance, adcStep: null, adcLimit: null };
  }

  multiply(inputs: Float32Array, outputs: Float32Array, count = 1): void {
    const { rows, columns, weights, variance, random } = this;
    if (inputs.length < count * rows || outputs.length < count * columns)
      throw new RangeError(
        `inputs, outputs: expected at least ${count} x ${rows} and ${count} x ${columns} values, got ${inputs.length} and ${outputs.length}`,
      );
    const spread = new Float64Array(columns);
    for (let n = 0; n < count; n++) {
      const out = outputs.subarray(n * columns, (n + 1) * columns).fill(0);
      spread.fill(0);
      for (let i = 0, k = 0; i < rows; i++) {
        const x = inputs[n * rows + i];
        if (x === 0) k += columns;
        else
          for (let j = 0; j < columns; j++, k++) {
            out[j] += x * weights[k];
            spread[j] += x * x * variance[k];
          }
      }
      for (let j = 0; j < columns; j++) out[j] += Math.sqrt(spread[j]) * random.gaussian();
    }
    this.countProducts(count);
  }

  countProducts(count: number): void {
    this.ledger.mvms += count * this.cores;
    this.ledger.energyJ.read += count * this.cores * hermesEnergy.productJ[4];
  }

  /** What drift adds to a weight. */
  private drift(w: number): number {
    const g = Math.abs(w);
    const { mean, spread } = pcmLikeStatistics.drift;
    const nu = Math.abs(evaluate(mean, g) + evaluate(spread, g) * this.random.gaussian());
    return clip(w * (readAtS / 1) ** -nu) - w;
  }

  private set(k: number, w: number): void {
    const { trS } = pcmLikeStatistics.read;
    const us = pcmLikeStatistics.gMaxUs * Math.abs(w);
    const q = us > 0 ? Math.min(0.0088 / us ** 0.65, 0.2) : 0;
    const sigma = Math.abs(w) * q * Math.sqrt(Math.log((readAtS + trS) / trS) / 2);
    this.weights[k] = w;
    this.variance[k] = sigma * sigma;
  }

  private check(name: string, values: Float32Array): void {
    const length = this.rows * this.columns;
    if (values.length !== length)
      throw new RangeError(
        `${name}: expected ${this.rows} x ${this.columns} = ${length} values, got ${values.length}`,
      );
    const bad = values.findIndex((v) => !Number.isFinite(v));
    if (bad >= 0) throw new RangeError(`${name}[${bad}]: expected a finite number, got ${values[bad]}`);
  }
}

/** Factory of the release's emulation. @throws InputError where overrides are given: it is what it is. */
export function releaseSynapses(random: Random, overrides: object): SynapsesFactory {
  const given = Object.keys(overrides);
  if (given.length > 0) reject('fixed-preset', given[0], 'no overrides with preset release', 'one');
  return (rows, columns) => new ReleaseSynapses(rows, columns, random);
}
