import type { MotionSource, SourceCycle } from './types.js';

/** A recall that is computed while it is performed, a step at a time. */
export interface StepwiseRecall {
  /** Velocities of the next step into `row`, rad/s per commanded joint; false once there are no more. Allocates nothing. */
  next(row: Float64Array): boolean;
}

/** When the clock of a recall waits for the arm. */
export interface PhaseStop {
  /** Lag of the furthest joint from which on the clock goes slower, rad, and from which on it stands. */
  slowRad: number;
  stopRad: number;
  /** Longest that it may stand at a stretch, s: then the motion ends, braking. */
  longestS: number;
}

/** A clock slower than this part of time does not go on: the lag only creeps up to where it stands. */
const standing = 0.05;

export interface RecallOptions {
  recall: StepwiseRecall;
  /** Where it begins, rad per commanded joint. */
  start: Float64Array;
  /** Duration of a row at the recall's own pace, s. */
  stepS: number;
  /** When each row is over, s after the start: a time law that slows it down. Left out: k * stepS. */
  timesS?: ArrayLike<number>;
  /** Null: open loop, the clock waits for nobody. */
  phaseStop: PhaseStop | null;
  name?: string;
}

/**
 * A recall stepped online, on a clock of its own: the phase. It runs with time while the arm keeps up, slower where the arm
 * lags, and stands while the arm stands: no row is lost, and none is asked for that the arm cannot be near.
 * Between rows the velocity is constant; what that leaves of corners the limiter rounds.
 */
export class RecallSource implements MotionSource {
  readonly trajectory = null;
  readonly name: string;
  /** Phase reached, s on the recall's own clock, and how fast it runs: 1 is in time. */
  phaseS = 0;
  rate = 1;
  private readonly row: Float64Array;
  /** Where the present row begins, rad, and when. */
  private readonly knot: Float64Array;
  private knotS = 0;
  private endS = 0;
  private rows = 0;
  private over = false;
  private startS = 0;
  private stoodS = 0;
  private trouble = '';

  constructor(private readonly options: RecallOptions) {
    const n = options.start.length;
    this.name = options.name ?? 'recall';
    this.row = new Float64Array(n);
    this.knot = new Float64Array(n);
  }

  get start(): Float64Array {
    return this.options.start;
  }

  begin(startS: number): void {
    this.startS = startS;
    this.phaseS = this.knotS = this.endS = this.rows = this.stoodS = 0;
    this.over = false;
    this.trouble = '';
    this.knot.set(this.options.start);
    this.step();
  }

  fault(): string {
    return this.trouble;
  }

  sample(cycle: SourceCycle, position: Float64Array, velocity: Float64Array): boolean {
    const { stepS } = this.options;
    if (cycle.nowS > this.startS) this.advance(cycle);
    const T = this.endS - this.knotS;
    const part = this.over ? 0 : Math.min(1, (this.phaseS - this.knotS) / T);
    for (let j = 0; j < position.length; j++) {
      position[j] = this.knot[j] + (this.over ? 0 : this.row[j] * stepS * part);
      velocity[j] = this.over ? 0 : this.rate * this.row[j] * (stepS / T);
    }
    return !this.over;
  }

  /** Moves the phase on, by less where the arm lags behind the command. */
  private advance(cycle: SourceCycle): void {
    this.rate = this.paceOf(cycle);
    this.stoodS = this.rate > standing ? 0 : this.stoodS + cycle.dtS;
    const { phaseStop } = this.options;
    if (phaseStop && this.stoodS > phaseStop.longestS)
      this.trouble = `the arm does not follow: the recall waited ${phaseStop.longestS} s for it`;
    this.phaseS += this.rate * Math.min(cycle.dtS, cycle.nowS - this.startS);
    while (!this.over && this.phaseS >= this.endS) {
      for (let j = 0; j < this.knot.length; j++) this.knot[j] += this.row[j] * this.options.stepS;
      this.knotS = this.endS;
      this.step();
    }
  }

  private paceOf({ measured, commandPosition }: SourceCycle): number {
    const { phaseStop } = this.options;
    if (!phaseStop) return 1;
    // where the arm is is not known: nothing is asked for until it is
    if (!measured) return 0;
    let lag = 0;
    for (let j = 0; j < measured.length; j++) lag = Math.max(lag, Math.abs(commandPosition[j] - measured[j]));
    const { slowRad, stopRad } = phaseStop;
    return Math.min(1, Math.max(0, (stopRad - lag) / (stopRad - slowRad)));
  }

  private step(): void {
    const { recall, timesS, stepS } = this.options;
    if (!recall.next(this.row)) {
      this.over = true;
      this.row.fill(0);
      return;
    }
    this.rows++;
    this.endS = timesS ? timesS[this.rows - 1] : this.rows * stepS;
  }
}
