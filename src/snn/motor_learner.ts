import { Random } from '../kernels/random.js';
import { softwareSynapses } from '../synapses/software_synapses.js';
import type { Ledger, Synapses, SynapsesFactory } from '../synapses/synapses.js';
import type { TraineeHistory } from './histories.js';
import { crossbarShape, toCrossbar, unpad } from './layout.js';
import { checkTensors, MotorKernel } from './motor_kernel.js';
import type { MotorNetworkConfig, MotorWeights } from './motor_network.js';
import type { TrialMotion } from '../trial/trial_target.js';
import { RecallStream } from './recall_stream.js';
import { HardwareRefiner } from './hardware_refiner.js';
import { MeasuredReadout } from './measured_readout.js';
import { ReadoutRefiner } from './refine.js';

/** Spikes of a run: at step t the neurons spikes[start[t]] .. spikes[start[t + 1] - 1] fired. */
export interface Raster {
  spikes: Int32Array;
  /** steps + 1 */
  start: Int32Array;
}

/** What happened inside the networks during the last lesson. Views: copy what must last. */
export interface Activity {
  /** Something was exposed since the synapses were forgotten or restored: else what is of an exposure is of an earlier one. */
  seen: boolean;
  lsg: Raster;
  /** Trainee, before the update. */
  exposure: Raster;
  /** Trainee, as it recalled last. */
  recall: Raster;
  /** Velocities, steps x joints, rad/s: as shown in the exposure, the trainee's meanwhile, and as it recalled last. */
  target: Float32Array;
  exposureVelocities: Float32Array;
  recallVelocities: Float32Array;
  /** Learning signals, steps x signalStride; the first learningSignals(config) of each row count. */
  signals: Float32Array;
  signalStride: number;
  /**
   * The last computed update, rows x columns of the crossbar; after refinement of exact synapses all of it together, and of restored
   * synapses what sets them apart from the meta-trained ones.
   */
  update: Float32Array;
}

/**
 * The motor system: sees a target once (expose), changes its synapses once (update) and performs it alone (recall).
 * The trainee's synapses may be software or hardware; the LSG is software (Ortner et al. 2025).
 */
export class MotorLearner {
  readonly config: MotorNetworkConfig;
  /** The trainee's one crossbar: rows = clock lines, neurons; columns = neurons, readouts. */
  readonly synapses: Synapses;
  private readonly kernel: MotorKernel;
  private readonly initial: Float32Array;
  private readonly delta: Float32Array;
  private readonly shown: Float32Array;
  private readonly noise: Random;
  private refiner: ReadoutRefiner | null = null;
  private hardwareRefiner: HardwareRefiner | null = null;
  private rehearsed: MeasuredReadout | null = null;
  private exposed = false;
  private seen = false;
  /** The synapses hold something else than the meta-trained weights. */
  private changed = false;

  /** @param seed of the read noise. Throws RangeError where tensors do not fit the configuration. */
  constructor(weights: MotorWeights, factory: SynapsesFactory = softwareSynapses, seed = 0) {
    this.config = weights.config;
    checkTensors(weights.config, weights.tensors);
    const { rows, columns } = crossbarShape(this.config);
    this.kernel = new MotorKernel(this.config);
    this.kernel.matrices.load(weights.tensors);
    this.initial = toCrossbar(this.config, weights.tensors);
    this.delta = new Float32Array(rows * columns);
    this.shown = new Float32Array(this.config.steps * this.config.joints);
    this.noise = new Random(seed, 0x5ead);
    this.synapses = factory(rows, columns, 'trainee');
    this.synapses.program(this.initial);
  }

  /** What the trainee's synapses cost so far. */
  get ledger(): Ledger {
    return this.synapses.ledger;
  }

  /**
   * One exposure: the LSG sees the target while the trainee runs; computes the update without applying it. It was meta-trained
   * for meta-trained weights, and a second update on top of another ruins both: taught synapses are forgotten first.
   * Returns the trainee's velocities during the exposure (steps x joints, rad/s; a view, valid until the next exposure).
   */
  expose(target: TrialMotion): Float32Array {
    if (this.changed) this.forget();
    const { forward, matrices, lsg, exposure } = this.kernel;
    forward.runLsg(matrices, target, lsg);
    this.run(exposure, true);
    forward.eprop(exposure, lsg);
    const { rows, columns, crossbarStride } = forward.sizes;
    unpad(forward.update, this.delta, rows, columns, crossbarStride);
    this.shown.set(target.velocities);
    this.exposed = this.seen = true;
    return exposure.out;
  }

