import { bytesFor, Kernel } from '../kernels/load.js';
import { wasmBase64 } from '../kernels/generated/snn.js';
import type { AnalogReadout } from '../synapses/synapses.js';
import { clockLine, encode, maxInputEntries, type InputLists } from './encoder.js';
import { clearDiagonal, crossbarShape, decay, pad, stride } from './layout.js';
import {
  learningSignals,
  lsgInputs,
  tensorShapes,
  type MotorNetworkConfig,
  type MotorTensors,
  type TrialTarget,
} from './motor_network.js';

/** Exports of src/kernels/assembly/_forward.ts; all pointers are byte offsets. */
export interface ForwardExports {
  seedNoise(seed: number): void;
  traineeRun(...args: number[]): void;
  traces(...args: number[]): void;
  eprop(...args: number[]): void;
  lsgRun(...args: number[]): void;
}

/** Array allocation of a kernel. */
export type Memory = Pick<Kernel<unknown>, 'f32' | 'i32'>;

/** What a run of the trainee leaves: velocities, spikes, pseudo-derivatives. */
export class TraineeHistory {
  readonly out: Float32Array;
  readonly spikes: Int32Array;
  readonly spikeStart: Int32Array;
  readonly h: Float32Array;
  readonly active: Int32Array;
  readonly activeStart: Int32Array;

  constructor(memory: Memory, config: MotorNetworkConfig, columnsStride: number) {
    const { steps, joints } = config;
    const n = config.trainee.neurons;
    this.out = memory.f32(steps * joints);
    this.spikes = memory.i32(steps * n);
    this.spikeStart = memory.i32(steps + 1);
    this.h = memory.f32(steps * columnsStride);
    this.active = memory.i32(steps * n);
    this.activeStart = memory.i32(steps + 1);
  }

  static elements({ steps, joints, trainee }: MotorNetworkConfig, columnsStride: number): number {
    return steps * (joints + 2 * trainee.neurons + columnsStride) + 2 * (steps + 1);
  }
}

/** What a run of the LSG leaves: learning signals, spikes, pseudo-derivatives, thresholds. */
export class LsgHistory {
  readonly signals: Float32Array;
  readonly spikes: Int32Array;
  readonly spikeStart: Int32Array;
  readonly psi: Float32Array;
  readonly thresholds: Float32Array;
  readonly active: Int32Array;
  readonly activeStart: Int32Array;
  readonly inputs: InputLists;

  /** @param adjoint whether the histories that the adjoint needs are kept. */
  constructor(
    memory: Memory,
    config: MotorNetworkConfig,
    lsgStride: number,
    signalStride: number,
    adjoint: boolean,
  ) {
    const { steps } = config;
    const m = config.lsg.neurons;
    this.signals = memory.f32(steps * signalStride);
    this.spikes = memory.i32(steps * m);
    this.spikeStart = memory.i32(steps + 1);
    this.psi = memory.f32(adjoint ? steps * lsgStride : 0);
    this.thresholds = memory.f32(adjoint ? steps * lsgStride : 0);
    this.active = memory.i32(adjoint ? steps * m : 0);
    this.activeStart = memory.i32(adjoint ? steps + 1 : 0);
    const entries = maxInputEntries(config);
    this.inputs = { start: memory.i32(steps + 1), line: memory.i32(entries), value: memory.f32(entries) };
  }

  static elements(
    config: MotorNetworkConfig,
    lsgStride: number,
    signalStride: number,
    adjoint: boolean,
  ): number {
    const { steps } = config;
    const m = config.lsg.neurons;
    const kept = adjoint ? steps * (2 * lsgStride + m) + steps + 1 : 0;
    return steps * (signalStride + m) + 2 * (steps + 1) + 2 * maxInputEntries(config) + kept;
  }
}

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
  readonly clock: Int32Array;
  readonly updateT: Float32Array;
  readonly update: Float32Array;
  readonly traces: Float32Array;
  /** Threshold adaptation of each LSG neuron, 0 for plain LIF. */
  readonly beta: Float32Array;
  private readonly lsgScratch: Float32Array;
  private readonly traineeScratch: Float32Array;
  private readonly listStep: Int32Array;
  private readonly listValue: Float32Array;
  private readonly listCount: Int32Array;

  constructor(
    private readonly kernel: ForwardExports,
    memory: Memory,
    readonly config: MotorNetworkConfig,
  ) {
    this.sizes = motorSizes(config);
    const { steps, clockLines, lsg } = config;
    const { columns, crossbarStride, lsgStride } = this.sizes;
    this.clock = memory.i32(steps + 1);
    for (let t = 0; t <= steps; t++) this.clock[t] = t < steps ? clockLine(t, clockLines) : -1;
    this.beta = memory.f32(lsgStride);
    const adaptive = Math.floor(lsg.adaptiveFraction * lsg.neurons);
    this.beta.fill(lsg.adaptation, lsg.neurons - adaptive, lsg.neurons);
    this.lsgScratch = memory.f32(5 * lsgStride);
    this.traineeScratch = memory.f32(4 * crossbarStride);
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
      steps +
      1 +
      6 * lsgStride +
      4 * crossbarStride +
      steps * crossbarStride +
      2 * crossbarStride ** 2 +
      columns * (2 * steps + 1)
    );
  }

  /** Encodes the target and runs the LSG. */
  runLsg(matrices: LsgMatrices, target: TrialTarget, history: LsgHistory): void {
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

  /** Runs the trainee on crossbar weights (rows padded, self-connections 0). `variance`, `analog`: noise and converters. */
  runTrainee(
    weights: Float32Array,
    history: TraineeHistory,
    keepDerivatives: boolean,
    variance: Float32Array | null = null,
    analog: { step: Float32Array; limit: Float32Array } | null = null,
  ): void {
    const { config } = this;
    const { trainee } = config;
    this.kernel.traineeRun(
      weights.byteOffset,
      variance ? variance.byteOffset : 0,
      analog ? analog.step.byteOffset : 0,
      analog ? analog.limit.byteOffset : 0,
      trainee.neurons,
      config.joints,
      config.clockLines,
      this.sizes.crossbarStride,
      config.steps,
      this.clock.byteOffset,
      decay(trainee.tauMembraneSteps),
      decay(config.tauReadoutSteps),
      trainee.threshold,
      trainee.refractorySteps,
      trainee.damping,
      this.traineeScratch.byteOffset,
      history.out.byteOffset,
      history.spikes.byteOffset,
      history.spikeStart.byteOffset,
      keepDerivatives ? history.h.byteOffset : 0,
      history.active.byteOffset,
      history.activeStart.byteOffset,
    );
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
      this.clock.byteOffset,
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
