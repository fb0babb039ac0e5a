import { wasmBase64 } from '../kernels/generated/snn.js';
import { bytesFor, Kernel } from '../kernels/load.js';
import type { AnalogReadout } from '../synapses/synapses.js';
import { LsgHistory, TraineeHistory } from './histories.js';
import { LoadedWeights } from './loaded_weights.js';
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
  private readonly loaded: LoadedWeights;
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
          LoadedWeights.elements(crossbarStride),
        64,
      ),
    );
    this.exports = kernel.exports;
    this.forward = new MotorForward(kernel.exports, kernel, config);
    this.matrices = new LsgMatrices(kernel, config, lsgStride, crossbarStride);
    this.lsg = new LsgHistory(kernel, config, lsgStride, crossbarStride, false);
    this.exposure = new TraineeHistory(kernel, config, crossbarStride);
    this.recalled = new TraineeHistory(kernel, config, crossbarStride);
    this.loaded = new LoadedWeights(kernel, config, crossbarStride);
  }

  /** Runs the trainee on the weights that synapses show now (rows x columns), with their noise and converters. */
  run(
    weights: Float32Array,
    analog: AnalogReadout | null,
    noiseSeed: number,
    history: TraineeHistory,
    keepDerivatives: boolean,
  ): void {
    const loaded = this.loaded.load(weights, analog);
    if (loaded.variance) this.exports.seedNoise(noiseSeed);
    this.forward.trainee.run(0, this.forward.config.steps, loaded, history, keepDerivatives);
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
