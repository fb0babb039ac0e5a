import { Random } from '../kernels/random.js';
import { SoftwareSynapses } from '../synapses/software_synapses.js';
import {
  emptyLedger,
  type AnalogReadout,
  type Ledger,
  type MemoryCondition,
  type Synapses,
  type SynapsesFactory,
} from '../synapses/synapses.js';
import { pcmConfig, type PcmConfig, type PcmOverrides } from './config.js';
import { calibrationProducts, Core, type CoreView } from './core.js';
import { devicesPerCell, tiles, type Tile } from './mapping.js';
import { releaseSynapses } from './release_synapses.js';

/** What it took to bring a matrix onto the hardware: Synapses.ledger counts what came after. */
export interface Deployment {
  devicesWritten: number;
  pulses: number;
  energyJ: number;
}

/** How a memory is read: without what it can do against drift, without read noise. */
export interface MemoryReading {
  compensated: boolean;
  readNoise: boolean;
}

/** A matrix on crossbar cores of phase-change memory, cut into tiles of at most 256 x 256. */
export class PcmSynapses implements Synapses {
  readonly ledger: Ledger;
  /** Costs of program(), apart from the ledger: writing the meta-trained weights is not learning. */
  readonly deployment: Deployment = { devicesWritten: 0, pulses: 0, energyJ: 0 };
  private readonly cores: (Tile & { core: Core })[];
  /** The exact product where nothing is analog about it. */
  private readonly software: SoftwareSynapses | null;
  private readonly weights: Float32Array;
  private readonly part: Float32Array;
  private programmed = false;
  private changed = true;
  /** Device time since the last write, s. */
  private ageS = 0;

  /** @param random source of every random draw. */
  constructor(
    readonly rows: number,
    readonly columns: number,
    private readonly config: PcmConfig,
    random: Random,
  ) {
    for (const [field, n] of [
      ['rows', rows],
      ['columns', columns],
    ] as const)
      if (!Number.isInteger(n) || n < 1)
        throw new RangeError(`${field}: expected a whole number >= 1, got ${n}`);
    this.ledger = emptyLedger(rows * columns * devicesPerCell);
    const { statistics, converters, wireOhm } = config;
    const exact =
      !statistics && converters.inputBits === null && converters.outputBits === null && wireOhm === 0;
    this.software = exact ? new SoftwareSynapses(rows, columns) : null;
    this.cores = tiles(rows, columns).map((tile) => ({
      ...tile,
      core: new Core(tile.rows, tile.columns, config, new Random(random.uint32())),
    }));
    this.weights = new Float32Array(rows * columns);
    this.part = new Float32Array(Math.max(...this.cores.map((c) => c.rows * c.columns)));
  }

  program(weights: Float32Array): void {
    this.check('weights', weights);
    const before = this.pulses();
    for (const tile of this.cores) tile.core.program(this.slice(weights, tile));
    const pulses = this.pulses() - before;
    this.deployment.devicesWritten += this.ledger.devicesTotal;
    this.deployment.pulses += pulses;
    this.deployment.energyJ += pulses * this.config.energy.pulseJ;
    this.programmed = this.changed = true;
    this.ageS = 0;
  }

  update(delta: Float32Array): void {
    this.check('delta', delta);
    this.change((tile) => tile.core.update(this.slice(delta, tile)));
  }

  writeColumns(weights: Float32Array, first: number, end: number): void {
    this.check('weights', weights);
    if (!(
      Number.isInteger(first) &&
      Number.isInteger(end) &&
      0 <= first &&
      first < end &&
      end <= this.columns
    ))
      throw new RangeError(`columns: expected some of 0 to ${this.columns}, got ${first} to ${end}`);
    this.change((tile) => {
      const from = Math.max(0, first - tile.column);
      const to = Math.min(tile.columns, end - tile.column);
      return from < to ? tile.core.writeColumns(this.slice(weights, tile), from, to) : 0;
    });
  }

  renewColumns(first: number, end: number): void {
    this.ensureProgrammed();
    const wanted = new Float32Array(this.rows * this.columns);
    for (const { core, row, column } of this.cores)
      core.wanted(wanted, row * this.columns + column, this.columns);
    this.writeColumns(wanted, first, end);
  }

  /** Changes cells and counts what that took. @param write returns how many cells of a tile were written. */
  private change(write: (tile: Tile & { core: Core }) => number): void {
    this.ensureProgrammed();
    const before = this.pulses();
    const writtenBefore = this.ledger.devicesWritten;
    for (const tile of this.cores) this.ledger.devicesWritten += devicesPerCell * write(tile);
    if (this.ledger.devicesWritten > writtenBefore) this.ageS = 0;
    const pulses = this.pulses() - before;
    this.ledger.pulses += pulses;
    this.ledger.energyJ.program += pulses * this.config.energy.pulseJ;
    this.changed = true;
  }

  advance(seconds: number): void {
    if (!(seconds >= 0 && seconds < Infinity))
      throw new RangeError(`seconds: expected a number >= 0, got ${seconds}`);
    for (const { core } of this.cores) core.advance(seconds);
    this.ageS += seconds;
    this.changed = true;
  }

  condition(): MemoryCondition {
    this.refresh();
    const columns = this.cores.reduce((sum, { core }) => sum + core.columns, 0);
    const factors = this.cores.reduce((sum, { core }) => sum + core.compensationSum(), 0);
    return {
      ageS: this.ageS,
      compensation: this.config.compensation,
      compensationFactor: factors / columns,
    };
  }

  read(): Float32Array {
    this.refresh();
    return this.weights;
  }

