import { pcmConfig } from '../../pcm/config.js';
import { chooseRange, type Range } from '../../pcm/range.js';
import type { Memory } from '../../snn/histories.js';
import { unpad } from '../../snn/layout.js';
import { motorSizes } from '../../snn/motor_forward.js';
import type { MotorNetworkConfig } from '../../snn/motor_network.js';
import type { MetaExports } from './meta_gradient.js';
import type { RunConfig } from './run_config.js';

/**
 * Errors of emulated hardware, drawn into the trainee's crossbar while meta-training; gradients pass straight through.
 * A lesson draws them once when the weights are deployed, and again where its update writes.
 * The conductance range is the one that programming and writing on PCM's `chip` preset would choose: row amplitudes and
 * column scales from the meta-trained weights, wider where an update outgrows a column.
 */
export class HardwareErrors {
  /** Full scale of every entry: as deployed, and after the last update. */
  private readonly programmed: Float32Array;
  private readonly range: Float32Array;
  /** Of each column: full scale, and whether the last update outgrew the one that was deployed. */
  private readonly full: Float32Array;
  private readonly widened: Uint8Array;
  private readonly unpadded: Float32Array;
  private readonly preset = pcmConfig('chip');
  private chosen: Range | null = null;

  constructor(
    private readonly kernel: MetaExports,
    memory: Memory,
    private readonly config: MotorNetworkConfig,
    private readonly noise: NonNullable<RunConfig['noise']>,
  ) {
    const { rows, columns, crossbarStride } = motorSizes(config);
    this.programmed = memory.f32(crossbarStride ** 2);
    this.range = memory.f32(crossbarStride ** 2);
    this.full = new Float32Array(columns);
    this.widened = new Uint8Array(crossbarStride);
    this.unpadded = new Float32Array(rows * columns);
  }

  /** Starts a batch: the range of the present parameters (crossbar, rows padded). */
  program(crossbar: Float32Array): void {
    const { rows, columns, crossbarStride } = motorSizes(this.config);
    unpad(crossbar, this.unpadded, rows, columns, crossbarStride);
    this.chosen = chooseRange(this.preset, this.unpadded, rows, columns);
    this.full.set(this.chosen.columnRange);
    this.spread(this.programmed);
  }

  /** Starts a lesson. */
  seed(seed: number): void {
    this.kernel.seedDevices(seed);
  }

  /** before = crossbar (the parameters of program()) + errors of the devices that hold it. */
  deploy(before: Float32Array, crossbar: Float32Array): void {
    this.draw(before, crossbar, this.programmed);
  }

  /**
   * What writing an update makes of deployed weights: it is rounded to what can be written, columns that it outgrows get a
   * wider range, and devices that are written get new errors; all others keep theirs.
   * @param update of the crossbar; becomes the wanted weights. @param after may not be `before`.
   */
  write(after: Float32Array, update: Float32Array, before: Float32Array, crossbar: Float32Array): void {
    this.widen(crossbar, update);
    this.spread(this.range);
    const { levels } = this.noise;
    if (levels > 0)
      this.kernel.roundStochastically(update.byteOffset, this.range.byteOffset, update.length, levels);
    this.kernel.add(update.byteOffset, crossbar.byteOffset, update.length);
    this.draw(after, update, this.range);
    const { crossbarStride: stride } = motorSizes(this.config);
    for (let k = 0; k < update.length; k++)
      if (update[k] === crossbar[k] && this.widened[k % stride] === 0) after[k] = before[k];
  }

  private draw(to: Float32Array, from: Float32Array, range: Float32Array): void {
    const [a0, a1, a2] = this.noise.error;
    this.kernel.deviceNoise(to.byteOffset, from.byteOffset, range.byteOffset, to.length, a0, a1, a2);
  }

  /** Full scale of each column for weights plus an update, into `full`. */
  private widen(weights: Float32Array, update: Float32Array): void {
    const { rows, columns, crossbarStride: stride } = motorSizes(this.config);
    const { rowGain, columnRange } = this.chosen!;
    this.full.fill(0);
    for (let i = 0, k = 0; i < rows; i++, k += stride - columns)
      for (let j = 0; j < columns; j++, k++)
        this.full[j] = Math.max(this.full[j], Math.abs(weights[k] + update[k]) / rowGain[i]);
    for (let j = 0; j < columns; j++) {
      this.widened[j] = this.full[j] > columnRange[j] ? 1 : 0;
      this.full[j] = this.widened[j] ? this.preset.headroom * this.full[j] : columnRange[j];
    }
  }

  /** Full scale of every entry from that of its column, 0 where the runs mask. */
  private spread(range: Float32Array): void {
    const { rows, columns, crossbarStride: stride } = motorSizes(this.config);
    const { rowGain } = this.chosen!;
    for (let i = 0, k = 0; i < rows; i++, k += stride - columns)
      for (let j = 0; j < columns; j++, k++) range[k] = rowGain[i] * this.full[j];
    const { trainee, joints, clockLines } = this.config;
    this.kernel.maskCrossbar(range.byteOffset, trainee.neurons, joints, clockLines, stride);
  }
}
