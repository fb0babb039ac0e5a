/** More joint states than this of one performance are not kept: a minute at the pages' rate. */
const MOST_ROWS = 2000;

/** Joint angles of a performance, rows, and when, s from its start. */
export interface Performed {
  names: string[];
  timesS: number[];
  rows: number[][];
}

/** Keeps the joint angles of a performance, so that pages that come later can draw its path. */
export class PerformanceRecord {
  private record: Performed = { names: [], timesS: [], rows: [] };
  private startS = 0;
  private running = false;

  /** @param finished gets what was recorded when a performance is over. */
  constructor(private readonly finished: (performed: Performed) => void) {}

  /** A joint state of a time (s), and whether it belongs to a performance. */
  take(names: string[], positions: number[], timeS: number, performing: boolean): void {
    if (performing && !this.running) {
      this.record = { names, timesS: [], rows: [] };
      this.startS = timeS;
    }
    const { timesS, rows } = this.record;
    if (performing && rows.length < MOST_ROWS) {
      timesS.push(timeS - this.startS);
      rows.push(positions);
    }
    if (!performing && this.running) this.finished(this.record);
    this.running = performing;
  }
}