  /** The cores as they stand: where each lies in the matrix, and what its cells hold. Copies. */
  inspect(): (Tile & CoreView)[] {
    this.refresh();
    return this.cores.map(({ core, ...tile }) => ({ ...tile, ...core.inspect() }));
  }

  /**
   * A copy as this memory is, or will be, `ageS` after its last write, read in another way where wanted; the same question gives
   * the same copy. Read noise that does not change from read to read stays what it is, so that ages can be compared.
   * @throws RangeError for an age that is none.
   */
  aged(ageS: number, { compensated, readNoise }: MemoryReading): PcmSynapses {
    if (!(ageS >= 0 && ageS < Infinity)) throw new RangeError(`ageS: expected a number >= 0, got ${ageS}`);
    this.ensureProgrammed();
    const { rows, columns, config } = this;
    const aged = new PcmSynapses(
      rows,
      columns,
      {
        ...config,
        compensation: compensated ? config.compensation : 'none',
        readNoise: { ...config.readNoise, scale: readNoise ? config.readNoise.scale : 0 },
      },
      new Random(0, 0xa6e),
    );
    const writtenS = Math.max(...this.cores.map(({ core }) => core.lastWriteS()));
    aged.cores.forEach(({ core }, k) => core.copy(this.cores[k].core, writtenS + ageS));
    aged.programmed = true;
    aged.ageS = ageS;
    return aged;
  }

  analog(): AnalogReadout | null {
    this.refresh();
    const { rows, columns, config, cores } = this;
    const converted = config.converters.outputBits !== null;
    const variance = new Float32Array(rows * columns);
    let noisy = false;
    for (const { core, row, column } of cores)
      noisy = core.readVariance(variance, row * columns + column, columns) || noisy;
    if (!noisy && !converted) return null;
    let adcStep: Float32Array | null = null;
    let adcLimit: Float32Array | null = null;
    if (converted && rows <= 256) {
      adcStep = new Float32Array(columns);
      adcLimit = new Float32Array(columns);
      for (const tile of cores)
        for (let j = 0; j < tile.columns; j++)
          [adcStep[tile.column + j], adcLimit[tile.column + j]] = tile.core.converter(j);
    }
    return { readVariance: noisy ? variance : null, adcStep, adcLimit };
  }

  multiply(inputs: Float32Array, outputs: Float32Array, count = 1): void {
    const { rows, columns } = this;
    if (inputs.length < count * rows || outputs.length < count * columns)
      throw new RangeError(
        `inputs, outputs: expected at least ${count} x ${rows} and ${count} x ${columns} values, got ${inputs.length} and ${outputs.length}`,
      );
    this.refresh();
    this.countProducts(count);
    if (this.software) return this.software.multiply(inputs, outputs, count);
    for (const { core, row, column } of this.cores)
      core.multiply(inputs, row, rows, outputs, column, columns, count, row > 0);
  }

  /** Sets the output converters' ranges from sample inputs (count x rows); without it the first multiply() does. */
  calibrate(inputs: Float32Array, count: number): void {
    if (inputs.length < count * this.rows)
      throw new RangeError(`inputs: expected ${count} x ${this.rows} values, got ${inputs.length}`);
    this.refresh();
    for (const { core, row } of this.cores) core.calibrate(inputs, row, this.rows, count);
    this.countProducts(count);
  }

  countProducts(count: number): void {
    this.ledger.mvms += count * this.cores.length;
    this.ledger.energyJ.read +=
      count * this.cores.length * this.config.energy.productJ[this.config.converters.phases];
  }

  private refresh(): void {
    if (!this.changed) return;
    this.ensureProgrammed();
    this.changed = false;
    const before = this.calibrations();
    for (const { core, row, column } of this.cores)
      core.read(this.weights, row * this.columns + column, this.columns);
    this.software?.program(this.weights);
    const products = (this.calibrations() - before) * calibrationProducts;
    this.ledger.mvms += products;
    this.ledger.energyJ.read += products * this.config.energy.productJ[this.config.converters.phases];
  }

  private ensureProgrammed(): void {
    if (!this.programmed) this.program(new Float32Array(this.rows * this.columns));
  }

  private pulses(): number {
    return this.cores.reduce((sum, { core }) => sum + core.pulses, 0);
  }

  private calibrations(): number {
    return this.cores.reduce((sum, { core }) => sum + core.calibrations, 0);
  }

  /** The part of a matrix that lies on a tile; valid until the next call. */
  private slice(matrix: Float32Array, tile: Tile): Float32Array {
    if (this.cores.length === 1) return matrix;
    const part = this.part.subarray(0, tile.rows * tile.columns);
    for (let i = 0; i < tile.rows; i++) {
      const from = (tile.row + i) * this.columns + tile.column;
      part.set(matrix.subarray(from, from + tile.columns), i * tile.columns);
    }
    return part;
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

/**
 * Synapses of a preset: 'ideal', 'pcm-like', 'hermes', 'chip', or 'release' (takes no overrides).
 * Same seed, same conductances; each matrix made gets a stream of its own, in the order of making.
 * @throws InputError for an unknown preset or an override out of its range.
 */
export function pcmSynapses(
  preset: string,
  options: { seed: number } & PcmOverrides = { seed: 0 },
): SynapsesFactory {
  const { seed, ...overrides } = options;
  const random = new Random(seed, 0x9c3);
  if (preset === 'release') return releaseSynapses(random, overrides);
  const config = pcmConfig(preset, overrides);
  return (rows, columns) => new PcmSynapses(rows, columns, config, random);
}