  /**
   * Rehearses the update of the last exposure before it is written: the host, which knows the meta-trained weights, runs the
   * trainee with the update, and the update's part for the readout becomes the one that brings this recall to the target (ridge
   * regression on its spikes). Touches no synapse, needs no second exposure; real devices spike otherwise than their model.
   * Throws where there was no exposure since the last update.
   */
  rehearse(target: TrialMotion): void {
    if (!this.exposed) throw new Error('rehearse: nothing was exposed since the last update');
    const { config, kernel, initial, delta } = this;
    const columns = this.synapses.columns;
    kernel.run(
      initial.map((w, k) => w + delta[k]),
      null,
      0,
      kernel.recalled,
      false,
    );
    const measured = (this.rehearsed ??= new MeasuredReadout(config));
    measured.restart();
    measured.add(target, kernel.recalled);
    const readout = measured.solve();
    const { clockLines, joints } = config;
    readout.forEach((w, k) => {
      const at = (clockLines + Math.floor(k / joints)) * columns + columns - joints + (k % joints);
      delta[at] = w - initial[at];
    });
  }

  /** Writes the update of the last exposure: once. Throws where there was no exposure since the last update. */
  update(): void {
    if (!this.exposed) throw new Error('update: nothing was exposed since the last update');
    this.synapses.update(this.delta);
    this.exposed = false;
    this.changed = true;
  }

  /** Writes the readout's columns once more where synapses age: after a long time, before a recall. What was taught stays. */
  renewReadout(): void {
    const { neurons } = this.config.trainee;
    this.synapses.renewColumns?.(neurons, neurons + this.config.joints);
  }

  /** The trainee alone on its clock: velocities (steps x joints, rad/s; a view, valid until the next recall). */
  recall(): Float32Array {
    this.run(this.kernel.recalled, false);
    return this.kernel.recalled.out;
  }

  /**
   * What other synapses of this shape would recall, with read noise of a seed: the learner's own synapses and random numbers stay
   * as they are. A view, as that of recall().
   */
  recallFrom(synapses: Synapses, seed: number): Float32Array {
    this.kernel.run(synapses.read(), synapses.analog(), seed, this.kernel.recalled, false);
    return this.kernel.recalled.out;
  }

  /** The same recall step by step, from the synapses as they are now: what recall() would give, bit for bit. */
  recallStream(): RecallStream {
    return new RecallStream(this.config, this.synapses, this.noise.uint32());
  }

  /**
   * `count` delta-rule steps on the readout's synapses, each after a recall; recall() shows the result.
   * @param count an integer >= 0; RangeError otherwise.
   */
  refine(target: TrialMotion, count: number): void {
    for (const _ of this.refineSteps(target, count));
  }

  /** The same, one step at a time. */
  *refineSteps(target: TrialMotion, count: number): Generator<undefined, void> {
    if (!Number.isInteger(count) || count < 0)
      throw new RangeError(`count: expected an integer >= 0, got ${count}`);
    this.exposed = false;
    if (count === 0) return;
    this.changed = true;
    if (this.synapses.writeColumns && this.synapses.analog()) yield* this.refineOnHardware(target, count);
    else yield* this.refineExactly(target, count);
  }

  private *refineExactly(target: TrialMotion, count: number): Generator<undefined, void> {
    const refiner = (this.refiner ??= new ReadoutRefiner(this.config));
    const { delta } = this;
    const step = new Float32Array(delta.length);
    refiner.restart();
    for (let k = 0; k < count; k++) {
      this.recall();
      refiner.step(target, this.kernel.recalled, step);
      this.synapses.update(step);
      for (let i = 0; i < delta.length; i++) delta[i] += step[i];
      yield;
    }
  }

  private *refineOnHardware(target: TrialMotion, count: number): Generator<undefined, void> {
    const refiner = (this.hardwareRefiner ??= new HardwareRefiner(this.config));
    refiner.restart();
    const recall = (): TraineeHistory => (this.recall(), this.kernel.recalled);
    for (let k = 1; k <= count; k++) {
      refiner.step(target, this.synapses, recall, count - k);
      yield;
    }
  }

  /** Back to the meta-trained weights. */
  forget(): void {
    this.synapses.program(this.initial);
    this.delta.fill(0);
    this.exposed = this.seen = this.changed = false;
  }

  /** Sets the synapses, e.g. to a saved skill (rows x columns of the crossbar). */
  restore(weights: Float32Array): void {
    const { delta, initial } = this;
    this.synapses.program(weights);
    for (let k = 0; k < delta.length; k++) delta[k] = weights[k] - initial[k];
    this.exposed = this.seen = false;
    this.changed = true;
  }

  /** Views into the last lesson. */
  activity(): Activity {
    const { lsg, exposure, recalled, forward } = this.kernel;
    const raster = (h: { spikes: Int32Array; spikeStart: Int32Array }): Raster => ({
      spikes: h.spikes,
      start: h.spikeStart,
    });
    return {
      seen: this.seen,
      lsg: raster(lsg),
      exposure: raster(exposure),
      recall: raster(recalled),
      target: this.shown,
      exposureVelocities: exposure.out,
      recallVelocities: recalled.out,
      signals: lsg.signals,
      signalStride: forward.sizes.crossbarStride,
      update: this.delta,
    };
  }

  private run(history: TraineeHistory, keepDerivatives: boolean): void {
    this.kernel.run(
      this.synapses.read(),
      this.synapses.analog(),
      this.noise.uint32(),
      history,
      keepDerivatives,
    );
    this.synapses.countProducts(this.config.steps);
  }
}
