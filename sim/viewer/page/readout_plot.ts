import type { ActivityView, LessonView } from '../protocol.js';
import { rowAt } from './cursor.js';
import { element } from './dom.js';
import { Plot } from './plots.js';

/** What the trainee put out for one joint: as it should be, before the update and after it, on the motion's own time. */
export class ReadoutPlot {
  private readonly plot = new Plot(element('readout-plot'), '', 'velocity of the readout, rad/s');
  private readonly choice = element<HTMLSelectElement>('readout-joint');
  private activity: ActivityView | undefined;
  private lesson: LessonView | undefined;
  private timeS = 0;

  constructor() {
    this.choice.addEventListener('change', () => this.draw());
  }

  /** @param joints that learn: the first outputs are theirs. */
  show(activity: ActivityView, lesson: LessonView, joints: readonly string[]): void {
    [this.activity, this.lesson] = [activity, lesson];
    const count = joints.length > 0 ? Math.min(joints.length, activity.readouts) : activity.readouts;
    const names = Array.from(
      { length: count },
      (_, j) => joints[j]?.replace('_joint', '') ?? `output ${j + 1}`,
    );
    const { choice } = this;
    if (names.join() !== Array.from(choice.options, (o) => o.text).join())
      choice.replaceChildren(...names.map((name, j) => new Option(name, String(j))));
    this.draw();
  }

  /** Follows the time cursor. */
  mark(timeS: number): void {
    this.timeS = timeS;
    this.plot.mark(timeS);
  }

  private draw(): void {
    const { activity, lesson } = this;
    const j = Number(this.choice.value);
    if (!activity || !lesson || lesson.pathTimesS.length < 2) return;
    const { steps, readouts, motionShare } = activity;
    const last = lesson.pathTimesS.length - 1;
    const shares = lesson.pathTimesS.map((_, k) => k / last);
    const times = lesson.pathTimesS.map((s) => [s]);
    const timesS = Array.from({ length: steps }, (_, t) => {
      const share = 1 - motionShare * (1 - t / Math.max(1, steps - 1));
      return rowAt(shares, times, share)[0];
    });
    const of = (flat: number[]): (number | null)[] => timesS.map((_, t) => flat[t * readouts + j] ?? null);
    // a skill that was brought back had no exposure
    const curves = [
      { label: 'target', hue: '--target', width: 3, dashed: true, values: activity.targetVelocities },
      { label: 'before', hue: '--faint', width: 1.5, values: activity.velocitiesBefore },
      { label: 'after', hue: '--learned', width: 2, values: activity.velocitiesAfter },
    ].filter(({ values }) => values.length > 0);
    this.plot.show(
      curves.map(({ values: _, ...curve }) => curve),
      timesS,
      curves.map(({ values }) => of(values)),
    );
    this.plot.mark(this.timeS);
  }
}
