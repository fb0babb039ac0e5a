import { wasmBase64 } from '../kernels/generated/snn.js';
import { bytesFor, Kernel } from '../kernels/load.js';
import type { Synapses } from '../synapses/synapses.js';
import { TraineeHistory } from './histories.js';
import { LoadedWeights } from './loaded_weights.js';
import { motorSizes } from './motor_forward.js';
import type { MotorNetworkConfig } from './motor_network.js';
import { TraineeForward, type TraineeExports, type TraineeWeights } from './trainee_forward.js';

/**
 * A recall step by step: each next() runs the trainee one step of its clock. Not calling it holds the recall, for as long
 * as wished. It runs on a copy of the synapses, in memory of its own: lessons meanwhile do not touch it.
 * Bit for bit what MotorLearner.recall() gives at once; next() allocates nothing.
 */
export class RecallStream {
  readonly joints: number;
  /** Steps of the trial. */
  readonly steps: number;
  private readonly trainee: TraineeForward;
  private readonly weights: TraineeWeights;
  private readonly history: TraineeHistory;
  private step = 0;

  /** @param synapses read now, their products counted step by step. @param noiseSeed of the read noise. */
  constructor(
    config: MotorNetworkConfig,
    private readonly synapses: Pick<Synapses, 'read' | 'analog' | 'countProducts'>,
    noiseSeed: number,
  ) {
    this.joints = config.joints;
    this.steps = config.steps;
    const { crossbarStride } = motorSizes(config);
    const kernel = new Kernel<TraineeExports>(
      wasmBase64,
      bytesFor(
        TraineeForward.elements(config, crossbarStride) +
          TraineeHistory.elements(config, crossbarStride) +
          LoadedWeights.elements(crossbarStride),
        16,
      ),
    );
    this.trainee = new TraineeForward(kernel.exports, kernel, config, crossbarStride);
    this.history = new TraineeHistory(kernel, config, crossbarStride);
    this.weights = new LoadedWeights(kernel, config, crossbarStride).load(synapses.read(), synapses.analog());
    kernel.exports.seedNoise(noiseSeed);
  }

  /** Steps made so far. */
  get done(): number {
    return this.step;
  }

  /**
   * The next step. @param velocities of the trial's joints, rad/s on its clock; written.
   * @returns false, with `velocities` as they were, where the trial is over.
   */
  next(velocities: Float32Array | Float64Array): boolean {
    const { step, joints, steps } = this;
    if (step >= steps) return false;
    this.trainee.run(step, step + 1, this.weights, this.history, false);
    this.synapses.countProducts(1);
    for (let j = 0; j < joints; j++) velocities[j] = this.history.out[step * joints + j];
    this.step = step + 1;
    return true;
  }
}
