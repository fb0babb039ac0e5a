import type { Memory } from './histories.js';
import { clearDiagonal, pad } from './layout.js';
import { learningSignals, lsgInputs, type MotorNetworkConfig, type MotorTensors } from './motor_network.js';

/** The LSG's weights in kernel memory, rows padded. */
export class LsgMatrices {
  readonly input: Float32Array;
  readonly recurrent: Float32Array;
  readonly readout: Float32Array;
  readonly direct: Float32Array | null;

  constructor(
    memory: Memory,
    private readonly config: MotorNetworkConfig,
    private readonly lsgStride: number,
    private readonly signalStride: number,
  ) {
    const m = config.lsg.neurons;
    const inputs = lsgInputs(config);
    this.input = memory.f32(inputs * lsgStride);
    this.recurrent = memory.f32(m * lsgStride);
    this.readout = memory.f32(m * signalStride);
    this.direct = config.update.direct ? memory.f32(inputs * signalStride) : null;
  }

  static elements(config: MotorNetworkConfig, lsgStride: number, signalStride: number): number {
    const [inputs, m] = [lsgInputs(config), config.lsg.neurons];
    return (inputs + m) * lsgStride + (m + (config.update.direct ? inputs : 0)) * signalStride;
  }

  load(tensors: MotorTensors): void {
    const { config, lsgStride, signalStride } = this;
    const [inputs, m, signals] = [lsgInputs(config), config.lsg.neurons, learningSignals(config)];
    pad(tensors.lsgInput, this.input, inputs, m, lsgStride);
    pad(tensors.lsgRecurrent, this.recurrent, m, m, lsgStride);
    clearDiagonal(this.recurrent, 0, m, lsgStride);
    pad(tensors.lsgReadout, this.readout, m, signals, signalStride);
    if (this.direct) pad(tensors.lsgDirect!, this.direct, inputs, signals, signalStride);
  }
}
