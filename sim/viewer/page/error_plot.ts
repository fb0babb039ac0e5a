import type { Vector3 } from 'three';
import type { LessonView } from '../protocol.js';
import { rowAt } from './cursor.js';
import { element } from './dom.js';
import { Plot } from './plots.js';

/** The tool's distance from its target along the motion: as predicted, and as performed, its delay taken out. */
export class ErrorPlot {
  private readonly plot = new Plot(element('error-plot'), ' cm', 'distance of the tool from its target');

  /**
   * @param target the shown arm's path of the target, a point a step. @param performed the shown arm's tool at `performedS`.
   */
  show(
    lesson: LessonView,
    target: readonly Vector3[],
    performed: readonly Vector3[],
    performedS: readonly number[],
  ): void {
    const { pathTimesS, learnedPath, targetPath, executedDelayS } = lesson;
    if (pathTimesS.length < 2) return;
    const cm = (a: readonly number[], b: readonly number[]): number =>
      100 * Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
    const predicted = pathTimesS.map((_, k) => (learnedPath[k] ? cm(learnedPath[k], targetPath[k]) : null));
    const rows = performed.map((p) => [p.x, p.y, p.z]);
    const end = performedS[performedS.length - 1] ?? -1;
    const measured = pathTimesS.map((due, k) => {
      const t = due + executedDelayS;
      return rows.length > 1 && t <= end && target[k]
        ? cm(rowAt(performedS, rows, t), target[k].toArray())
        : null;
    });
    this.plot.show(
      [
        { label: 'predicted', hue: '--learned', width: 2 },
        { label: 'performed', hue: '--executed', width: 2, dashed: true },
      ],
      pathTimesS,
      [predicted, measured],
    );
  }

  mark(timeS: number): void {
    this.plot.mark(timeS);
  }
}
