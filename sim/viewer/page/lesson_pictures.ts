import type { Vector3 } from 'three';
import type { ActivityView, LessonView } from '../protocol.js';
import { between } from './cursor.js';
import { element } from './dom.js';
import { ErrorPlot } from './error_plot.js';
import { ReadoutPlot } from './readout_plot.js';
import { SpikeRaster } from './spike_raster.js';
import { WeightMatrix } from './weight_matrix.js';

/** What was performed of a lesson: points of the shown arm's tool, and when. */
export interface PerformedPath {
  points: readonly Vector3[];
  timesS: readonly number[];
}

/** A lesson in pictures, which follow the time cursor: spikes, error along the path, weight change, readout. */
export class LessonPictures {
  private readonly raster = new SpikeRaster();
  private readonly errors = new ErrorPlot();
  private readonly weights = new WeightMatrix();
  private readonly readout = new ReadoutPlot();
  private lesson: LessonView | null = null;
  private activity: ActivityView | undefined;
  private joints: readonly string[] = [];
  private timeS = 0;

  /** The joints that learn. */
  about(joints: readonly string[]): void {
    this.joints = joints;
    this.draw();
  }

  /** @param lesson null: there is none, and nothing that happened in the networks either. */
  taught(lesson: LessonView | null): void {
    this.lesson = lesson;
    if (!lesson) this.activity = undefined;
    this.draw();
  }

  happened(activity: ActivityView): void {
    this.activity = activity;
    this.draw();
  }

  /** Draws all that is seen. */
  draw(): void {
    const { lesson, activity } = this;
    element('lesson-pictures').hidden = !lesson;
    const inside = element('network-pictures');
    inside.hidden = !activity;
    this.raster.show(activity);
    if (activity && inside.clientWidth > 0) {
      this.weights.show(activity);
      if (lesson) this.readout.show(activity, lesson, this.joints);
    }
    this.follow(this.timeS);
  }

  /** @param target the shown arm's path of the target, a point a step. */
  drawErrors(target: readonly Vector3[], performed: PerformedPath): void {
    if (!this.lesson) return;
    this.errors.show(this.lesson, target, performed.points, performed.timesS);
    this.errors.mark(this.timeS);
  }

  /** Follows the time cursor. */
  follow(timeS: number): void {
    this.timeS = timeS;
    const times = this.lesson?.pathTimesS ?? [];
    const [k, part] = between(times, timeS);
    this.raster.mark(times.length > 1 ? (k + part) / (times.length - 1) : 0);
    this.readout.mark(timeS);
    this.errors.mark(timeS);
  }
}
