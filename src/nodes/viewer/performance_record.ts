/** More joint states than this of one performance are not kept: a minute at the pages' rate. */
const MOST_ROWS = 2000;

/** Keeps the joint angles of a performance, so that pages that come later can draw its path. */
export class PerformanceRecord {
  private rows: number[][] = [];
  private names: string[] = [];
  private running = false;

  /** @param finished gets what was recorded when a performance is over. */
  constructor(private readonly finished: (names: string[], rows: number[][]) => void) {}

  /** A joint state, and whether it belongs to a performance. */
  take(names: string[], positions: number[], performing: boolean): void {
    if (performing && !this.running) this.rows = [];
    if (performing && this.rows.length < MOST_ROWS) {
      this.names = names;
      this.rows.push(positions);
    }
    if (!performing && this.running) this.finished(this.names, this.rows);
    this.running = performing;
  }
}
