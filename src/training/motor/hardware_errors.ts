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
 * The conductance range is the one that programming and writing on PCM's `chip` preset would choose: row amplitudes and
 * column scales from the meta-trained weights, wider where an update outgrows a column.
 */
export class HardwareErrors {
  private readonly range: Float32Array;
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
    this.range = memory.f32(crossbarStride ** 2);
    this.unpadded = new Float32Array(rows * columns);
  }

  /** Starts a batch: the range of the present parameters (crossbar, rows padded). */
  program(crossbar: Float32Array): void {
    const { rows, columns, crossbarStride } = motorSizes(this.config);
    unpad(crossbar, this.unpadded, rows, columns, crossbarStride);
    this.chosen = chooseRange(this.preset, this.unpadded, rows, columns);
  }

  /** Starts a lesson. */
  seed(seed: number): void {
    this.kernel.seedDevices(seed);
  }

  /** to = from + errors of the devices that hold it. */
  inject(to: Float32Array, from: Float32Array): void {
    this.setRange(from);
    const [a0, a1, a2] = this.noise.error;
    this.kernel.deviceNoise(to.byteOffset, from.byteOffset, this.range.byteOffset, to.length, a0, a1, a2);
  }

  /** Rounds an update to what can be written beside `weights`. */
  round(update: Float32Array, weights: Float32Array): void {
    if (this.noise.levels === 0) return;
    this.setRange(weights, update);
    this.kernel.roundStochastically(
      update.byteOffset,
      this.range.byteOffset,
      update.length,
      this.noise.levels,
    );
  }

  /** Full scale of every entry for weights (plus an update), 0 where the runs mask. */
  private setRange(weights: Float32Array, update?: Float32Array): void {
    const { rows, columns, crossbarStride: stride } = motorSizes(this.config);
    const { rowGain, columnRange } = this.chosen!;
    for (let j = 0; j < columns; j++) {
      let wanted = 0;
      for (let i = 0, k = j; i < rows; i++, k += stride)
        wanted = Math.max(wanted, Math.abs(update ? weights[k] + update[k] : weights[k]) / rowGain[i]);
      const full = wanted > columnRange[j] ? this.preset.headroom * wanted : columnRange[j];
      for (let i = 0, k = j; i < rows; i++, k += stride) this.range[k] = rowGain[i] * full;
    }
    const { trainee, joints, clockLines } = this.config;
    this.kernel.maskCrossbar(this.range.byteOffset, trainee.neurons, joints, clockLines, stride);
  }
}
