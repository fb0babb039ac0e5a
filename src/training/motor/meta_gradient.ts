import { bytesFor, Kernel } from '../../kernels/load.js';
import { wasmBase64 } from '../../kernels/generated/meta.js';
import { decay } from '../../snn/layout.js';
import { LsgHistory, TraineeHistory, type Memory } from '../../snn/histories.js';
import { LsgMatrices } from '../../snn/lsg_matrices.js';
import { MotorForward, motorSizes, type ForwardExports } from '../../snn/motor_forward.js';
import { lsgInputs, type MotorNetworkConfig } from '../../snn/motor_network.js';
import type { TrialMotion } from '../../trial/trial_target.js';
import { HardwareErrors } from './hardware_errors.js';
import type { TaskLoss } from './loss.js';
import { parameterCount, segments } from './parameters.js';
import type { RunConfig } from './run_config.js';
import { outerLoss } from './task.js';

/** Exports of src/kernels/assembly/meta.ts. */
export interface MetaExports extends ForwardExports {
  traineeAdjoint(...args: number[]): void;
  updateAdjoint(...args: number[]): void;
  lsgAdjoint(...args: number[]): void;
  maskCrossbar(...args: number[]): void;
  add(y: number, x: number, n: number): void;
  transpose(...args: number[]): void;
  sumOfSquares(x: number, n: number): number;
  adam(...args: number[]): void;
  seedDevices(seed: number): void;
  deviceNoise(...args: number[]): void;
  roundStochastically(...args: number[]): void;
}

/** What one task's lesson left behind for its adjoint. */
interface Lesson {
  lsg: LsgHistory;
  exposure: TraineeHistory;
  recalled: TraineeHistory;
  /** Crossbar as the exposure saw it: the parameters themselves, or a noisy copy. */
  before: Float32Array;
  /** Crossbar as the recall saw it. */
  after: Float32Array;
  dOut: Float32Array;
}

/** Spikes of a batch, summed over steps and tasks. */
export interface SpikeCounts {
  /** trainee neurons; exposure and recall together */
  trainee: Float64Array;
  lsg: Float64Array;
}

/**
 * Gradient of the outer loss through exposure, natural e-prop's update and recall, for some tasks of a batch.
 * First forward() for every task, then, once the whole batch's spike counts are known, backward() for every task.
 * All memory is allocated here; the calls allocate nothing.
 */
export class MetaGradient {
  /** Flat parameter vector (parameters.ts). */
  readonly parameters: Float32Array;
  /** Flat gradient, summed over the tasks since clear(). */
  readonly gradient: Float32Array;
  readonly counts: SpikeCounts;
  readonly kernel: Kernel<MetaExports>;
  private readonly forwardRuns: MotorForward;
  private readonly matrices: LsgMatrices;
  private readonly lessons: Lesson[];
  private readonly at: Record<string, number> = {};
  private readonly crossbar: Float32Array;
  private readonly crossbarGradient: Float32Array;
  private readonly beta: Float32Array;
  private readonly taskGradient: Float32Array;
  private readonly taskGradientT: Float32Array;
  private readonly dSignals: Float32Array;
  private readonly dTrace: Float32Array;
  private readonly dV: Float32Array;
  private readonly noOut: Float32Array;
  private readonly traineeRate: Float32Array;
  private readonly lsgRate: Float32Array;
  private readonly scratch: Float32Array;
  private readonly errors: HardwareErrors | null;
  private readonly listStep: Int32Array;
  private readonly listValue: Float32Array;
  private readonly listCount: Int32Array;

