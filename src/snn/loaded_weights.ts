import type { AnalogReadout } from '../synapses/synapses.js';
import type { Memory } from './histories.js';
import { clearDiagonal, crossbarShape, pad } from './layout.js';
import type { MotorNetworkConfig } from './motor_network.js';
import type { TraineeWeights } from './trainee_forward.js';

/** Room in kernel memory for what synapses show: weights, variance from read to read, output converters. */
export class LoadedWeights {
  private readonly weights: Float32Array;
  private readonly variance: Float32Array;
  private readonly converters: { step: Float32Array; limit: Float32Array };

  constructor(
    memory: Memory,
    private readonly config: MotorNetworkConfig,
    private readonly crossbarStride: number,
  ) {
    this.weights = memory.f32(crossbarStride ** 2);
    this.variance = memory.f32(crossbarStride ** 2);
    this.converters = { step: memory.f32(crossbarStride), limit: memory.f32(crossbarStride) };
  }

  static elements(crossbarStride: number): number {
    return 2 * crossbarStride ** 2 + 2 * crossbarStride;
  }

  /** Copies weights (rows x columns of the crossbar) and what is analog about reading them. */
  load(weights: Float32Array, analog: AnalogReadout | null): TraineeWeights {
    const { crossbarStride, config, converters, variance } = this;
    const { rows, columns } = crossbarShape(config);
    pad(weights, this.weights, rows, columns, crossbarStride);
    clearDiagonal(this.weights, config.clockLines, config.trainee.neurons, crossbarStride);
    if (analog?.readVariance) pad(analog.readVariance, variance, rows, columns, crossbarStride);
    if (analog?.adcStep) {
      converters.step.set(analog.adcStep);
      converters.limit.set(analog.adcLimit!);
    }
    return {
      weights: this.weights,
      variance: analog?.readVariance ? variance : null,
      analog: analog?.adcStep ? converters : null,
    };
  }
}
