import type { Random } from '../kernels/random.js';
import { SoftwareSynapses } from './software_synapses.js';
import type { AnalogReadout, Ledger, Synapses } from './synapses.js';

/**
 * Weights of a few bits without any other hardware effect (the paper's "software 4 bit"): each column has
 * 2^(bits - 1) - 1 levels a sign up to its range. Programming rounds to the nearest, updates stochastically.
 */
export class QuantisedSynapses implements Synapses {
  private readonly exact: SoftwareSynapses;
  private readonly weights: Float32Array;
  private readonly step: Float32Array;
  private readonly levels: number;

  /** @param bits 2 to 16. @param range largest weight; default: the largest of each programmed column. */
  constructor(
    readonly rows: number,
    readonly columns: number,
    bits: number,
    private readonly random: Random,
    private readonly range?: number,
  ) {
    if (!Number.isInteger(bits) || bits < 2 || bits > 16)
      throw new RangeError(`bits: expected an integer from 2 to 16, got ${bits}`);
    this.levels = 2 ** (bits - 1) - 1;
    this.exact = new SoftwareSynapses(rows, columns);
    this.weights = new Float32Array(rows * columns);
    this.step = new Float32Array(columns).fill((range ?? 1) / this.levels);
  }

  get ledger(): Ledger {
    return this.exact.ledger;
  }

  program(weights: Float32Array): void {
    this.exact.program(weights);
    const { columns, levels, range, step } = this;
    for (let j = 0; j < columns; j++) {
      let largest = 0;
      for (let k = j; k < weights.length; k += columns) largest = Math.max(largest, Math.abs(weights[k]));
      step[j] = (range ?? (largest || 1)) / levels;
    }
    for (let k = 0; k < weights.length; k++)
      this.weights[k] = this.clip(Math.round(weights[k] / step[k % columns]), k);
    this.exact.program(this.weights);
  }

  update(delta: Float32Array): void {
    for (let k = 0; k < delta.length; k++) {
      if (delta[k] === 0) continue;
      const steps = Math.floor(delta[k] / this.step[k % this.columns] + this.random.uniform());
      this.weights[k] = this.clip(Math.round(this.weights[k] / this.step[k % this.columns]) + steps, k);
    }
    this.exact.program(this.weights);
  }

  advance(seconds: number): void {
    this.exact.advance(seconds);
  }

  read(): Float32Array {
    return this.exact.read();
  }

  analog(): AnalogReadout | null {
    return null;
  }

  multiply(inputs: Float32Array, outputs: Float32Array, count = 1): void {
    this.exact.multiply(inputs, outputs, count);
  }

  countProducts(count: number): void {
    this.exact.countProducts(count);
  }

  private clip(level: number, k: number): number {
    return Math.max(-this.levels, Math.min(this.levels, level)) * this.step[k % this.columns];
  }
}