  /** @param tasks lessons kept at a time. @param extra further floats of kernel memory for the caller (optimizer state). */
  constructor(
    readonly config: MotorNetworkConfig,
    readonly run: Pick<RunConfig, 'family' | 'loss' | 'noise' | 'batch' | 'recurrentDamping'>,
    tasks: number,
    extra = 0,
  ) {
    const { steps, joints } = config;
    const { crossbarStride, lsgStride } = motorSizes(config);
    const count = parameterCount(config);
    const noisy = run.noise !== null;
    const lesson =
      LsgHistory.elements(config, lsgStride, crossbarStride, true) +
      2 * TraineeHistory.elements(config, crossbarStride) +
      (noisy ? 2 : 1) * crossbarStride ** 2 +
      steps * joints;
    const shared =
      2 * count +
      MotorForward.elements(config) +
      4 * crossbarStride ** 2 +
      3 * steps * crossbarStride +
      steps * joints +
      crossbarStride +
      2 * lsgStride +
      5 * Math.max(lsgStride, crossbarStride) +
      Math.max(lsgInputs(config), config.lsg.neurons) * (2 * steps + 1);
    this.kernel = new Kernel<MetaExports>(
      wasmBase64,
      bytesFor(shared + tasks * lesson + extra, 64 + 32 * tasks),
    );
    const k = this.kernel;
    this.parameters = k.f32(count);
    this.gradient = k.f32(count);
    const parts = segments(config);
    for (const s of parts) this.at[s.name] = this.gradient.byteOffset + 4 * s.offset;
    const crossbar = parts[parts.length - 1];
    this.crossbar = this.parameters.subarray(crossbar.offset, crossbar.offset + crossbar.length);
    this.crossbarGradient = this.gradient.subarray(crossbar.offset, crossbar.offset + crossbar.length);
    this.matrices = new LsgMatrices(slices(this.parameters), config, lsgStride, crossbarStride);
    this.forwardRuns = new MotorForward(k.exports, k, config);
    this.beta = this.forwardRuns.beta;
    this.lessons = Array.from({ length: tasks }, () => ({
      lsg: new LsgHistory(k, config, lsgStride, crossbarStride, true),
      exposure: new TraineeHistory(k, config, crossbarStride),
      recalled: new TraineeHistory(k, config, crossbarStride),
      before: noisy ? k.f32(crossbarStride ** 2) : this.crossbar,
      after: k.f32(crossbarStride ** 2),
      dOut: k.f32(steps * joints),
    }));
    this.taskGradient = k.f32(crossbarStride ** 2);
    this.taskGradientT = k.f32(crossbarStride ** 2);
    this.dSignals = k.f32(steps * crossbarStride);
    this.dTrace = k.f32(steps * crossbarStride);
    this.dV = k.f32(steps * crossbarStride);
    this.noOut = k.f32(steps * joints);
    this.traineeRate = k.f32(crossbarStride);
    this.lsgRate = k.f32(lsgStride);
    this.scratch = k.f32(5 * Math.max(lsgStride, crossbarStride));
    const lists = Math.max(lsgInputs(config), config.lsg.neurons);
    this.listStep = k.i32(lists * steps);
    this.listValue = k.f32(lists * steps);
    this.listCount = k.i32(lists);
    this.errors = run.noise ? new HardwareErrors(k.exports, k, config, run.noise) : null;
    this.counts = {
      trainee: new Float64Array(config.trainee.neurons),
      lsg: new Float64Array(config.lsg.neurons),
    };
  }

  /** Starts a batch: no gradient, no spikes yet; parameters as they are now. */
  clear(): void {
    this.errors?.program(this.crossbar);
    this.gradient.fill(0);
    this.counts.trainee.fill(0);
    this.counts.lsg.fill(0);
  }

  /** Runs lesson `slot` on a target; `noiseSeed` draws the hardware's errors where the run injects them, null leaves them out. */
  forward(slot: number, target: TrialMotion, noiseSeed: number | null): TaskLoss {
    const lesson = this.lessons[slot];
    const { forwardRuns: runs, crossbar, config } = this;
    const { exports } = this.kernel;
    const errors = noiseSeed === null ? null : this.errors;
    runs.runLsg(this.matrices, target, lesson.lsg);
    if (errors) {
      errors.seed(noiseSeed!);
      errors.deploy(lesson.before, crossbar);
    } else if (lesson.before !== crossbar) lesson.before.set(crossbar);
    runs.runTrainee(lesson.before, lesson.exposure, true);
    runs.eprop(lesson.exposure, lesson.lsg);
    if (errors) errors.write(lesson.after, runs.update, lesson.before, crossbar);
    else {
      exports.add(runs.update.byteOffset, crossbar.byteOffset, crossbar.length);
      lesson.after.set(runs.update);
    }
    runs.runTrainee(lesson.after, lesson.recalled, true);
    count(lesson.lsg, this.counts.lsg, config.steps);
    count(lesson.exposure, this.counts.trainee, config.steps);
    count(lesson.recalled, this.counts.trainee, config.steps);
    return outerLoss(this.run, config, target, lesson.recalled.out, lesson.dOut);
  }

  /** Velocities that lesson `slot` recalled, steps x joints (a view). */
  recalled(slot: number): Float32Array {
    return this.lessons[slot].recalled.out;
  }

  /** Sets the rate terms' gradient from the spike counts of the whole batch; returns their loss. */
  setRates(counts: SpikeCounts): number {
    const { loss, batch } = this.run;
    const { steps } = this.config;
    const one = (target: number, spikes: Float64Array, samples: number, out: Float32Array): number => {
      let sum = 0;
      for (let j = 0; j < spikes.length; j++) {
        const excess = spikes[j] / samples - target;
        sum += loss.rate * excess * excess;
        out[j] = (2 * loss.rate * excess) / samples;
      }
      return sum;
    };
    return (
      one(loss.traineeRate, counts.trainee, 2 * steps * batch, this.traineeRate) +
      one(loss.lsgRate, counts.lsg, steps * batch, this.lsgRate)
    );
  }

