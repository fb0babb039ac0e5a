/** A process that was held up for longer loses the rest: its arm stood still, s. */
const LONGEST_CATCH_UP_S = 0.5;
/** What is made up for at a stretch, s: then the process looks at what came meanwhile, a stop for example. */
const LONGEST_STRETCH_S = 0.02;

/** Fixed cycles against a clock: which are due, what came too late. A process that was held up makes up for it. */
export class Pace {
  private nextS: number;
  private sinceS: number;
  private cycles = 0;
  private overruns = 0;
  private lostS = 0;

  /** @param clockS the clock that nowS is of, to see how long the cycles themselves take. */
  constructor(
    private readonly periodS: number,
    nowS: number,
    private readonly clockS: () => number = () => -Infinity,
  ) {
    this.nextS = nowS + periodS;
    this.sinceS = nowS;
  }

  /** Calls for each cycle that is due, with the time it was due at. */
  due(nowS: number, cycle: (dueS: number) => void): void {
    const { periodS } = this;
    if (nowS - this.nextS > 1.5 * periodS) this.overruns++;
    if (nowS - this.nextS > LONGEST_CATCH_UP_S) {
      this.lostS += nowS - LONGEST_CATCH_UP_S - this.nextS;
      this.nextS = nowS - LONGEST_CATCH_UP_S;
    }
    for (; this.nextS <= nowS + periodS / 2; this.nextS += periodS) {
      this.cycles++;
      cycle(this.nextS);
      if (this.clockS() - nowS > LONGEST_STRETCH_S) {
        this.nextS += periodS;
        break;
      }
    }
  }

  /** No cycles until now, and none to make up for. */
  skip(nowS: number): void {
    this.nextS = nowS + this.periodS;
  }

  /** Since the last report: simulated seconds per second, calls that came over a period late, seconds that were given up. */
  report(nowS: number): { realTimeFactor: number; overruns: number; lostS: number } {
    const passed = nowS - this.sinceS;
    const { overruns, lostS } = this;
    const realTimeFactor = passed > 0 ? (this.cycles * this.periodS) / passed : 1;
    [this.sinceS, this.cycles, this.overruns, this.lostS] = [nowS, 0, 0, 0];
    return { realTimeFactor, overruns, lostS };
  }
}
