/** More joint states than this of one performance are not kept: a minute at the pages' rate. */
const MOST_ROWS = 2000;

/** Joint angles of a performance, rows, and when, s from the start of the motion. */
export interface Performed {
  names: string[];
  timesS: number[];
  rows: number[][];
}

/** Keeps the joint angles of a performance, so that pages that come later can draw its path. */
export class PerformanceRecord {
  private names: string[] = [];
  private stampsS: number[] = [];
  private rows: number[][] = [];
  private running = false;

  /** @param finished gets what was recorded when a performance is over. */
  constructor(private readonly finished: (performed: Performed) => void) {}

  /**
   * A joint state of a time (s), and whether it belongs to a performance. @param startS when its motion begins, as far as it is
   * told by now: states may come before. 0: not told, it begins with the first state.
   */
  take(names: string[], positions: number[], timeS: number, performing: boolean, startS: number): void {
    if (performing && !this.running) [this.names, this.stampsS, this.rows] = [names, [], []];
    const from = startS || (this.stampsS[0] ?? timeS);
    if (performing && this.rows.length < MOST_ROWS && timeS >= from) {
      this.stampsS.push(timeS);
      this.rows.push(positions);
    }
    if (!performing && this.running) this.finish(from);
    this.running = performing;
  }

  private finish(fromS: number): void {
    // the start may have been told after the first states came
    const first = this.stampsS.findIndex((s) => s >= fromS);
    const from = first < 0 ? this.stampsS.length : first;
    this.finished({
      names: this.names,
      timesS: this.stampsS.slice(from).map((s) => s - fromS),
      rows: this.rows.slice(from),
    });
  }
}