  /** Adds lesson `slot`'s part to the gradient. */
  backward(slot: number): void {
    const { config, forwardRuns: runs, at, scratch } = this;
    const x = this.kernel.exports;
    const { lsg, exposure, recalled, before, after, dOut } = this.lessons[slot];
    const { crossbarStride: stride, lsgStride } = runs.sizes;
    const { steps, joints, clockLines, trainee } = config;
    this.taskGradient.fill(0);
    this.adjointTrainee(after, this.taskGradient, recalled, dOut, 0, 0);
    x.maskCrossbar(this.taskGradient.byteOffset, trainee.neurons, joints, clockLines, stride);
    x.add(this.crossbarGradient.byteOffset, this.taskGradient.byteOffset, stride * stride);
    x.transpose(this.taskGradientT.byteOffset, stride, this.taskGradient.byteOffset, stride, stride, stride);
    runs.runTraces(exposure);
    x.updateAdjoint(
      this.taskGradientT.byteOffset,
      trainee.neurons,
      config.update.readout ? joints : 0,
      stride,
      steps,
      config.update.learningRate,
      trainee.damping / trainee.threshold ** 2,
      exposure.spikes.byteOffset,
      exposure.spikeStart.byteOffset,
      exposure.h.byteOffset,
      exposure.active.byteOffset,
      exposure.activeStart.byteOffset,
      lsg.signals.byteOffset,
      runs.traces.byteOffset,
      this.dSignals.byteOffset,
      this.dTrace.byteOffset,
      this.dV.byteOffset,
      scratch.byteOffset,
    );
    this.adjointTrainee(
      before,
      this.crossbarGradient,
      exposure,
      this.noOut,
      this.dV.byteOffset,
      this.dTrace.byteOffset,
    );
    x.lsgAdjoint(
      this.matrices.recurrent.byteOffset,
      this.matrices.readout.byteOffset,
      at.lsgInput,
      at.lsgRecurrent,
      at.lsgReadout,
      config.update.direct ? at.lsgDirect : 0,
      config.lsg.neurons,
      lsgStride,
      stride,
      steps,
      lsg.inputs.start.byteOffset,
      lsg.inputs.line.byteOffset,
      lsg.inputs.value.byteOffset,
      this.beta.byteOffset,
      decay(config.lsg.tauMembraneSteps),
      decay(config.tauReadoutSteps),
      decay(config.lsg.tauAdaptationSteps),
      this.run.recurrentDamping,
      lsg.spikes.byteOffset,
      lsg.spikeStart.byteOffset,
      lsg.psi.byteOffset,
      lsg.thresholds.byteOffset,
      lsg.active.byteOffset,
      lsg.activeStart.byteOffset,
      this.dSignals.byteOffset,
      this.lsgRate.byteOffset,
      scratch.byteOffset,
      lsgInputs(config),
      this.listStep.byteOffset,
      this.listValue.byteOffset,
      this.listCount.byteOffset,
    );
  }

  /** Clears what no weight can learn: self-connections, clock-to-readout entries. Call once a batch, after backward(). */
  finish(): void {
    const { config } = this;
    const { crossbarStride, lsgStride } = this.forwardRuns.sizes;
    const x = this.kernel.exports;
    x.maskCrossbar(
      this.crossbarGradient.byteOffset,
      config.trainee.neurons,
      config.joints,
      config.clockLines,
      crossbarStride,
    );
    x.maskCrossbar(this.at.lsgRecurrent, config.lsg.neurons, 0, 0, lsgStride);
  }

  private adjointTrainee(
    weights: Float32Array,
    gradient: Float32Array,
    history: TraineeHistory,
    dOut: Float32Array,
    dV: number,
    dTrace: number,
  ): void {
    const { config } = this;
    this.kernel.exports.traineeAdjoint(
      weights.byteOffset,
      gradient.byteOffset,
      config.trainee.neurons,
      config.joints,
      config.clockLines,
      this.forwardRuns.sizes.crossbarStride,
      config.steps,
      this.forwardRuns.trainee.clock.byteOffset,
      decay(config.trainee.tauMembraneSteps),
      decay(config.tauReadoutSteps),
      config.trainee.threshold,
      history.spikes.byteOffset,
      history.spikeStart.byteOffset,
      history.h.byteOffset,
      history.active.byteOffset,
      history.activeStart.byteOffset,
      dOut.byteOffset,
      dV,
      dTrace,
      this.traineeRate.byteOffset,
      this.scratch.byteOffset,
    );
  }
}

function count(
  history: { spikes: Int32Array; spikeStart: Int32Array },
  into: Float64Array,
  steps: number,
): void {
  const end = history.spikeStart[steps];
  for (let k = 0; k < end; k++) into[history.spikes[k]]++;
}

/** Hands out consecutive parts of one array. */
function slices(flat: Float32Array): Memory {
  let next = 0;
  return {
    f32(length: number) {
      const part = flat.subarray(next, next + length);
      next += length;
      return part;
    },
    i32() {
      throw new Error('slices: float32 only');
    },
  };
}
