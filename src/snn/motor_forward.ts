import { encode } from './encoder.js';
import type { LsgHistory, Memory, TraineeHistory } from './histories.js';
import { crossbarShape, decay, stride } from './layout.js';
import type { LsgMatrices } from './lsg_matrices.js';
import type { MotorNetworkConfig } from './motor_network.js';
import type { TrialMotion } from '../trial/trial_target.js';
import { TraineeForward, type TraineeExports } from './trainee_forward.js';

/** Exports of src/kernels/assembly/_forward.ts; all pointers are byte offsets. */
export interface ForwardExports extends TraineeExports {
  traces(...args: number[]): void;
  eprop(...args: number[]): void;
  lsgRun(...args: number[]): void;
}

/** Sizes that every user of the forward kernel shares. */
export interface MotorSizes {
  rows: number;
  columns: number;
  /** Floats a row of the crossbar, of the traces and of the learning signals. */
  crossbarStride: number;
  lsgStride: number;
}

/** Sizes of a configuration. Traces and transposed updates need rows <= crossbarStride. */
export function motorSizes(config: MotorNetworkConfig): MotorSizes {
  const { rows, columns } = crossbarShape(config);
  return {
    rows,
    columns,
    crossbarStride: stride(Math.max(rows, columns)),
    lsgStride: stride(config.lsg.neurons),
  };
}

/** Calls the forward kernels on arrays in their memory: one exposure's pieces, each by name. */
export class MotorForward {
  readonly sizes: MotorSizes;
  readonly trainee: TraineeForward;
  readonly updateT: Float32Array;
  readonly update: Float32Array;
  readonly traces: Float32Array;
  /** Threshold adaptation of each LSG neuron, 0 for plain LIF. */
  readonly beta: Float32Array;
  private readonly lsgScratch: Float32Array;
  private readonly listStep: Int32Array;
  private readonly listValue: Float32Array;
  private readonly listCount: Int32Array;

  constructor(
    private readonly kernel: ForwardExports,
    memory: Memory,
    readonly config: MotorNetworkConfig,
  ) {
    this.sizes = motorSizes(config);
    const { steps, lsg } = config;
    const { columns, crossbarStride, lsgStride } = this.sizes;
    this.trainee = new TraineeForward(kernel, memory, config, crossbarStride);
    this.beta = memory.f32(lsgStride);
    const adaptive = Math.floor(lsg.adaptiveFraction * lsg.neurons);
    this.beta.fill(lsg.adaptation, lsg.neurons - adaptive, lsg.neurons);
    this.lsgScratch = memory.f32(5 * lsgStride);
    this.traces = memory.f32(steps * crossbarStride);
    this.updateT = memory.f32(crossbarStride * crossbarStride);
    this.update = memory.f32(crossbarStride * crossbarStride);
    this.listStep = memory.i32(columns * steps);
    this.listValue = memory.f32(columns * steps);
    this.listCount = memory.i32(columns);
  }

  static elements(config: MotorNetworkConfig): number {
    const { columns, crossbarStride, lsgStride } = motorSizes(config);
    const { steps } = config;
    return (
      TraineeForward.elements(config, crossbarStride) +
      6 * lsgStride +
      steps * crossbarStride +
      2 * crossbarStride ** 2 +
      columns * (2 * steps + 1)
    );
  }

  /** Encodes the target and runs the LSG. */
  runLsg(matrices: LsgMatrices, target: TrialMotion, history: LsgHistory): void {
    const { config } = this;
    const { lsg } = config;
    encode(config, target, history.inputs);
    const at = (a: { byteOffset: number; length: number }): number => (a.length ? a.byteOffset : 0);
    this.kernel.lsgRun(
      matrices.input.byteOffset,
      matrices.recurrent.byteOffset,
      matrices.readout.byteOffset,
      matrices.direct ? matrices.direct.byteOffset : 0,
      lsg.neurons,
      this.sizes.lsgStride,
      this.sizes.crossbarStride,
      config.steps,
      history.inputs.start.byteOffset,
      history.inputs.line.byteOffset,
      history.inputs.value.byteOffset,
      this.beta.byteOffset,
      decay(lsg.tauMembraneSteps),
      decay(config.tauReadoutSteps),
      decay(lsg.tauAdaptationSteps),
      lsg.threshold,
      lsg.refractorySteps,
      lsg.damping,
      this.lsgScratch.byteOffset,
      history.signals.byteOffset,
      history.spikes.byteOffset,
      history.spikeStart.byteOffset,
      at(history.psi),
      at(history.thresholds),
      at(history.active),
      at(history.activeStart),
    );
  }

  /** Runs the trainee on crossbar weights (rows padded, self-connections 0): a whole trial. */
  runTrainee(
    weights: Float32Array,
    history: TraineeHistory,
    keepDerivatives: boolean,
    variance: Float32Array | null = null,
    analog: { step: Float32Array; limit: Float32Array } | null = null,
  ): void {
    this.trainee.run(0, this.config.steps, { weights, variance, analog }, history, keepDerivatives);
  }

  /** Presynaptic traces of an exposure, into `traces` (steps x crossbarStride). */
  runTraces(exposure: TraineeHistory): void {
    const { config } = this;
    const { crossbarStride } = this.sizes;
    this.kernel.traces(
      this.traces.byteOffset,
      crossbarStride,
      config.steps,
      config.clockLines,
      this.trainee.clock.byteOffset,
      exposure.spikes.byteOffset,
      exposure.spikeStart.byteOffset,
      decay(config.trainee.tauMembraneSteps),
    );
  }

  /** Natural e-prop's update from an exposure's histories, into `update` (rows padded) and `updateT`. */
  eprop(exposure: TraineeHistory, lsg: LsgHistory): void {
    const { config } = this;
    const { crossbarStride } = this.sizes;
    this.runTraces(exposure);
    this.kernel.eprop(
      this.updateT.byteOffset,
      this.update.byteOffset,
      crossbarStride,
      config.steps,
      config.clockLines,
      config.trainee.neurons,
      config.update.readout ? config.joints : 0,
      config.update.learningRate,
      exposure.h.byteOffset,
      exposure.active.byteOffset,
      exposure.activeStart.byteOffset,
      lsg.signals.byteOffset,
      this.traces.byteOffset,
      this.listStep.byteOffset,
      this.listValue.byteOffset,
      this.listCount.byteOffset,
    );
  }
}
