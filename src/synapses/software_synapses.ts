import {
  emptyLedger,
  type AnalogReadout,
  type Ledger,
  type Synapses,
  type SynapsesFactory,
} from './synapses.js';

/** Exact float32 weights: the software backend. */
export class SoftwareSynapses implements Synapses {
  readonly ledger: Ledger = emptyLedger();
  private readonly weights: Float32Array;

  constructor(
    readonly rows: number,
    readonly columns: number,
  ) {
    this.weights = new Float32Array(rows * columns);
  }

  program(weights: Float32Array): void {
    this.require('weights', weights, this.rows * this.columns);
    this.weights.set(weights);
  }

  update(delta: Float32Array): void {
    this.require('delta', delta, this.rows * this.columns);
    for (let k = 0; k < delta.length; k++) this.weights[k] += delta[k];
  }

  advance(seconds: number): void {
    if (!(seconds >= 0)) throw new RangeError(`seconds must be >= 0, got ${seconds}`);
  }

  read(): Float32Array {
    return this.weights;
  }

  analog(): AnalogReadout | null {
    return null;
  }

  multiply(inputs: Float32Array, outputs: Float32Array, count = 1): void {
    const { rows, columns, weights } = this;
    for (let n = 0; n < count; n++) {
      const out = outputs.subarray(n * columns, (n + 1) * columns);
      out.fill(0);
      for (let i = 0; i < rows; i++) {
        const x = inputs[n * rows + i];
        if (x !== 0) for (let j = 0, w = i * columns; j < columns; j++, w++) out[j] += x * weights[w];
      }
    }
    this.countProducts(count);
  }

  countProducts(count: number): void {
    this.ledger.mvms += count;
  }

  private require(name: string, values: Float32Array, length: number): void {
    if (values.length !== length)
      throw new RangeError(
        `${name}: expected ${this.rows} x ${this.columns} = ${length} values, got ${values.length}`,
      );
  }
}

/** The factory of the software backend. */
export const softwareSynapses: SynapsesFactory = (rows, columns) => new SoftwareSynapses(rows, columns);
