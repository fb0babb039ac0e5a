import { wasmBase64 } from '../kernels/generated/snn.js';
import { bytesFor, Kernel } from '../kernels/load.js';
import type { AnalogReadout } from '../synapses/synapses.js';
import { LsgHistory, TraineeHistory } from './histories.js';
import { clearDiagonal, pad } from './layout.js';
import { LsgMatrices } from './lsg_matrices.js';
import { MotorForward, motorSizes, type ForwardExports } from './motor_forward.js';
import { tensorShapes, type MotorNetworkConfig, type MotorTensors } from './motor_network.js';

/** A kernel with everything that one learner (no adjoint) needs. */
export class MotorKernel {
  readonly forward: MotorForward;
  readonly matrices: LsgMatrices;
  readonly lsg: LsgHistory;
  readonly exposure: TraineeHistory;
  readonly recalled: TraineeHistory;
  readonly weights: Float32Array;
  private readonly variance: Float32Array;
  private readonly adc: { step: Float32Array; limit: Float32Array };
  private readonly exports: ForwardExports;

  constructor(config: MotorNetworkConfig) {
    const sizes = motorSizes(config);
    const { crossbarStride, lsgStride } = sizes;
    const kernel = new Kernel<ForwardExports>(
      wasmBase64,
      bytesFor(
        MotorForward.elements(config) +
          LsgMatrices.elements(config, lsgStride, crossbarStride) +
          LsgHistory.elements(config, lsgStride, crossbarStride, false) +
          2 * TraineeHistory.elements(config, crossbarStride) +
          2 * crossbarStride ** 2 +
          2 * crossbarStride,
        64,
      ),
    );
    this.exports = kernel.exports;
    this.forward = new MotorForward(kernel.exports, kernel, config);
    this.matrices = new LsgMatrices(kernel, config, lsgStride, crossbarStride);
    this.lsg = new LsgHistory(kernel, config, lsgStride, crossbarStride, false);
    this.exposure = new TraineeHistory(kernel, config, crossbarStride);
    this.recalled = new TraineeHistory(kernel, config, crossbarStride);
    this.weights = kernel.f32(crossbarStride ** 2);
    this.variance = kernel.f32(crossbarStride ** 2);
    this.adc = { step: kernel.f32(crossbarStride), limit: kernel.f32(crossbarStride) };
  }

  /** Runs the trainee on the weights that synapses show now (rows x columns), with their noise and converters. */
  run(
    weights: Float32Array,
    analog: AnalogReadout | null,
    noiseSeed: number,
    history: TraineeHistory,
    keepDerivatives: boolean,
  ): void {
    const { rows, columns, crossbarStride } = this.forward.sizes;
    const { clockLines, trainee } = this.forward.config;
    pad(weights, this.weights, rows, columns, crossbarStride);
    clearDiagonal(this.weights, clockLines, trainee.neurons, crossbarStride);
    if (analog?.readVariance) {
      pad(analog.readVariance, this.variance, rows, columns, crossbarStride);
      this.exports.seedNoise(noiseSeed);
    }
    if (analog?.adcStep) {
      this.adc.step.set(analog.adcStep);
      this.adc.limit.set(analog.adcLimit!);
    }
    this.forward.runTrainee(
      this.weights,
      history,
      keepDerivatives,
      analog?.readVariance ? this.variance : null,
      analog?.adcStep ? this.adc : null,
    );
  }
}

/** Refuses weights whose tensors do not have the configuration's shapes. */
export function checkTensors(config: MotorNetworkConfig, tensors: MotorTensors): void {
  for (const [name, shape] of Object.entries(tensorShapes(config)) as [
    keyof MotorTensors,
    [number, number] | null,
  ][]) {
    const values = tensors[name];
    if (!shape) continue;
    if (!values) throw new RangeError(`weights: tensor ${name} is missing`);
    if (values.length !== shape[0] * shape[1])
      throw new RangeError(
        `weights: tensor ${name}: expected ${shape[0]} x ${shape[1]}, got ${values.length} values`,
      );
  }
}
