import { smoothRow } from '../arm/trajectory/integrate.js';
import type { StepwiseRecall } from './recall_source.js';

/**
 * A recall without the ripple that single spikes leave: each row is that of a low-pass over the rows around it (what the gate judges
 * a recall by), so the recall underneath runs half the filter's width ahead.
 */
export class SmoothedRecall implements StepwiseRecall {
  private readonly rows: Float64Array;
  private readonly row: Float64Array;
  private computed = 0;
  private given = 0;

  /** @param steps rows that the recall has. @param width of the filter, steps; 1: none. */
  constructor(
    private readonly recall: StepwiseRecall,
    private readonly joints: number,
    private readonly steps: number,
    private readonly width = 19,
  ) {
    this.rows = new Float64Array(steps * joints);
    this.row = new Float64Array(joints);
  }

  next(row: Float64Array): boolean {
    const k = this.given;
    if (k >= this.steps) return false;
    const needed = Math.min(this.steps, k + Math.floor(this.width / 2) + 1);
    while (this.computed < needed && this.recall.next(this.row)) {
      this.rows.set(this.row, this.computed * this.joints);
      this.computed++;
    }
    if (this.computed < needed) return false;
    smoothRow(this.rows, this.joints, this.steps, this.width, k, row, 0);
    this.given++;
    return true;
  }
}
