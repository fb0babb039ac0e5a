/** A command under way to the servos: reached `overS` after `sinceS`, at `rate`. */
interface Setpoint {
  sinceS: number;
  overS: number;
  position: Float64Array;
  rate: Float64Array;
}

/** What an arm's servos are told, seen after a dead time: piecewise linear from one command to the next. */
export class Setpoints {
  private readonly pending: Setpoint[] = [];
  private active: Setpoint;

  /** @param start rad, what is commanded until the first command. */
  constructor(
    start: ArrayLike<number>,
    private readonly deadTimeS = 0,
  ) {
    this.active = {
      sinceS: 0,
      overS: 0,
      position: Float64Array.from(start),
      rate: new Float64Array(start.length),
    };
  }

  /** A new command at a time: positions in rad that are reached `overS` seconds from then, moving there at `rate` rad/s. */
  add(timeS: number, position: ArrayLike<number>, rate: ArrayLike<number>, overS: number): void {
    this.pending.push({
      sinceS: timeS + this.deadTimeS,
      overS,
      position: Float64Array.from(position),
      rate: Float64Array.from(rate),
    });
  }

  /** Forgets all commands: from now on `position` is commanded. */
  hold(position: ArrayLike<number>): void {
    this.pending.length = 0;
    this.active.sinceS = 0;
    this.active.overS = 0;
    this.active.position.set(position);
    this.active.rate.fill(0);
  }

  /** The command at a time (not before the last one asked for) into `position` (rad) and `rate` (rad/s). */
  at(timeS: number, position: Float64Array, rate: Float64Array): void {
    while (this.pending.length > 0 && this.pending[0].sinceS <= timeS + 1e-9)
      this.active = this.pending.shift()!;
    const { sinceS, overS } = this.active;
    const leftS = sinceS + overS - timeS;
    for (let j = 0; j < position.length; j++) {
      position[j] = this.active.position[j] - this.active.rate[j] * Math.max(0, leftS);
      // The next command may come a little late: no dent in the velocity for that.
      rate[j] = leftS > -overS / 2 ? this.active.rate[j] : 0;
    }
  }
}
