/**
 * Synapses: a matrix of weights that can be read, multiplied with and changed by increments.
 * One behaviour, two implementations: SoftwareSynapses (exact float32) beside this file, PcmSynapses in src/pcm.
 * All matrices are float32, row major: row = presynaptic line (input), column = postsynaptic neuron (output).
 */
export interface Synapses {
  readonly rows: number;
  readonly columns: number;
  /** Programs the whole matrix (rows x columns). */
  program(weights: Float32Array): void;
  /** Adds an update (rows x columns); hardware rounds it and rewrites only the devices that change. */
  update(delta: Float32Array): void;
  /**
   * Programs columns first..end-1 (weights: rows x columns, the others are not looked at) as exactly as the hardware can; cells
   * are counted as an update's. Where it is missing, nothing about reading or writing is inexact.
   */
  writeColumns?(weights: Float32Array, first: number, end: number): void;
  /**
   * Writes columns first..end-1 once more as they were wanted: undoes what time made of them. Counted as an update's cells.
   * Missing where nothing ages.
   */
  renewColumns?(first: number, end: number): void;
  /** Lets device time pass, s >= 0 (drift). Software weights do not age. */
  advance(seconds: number): void;
  /**
   * The weights that a product would use now, rows x columns, with everything that is constant over a run applied
   * (programming error, drift, compensation, time-invariant read noise). The caller must not change the array.
   */
  read(): Float32Array;
  /** What differs from product to product, or null where nothing does. */
  analog(): AnalogReadout | null;
  /**
   * Sets the ranges of output converters from sample inputs (count x rows); where it is there and was not called since
   * program(), the first product does so from its own inputs.
   */
  calibrate?(inputs: Float32Array, count: number): void;
  /** Products of `count` input vectors (count x rows) into `outputs` (count x columns), converters and noise included. */
  multiply(inputs: Float32Array, outputs: Float32Array, count?: number): void;
  /** Accounts for products that a spiking kernel made with read() weights. */
  countProducts(count: number): void;
  /** How a memory that drifts stands; missing where nothing ages. */
  condition?(): MemoryCondition;
  /** What was spent so far. */
  readonly ledger: Ledger;
}

/** How a memory that drifts stands. */
export interface MemoryCondition {
  /** Device time since anything was last written, s. */
  ageS: number;
  /** What makes up for drift: nothing, one digital factor, or one a column. */
  compensation: 'none' | 'global' | 'column';
  /** Mean of these factors; 1 without compensation. */
  compensationFactor: number;
}

/** Per-product non-idealities of an analog readout, for kernels that apply them inside a spiking run. */
export interface AnalogReadout {
  /** Variance of each weight from read to read (rows x columns), weight units squared; null where read noise is off. */
  readVariance: Float32Array | null;
  /** Least significant bit of each column's output converter, weight units; 0 = no converter. Length columns. */
  adcStep: Float32Array | null;
  /** Largest magnitude each column's converter can give, weight units. Length columns. */
  adcLimit: Float32Array | null;
}

/** Running totals of hardware use. Software synapses count MVMs and spend nothing. */
export interface Ledger {
  devicesTotal: number;
  devicesWritten: number;
  pulses: number;
  /** Products with a core's worth of rows and columns. */
  mvms: number;
  energyJ: { program: number; read: number };
}

/** A ledger that has spent nothing. */
export function emptyLedger(devicesTotal = 0): Ledger {
  return { devicesTotal, devicesWritten: 0, pulses: 0, mvms: 0, energyJ: { program: 0, read: 0 } };
}

/** Sum of ledgers. */
export function addLedgers(...ledgers: Ledger[]): Ledger {
  const sum = emptyLedger();
  for (const l of ledgers) {
    sum.devicesTotal += l.devicesTotal;
    sum.devicesWritten += l.devicesWritten;
    sum.pulses += l.pulses;
    sum.mvms += l.mvms;
    sum.energyJ.program += l.energyJ.program;
    sum.energyJ.read += l.energyJ.read;
  }
  return sum;
}

/** Makes synapses of a given shape; `name` tells cores apart in reports ("trainee", "conv2", ...). */
export type SynapsesFactory = (rows: number, columns: number, name: string) => Synapses;
