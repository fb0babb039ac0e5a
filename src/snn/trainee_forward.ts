import { clockLine } from './encoder.js';
import type { Memory, TraineeHistory } from './histories.js';
import { decay } from './layout.js';
import type { MotorNetworkConfig } from './motor_network.js';

/** What a run of the trainee needs of the kernel; all pointers are byte offsets. */
export interface TraineeExports {
  seedNoise(seed: number): void;
  traineeRun(...args: number[]): void;
}

/** Crossbar weights in kernel memory (rows padded, self-connections 0), with noise and converters of an analog readout. */
export interface TraineeWeights {
  weights: Float32Array;
  variance: Float32Array | null;
  analog: { step: Float32Array; limit: Float32Array } | null;
}

/** Runs the trainee in kernel memory: a whole trial, or step after step. */
export class TraineeForward {
  /** The clock line that fires at each step, -1 at the end (steps + 1). */
  readonly clock: Int32Array;
  private readonly scratch: Float32Array;
  private readonly membraneDecay: number;
  private readonly readoutDecay: number;

  constructor(
    private readonly kernel: TraineeExports,
    memory: Memory,
    private readonly config: MotorNetworkConfig,
    private readonly crossbarStride: number,
  ) {
    const { steps, clockLines, clockPeriodSteps } = config;
    this.clock = memory.i32(steps + 1);
    for (let t = 0; t <= steps; t++)
      this.clock[t] = t < steps ? clockLine(t, clockLines, clockPeriodSteps) : -1;
    this.scratch = memory.f32(4 * crossbarStride);
    this.membraneDecay = decay(config.trainee.tauMembraneSteps);
    this.readoutDecay = decay(config.tauReadoutSteps);
  }

  static elements(config: MotorNetworkConfig, crossbarStride: number): number {
    return config.steps + 1 + 4 * crossbarStride;
  }

  /**
   * Steps `from` <= t < `to`, into the history. `from` = 0 begins a trial; `from` > 0 goes on with the one that the last
   * run of this object left, on the same weights and history.
   */
  run(
    from: number,
    to: number,
    { weights, variance, analog }: TraineeWeights,
    history: TraineeHistory,
    keepDerivatives: boolean,
  ): void {
    const { trainee, joints, clockLines } = this.config;
    this.kernel.traineeRun(
      weights.byteOffset,
      variance ? variance.byteOffset : 0,
      analog ? analog.step.byteOffset : 0,
      analog ? analog.limit.byteOffset : 0,
      trainee.neurons,
      joints,
      clockLines,
      this.crossbarStride,
      from,
      to,
      this.clock.byteOffset,
      this.membraneDecay,
      this.readoutDecay,
      trainee.threshold,
      trainee.refractorySteps,
      trainee.damping,
      this.scratch.byteOffset,
      history.out.byteOffset,
      history.spikes.byteOffset,
      history.spikeStart.byteOffset,
      keepDerivatives ? history.h.byteOffset : 0,
      history.active.byteOffset,
      history.activeStart.byteOffset,
    );
  }
}
