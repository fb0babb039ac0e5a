import type { Kernel } from '../kernels/load.js';
import { maxInputEntries, type InputLists } from './encoder.js';
import type { MotorNetworkConfig } from './motor_network.js';

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
