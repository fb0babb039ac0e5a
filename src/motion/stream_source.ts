import type { MotionSource, SourceCycle } from './types.js';

/**
 * Teleoperation: joint velocities or positions that somebody sends, again and again. A stream that falls silent for longer than
 * its timeout asks for rest where the arm is, until it goes on; it ends by finish(). Each is for one motion.
 */
export class StreamSource implements MotionSource {
  readonly start = null;
  readonly trajectory = null;
  private readonly target: Float64Array;
  private readonly hold: Float64Array;
  private mode: 'hold' | 'velocity' | 'position' = 'hold';
  private sentS = -Infinity;
  private finished = false;
  private trouble = '';

  /** @param joints how many. @param timeoutS longest silence that is still a stream, s. */
  constructor(
    joints: number,
    private readonly timeoutS = 0.1,
    readonly name = 'stream',
  ) {
    this.target = new Float64Array(joints);
    this.hold = new Float64Array(joints);
  }

  /** The stream is silent: the arm is asked to rest. */
  stale(nowS: number): boolean {
    return !(nowS - this.sentS <= this.timeoutS);
  }

  /** Joint velocities, rad/s. Values that are not finite end the motion, braking. */
  velocity(radPerS: ArrayLike<number>, nowS: number): void {
    this.take('velocity', radPerS, nowS);
  }

  /** Joint positions, rad: the arm goes there as fast as it may. */
  position(rad: ArrayLike<number>, nowS: number): void {
    this.take('position', rad, nowS);
  }

  /** Ends the motion: it has succeeded once the arm rests. */
  finish(): void {
    this.finished = true;
  }

  begin(_startS: number, position: Float64Array): void {
    this.hold.set(position);
    this.mode = 'hold';
  }

  fault(): string {
    return this.trouble;
  }

  sample(cycle: SourceCycle, position: Float64Array, velocity: Float64Array): boolean {
    const { commandPosition, commandVelocity, dtS, nowS } = cycle;
    const resting = this.finished || this.mode === 'hold' || this.stale(nowS);
    for (let j = 0; j < this.hold.length; j++) {
      // rest is asked for by velocity while the command still moves, and by place from then on: no way back
      if (!resting && this.mode === 'position') {
        position[j] = this.target[j];
        velocity[j] = 0;
        this.hold[j] = commandPosition[j];
        continue;
      }
      velocity[j] = resting ? 0 : this.target[j];
      if (!resting || commandVelocity[j] !== 0) {
        this.hold[j] = commandPosition[j];
        position[j] = commandPosition[j] + velocity[j] * dtS;
      } else position[j] = this.hold[j];
    }
    return !this.finished;
  }

  private take(mode: 'velocity' | 'position', values: ArrayLike<number>, nowS: number): void {
    const { target } = this;
    if (values.length !== target.length)
      this.trouble = `${this.name}: expected ${target.length} values, got ${values.length}`;
    for (let j = 0; j < target.length; j++) {
      if (!Number.isFinite(values[j]))
        this.trouble = `${this.name}: joint ${j} is ${values[j]}, expected a finite number`;
      target[j] = values[j];
    }
    if (this.trouble) return;
    this.mode = mode;
    this.sentS = nowS;
  }
}
