import { smoothRow } from '../arm/trajectory/integrate.js';
import type { StepwiseRecall } from './recall_source.js';

/**
 * A recall without the ripple that single spikes leave: each row is that of a low-pass over the rows around it (what the gate judges
 * a recall by), so the recall underneath runs half the filter's width ahead. Its last rows lead to where the recall itself leads: once
 * all of that is known, what the low-pass leaves is spread over the rows to come as a minimum-jerk move.
 */
export class SmoothedRecall implements StepwiseRecall {
  private readonly rows: Float64Array;
  private readonly row: Float64Array;
  private computed = 0;
  private given = 0;
  /** Sums of the recall's rows and of those given, low-pass alone. */
  private readonly raw: Float64Array;
  private readonly smooth: Float64Array;
  /** Rows that close the distance, and that distance, in sums of rows. */
  private closing = 0;
  private readonly missing: Float64Array;

  /** @param steps rows that the recall has. @param width of the filter, steps; 1: none. */
  constructor(
    private readonly recall: StepwiseRecall,
    private readonly joints: number,
    private readonly steps: number,
    private readonly width = 19,
  ) {
    this.rows = new Float64Array(steps * joints);
    this.row = new Float64Array(joints);
    this.raw = new Float64Array(joints);
    this.smooth = new Float64Array(joints);
    this.missing = new Float64Array(joints);
  }

  next(row: Float64Array): boolean {
    const k = this.given;
    if (k >= this.steps) return false;
    const needed = Math.min(this.steps, k + Math.floor(this.width / 2) + 1);
    while (this.computed < needed && this.recall.next(this.row)) {
      this.rows.set(this.row, this.computed * this.joints);
      for (let j = 0; j < this.joints; j++) this.raw[j] += this.row[j];
      this.computed++;
    }
    if (this.computed < needed) return false;
    if (this.closing === 0 && this.computed === this.steps) this.measureRest(k);
    smoothRow(this.rows, this.joints, this.steps, this.width, k, row, 0);
    for (let j = 0; j < this.joints; j++) this.smooth[j] += row[j];
    if (this.closing > 0) {
      const from = minimumJerk(1 - (this.steps - k) / this.closing);
      const part = minimumJerk(1 - (this.steps - k - 1) / this.closing) - from;
      for (let j = 0; j < this.joints; j++) row[j] += part * this.missing[j];
    }
    this.given++;
    return true;
  }

  /** All of the recall is known, and rows from k on are still to be given: how far those would end from it. */
  private measureRest(k: number): void {
    const { joints, steps, missing, raw, smooth, row } = this;
    this.closing = steps - k;
    for (let j = 0; j < joints; j++) missing[j] = raw[j] - smooth[j];
    for (let rest = k; rest < steps; rest++) {
      smoothRow(this.rows, joints, steps, this.width, rest, row, 0);
      for (let j = 0; j < joints; j++) missing[j] -= row[j];
    }
  }
}

function minimumJerk(s: number): number {
  return s * s * s * (10 + s * (-15 + 6 * s));
}
