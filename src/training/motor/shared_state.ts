import type { MotorNetworkConfig } from '../../snn/motor_network.js';
import { parameterCount } from './parameters.js';
import { tallyLength } from './sharding.js';

/** Slots of the control words. */
const ARRIVED = 0;
const GENERATION = 1;
/** Set by the main thread: workers publish their optimizer state after this iteration (1), or do so and end (2). */
const REQUEST = 2;
/** The request all workers agreed on, set by worker 0 between barriers. */
const DECISION = 3;
/** Raised by the main thread when it has copied a published state. */
const TAKEN = 4;
/** Set where any worker failed: all leave. */
const FAILED = 5;

/** What the workers of one meta-training run share: parameters, gradients, sums, and barriers between them. */
export class SharedState {
  readonly count: number;
  readonly parameters: Float32Array;
  /** A gradient for each shard. */
  readonly gradients: Float32Array[];
  /** Published optimizer state: first and second moments, averaged parameters. */
  readonly moments: [first: Float32Array, second: Float32Array];
  readonly mean: Float32Array;
  /** What sharding.ts counts, for each shard. */
  readonly tallies: Float64Array[];
  /** Sums of squares of the gradient, for each piece of the parameters. */
  readonly squares: Float64Array;
  private readonly control: Int32Array;

  constructor(
    readonly buffer: SharedArrayBuffer,
    config: MotorNetworkConfig,
    readonly workers: number,
    shards: number,
  ) {
    this.count = parameterCount(config);
    const tally = tallyLength(config);
    let at = 0;
    const f32 = (): Float32Array => {
      const part = new Float32Array(buffer, at, this.count);
      at += 4 * this.count;
      return part;
    };
    this.parameters = f32();
    this.gradients = Array.from({ length: shards }, f32);
    this.moments = [f32(), f32()];
    this.mean = f32();
    at = (at + 7) & ~7;
    this.tallies = Array.from(
      { length: shards },
      (_, s) => new Float64Array(buffer, at + 8 * tally * s, tally),
    );
    at += 8 * tally * shards;
    this.squares = new Float64Array(buffer, at, shards);
    at += 8 * shards;
    this.control = new Int32Array(buffer, at, 16);
  }

  /** Bytes of the shared buffer. */
  static bytes(config: MotorNetworkConfig, shards: number): number {
    return 4 * parameterCount(config) * (shards + 4) + 8 + 8 * (tallyLength(config) + 1) * shards + 64;
  }

  /** Waits until every worker is here. Throws where another worker failed. */
  barrier(): void {
    const { control, workers } = this;
    const generation = Atomics.load(control, GENERATION);
    if (Atomics.add(control, ARRIVED, 1) === workers - 1) {
      Atomics.store(control, ARRIVED, 0);
      Atomics.add(control, GENERATION, 1);
      Atomics.notify(control, GENERATION);
    } else {
      for (let spin = 0; spin < 200; spin++) if (Atomics.load(control, GENERATION) !== generation) break;
      while (Atomics.load(control, GENERATION) === generation) {
        Atomics.wait(control, GENERATION, generation, 1000);
        if (Atomics.load(control, FAILED)) break;
      }
    }
    if (Atomics.load(control, FAILED)) throw new Error('another worker failed');
  }

  /** Main thread: asks for a published state (1) or for that and the end (2). */
  request(kind: 1 | 2): void {
    Atomics.store(this.control, TAKEN, 0);
    Atomics.store(this.control, REQUEST, kind);
  }

  /** Worker 0, before the last barrier of an iteration: fixes what all do next. */
  decide(last: boolean): void {
    Atomics.store(this.control, DECISION, last ? 2 : Atomics.load(this.control, REQUEST));
  }

  get decision(): number {
    return Atomics.load(this.control, DECISION);
  }

  /** Worker: waits until the main thread has copied what was published. */
  awaitTaken(): void {
    while (Atomics.load(this.control, TAKEN) === 0) Atomics.wait(this.control, TAKEN, 0, 1000);
  }

  /** Main thread: the published state was copied, workers go on. */
  taken(): void {
    Atomics.store(this.control, REQUEST, 0);
    Atomics.store(this.control, TAKEN, 1);
    Atomics.notify(this.control, TAKEN);
  }

  /** Any thread: all workers leave at their next barrier. */
  fail(): void {
    Atomics.store(this.control, FAILED, 1);
    Atomics.notify(this.control, GENERATION);
  }
}
