import type { JointStates } from '../joint_frame.js';
import type { LessonView, ServerMessage } from '../protocol.js';
import { rowAt } from './cursor.js';
import { element } from './dom.js';
import { type JointMotion, shownJoints } from './joint_bars.js';
import { type Curve, Plot } from './plots.js';

type Performed = Extract<ServerMessage, { type: 'performed' }>;

/** So much of the past is shown, s. */
const PAST_S = 10;

/** Position, velocity, command and limits of one joint: as they are now, or of the lesson. */
export class JointPlots {
  private readonly past: JointStates[] = [];
  private readonly position = new Plot(element('position-plot'), '', 'position');
  private readonly velocity = new Plot(element('velocity-plot'), '', 'velocity');
  private readonly choice = element<HTMLSelectElement>('plot-joint');
  private readonly source = element<HTMLSelectElement>('plot-source');
  private lesson: LessonView | null = null;
  private performed: Performed | null = null;
  private motion: (name: string) => JointMotion | undefined = () => undefined;
  private dirty = false;

  /** @param cursorS of the lesson. @param seen whether the plots are. */
  constructor(
    private readonly cursorS: () => number,
    private readonly seen: () => boolean,
  ) {
    for (const select of [this.choice, this.source]) select.addEventListener('change', () => this.draw());
    setInterval(() => {
      if (this.dirty && this.seen() && this.source.value === 'live') this.draw();
    }, 100);
  }

  take(joints: JointStates, motion: (name: string) => JointMotion | undefined): void {
    this.motion = motion;
    this.past.push(joints);
    while (this.past.length > 2 && joints.timeS - this.past[0].timeS > PAST_S) this.past.shift();
    if (this.past.length > 1 && joints.timeS < this.past[this.past.length - 2].timeS)
      this.past.splice(0, this.past.length - 1);
    const names = shownJoints(joints.names, motion);
    if (this.choice.options.length !== names.length)
      this.choice.replaceChildren(...names.map((n) => new Option(n.replace('_joint', ''), n)));
    this.dirty = true;
  }

  about(lesson: LessonView | null, performed: Performed | null): void {
    [this.lesson, this.performed] = [lesson, performed];
    this.draw();
  }

  /** Draws what is chosen. */
  draw(): void {
    if (!this.seen()) return;
    this.dirty = false;
    const name = this.choice.value;
    const motion = name ? this.motion(name) : undefined;
    if (!motion) return;
    const scale = motion.slides ? 100 : 180 / Math.PI;
    const unit = motion.slides ? 'cm' : '°';
    const limits = motion.endless ? [] : [motion.lower * scale, motion.upper * scale];
    const speed = motion.velocity > 0 ? [-motion.velocity * scale, motion.velocity * scale] : [];
    const { timesS, curves } = this.source.value === 'live' ? this.live(name) : this.taught(name);
    if (timesS.length < 2) return;
    const show = (plot: Plot, which: 'position' | 'velocity', edges: number[]): void => {
      const chosen = curves.filter((c) => c.of === which);
      const values = chosen.map((c) => c.values.map((v) => (v === null ? null : v * scale)));
      const seenValues = values.flat().filter((v) => v !== null);
      const [low, high] = [Math.min(...seenValues), Math.max(...seenValues)];
      // a limit that is far away would flatten the curves
      const near = edges.filter((e) => {
        const room = Math.max(5, high - low, Math.abs(e) / 5);
        return e > low - room && e < high + room;
      });
      plot.show(
        [
          ...chosen.map((c) => ({
            ...c.curve,
            label: `${c.curve.label}, ${unit}${which === 'velocity' ? '/s' : ''}`,
          })),
          ...near.map((e): Curve => ({
            label: `limit ${+e.toFixed(1)}`,
            hue: '--bad',
            width: 1,
            dashed: true,
          })),
        ],
        timesS,
        [...values, ...near.map((e) => timesS.map(() => e))],
      );
    };
    show(this.position, 'position', limits);
    show(this.velocity, 'velocity', speed);
    if (this.source.value === 'lesson') this.mark();
  }

  /** Follows the time cursor. */
  mark(): void {
    if (!this.seen() || this.source.value !== 'lesson') return;
    this.position.mark(this.cursorS());
    this.velocity.mark(this.cursorS());
  }

  private live(name: string): Curves {
    const last = this.past[this.past.length - 1];
    const j = last?.names.indexOf(name) ?? -1;
    if (j < 0) return { timesS: [], curves: [] };
    const rows = this.past.filter((p) => p.names.length === last.names.length);
    const commanded = rows.some((p) => p.command?.[j] != null);
    return {
      timesS: rows.map((p) => p.timeS - last.timeS),
      curves: [
        ...(commanded
          ? [
              curve(
                'position',
                'command',
                '--target',
                3,
                rows.map((p) => p.command?.[j] ?? null),
                true,
              ),
            ]
          : []),
        curve(
          'position',
          'measured',
          '--executed',
          2,
          rows.map((p) => p.positions[j]),
        ),
        curve(
          'velocity',
          'measured',
          '--executed',
          2,
          rows.map((p) => p.velocities[j]),
        ),
      ],
    };
  }

  private taught(name: string): Curves {
    const { lesson, performed } = this;
    const j = lesson?.joints.indexOf(name) ?? -1;
    if (!lesson || j < 0 || lesson.learnedTimesS.length < 2) return { timesS: [], curves: [] };
    const { learnedTimesS: timesS } = lesson;
    const k = performed?.names.indexOf(name) ?? -1;
    const measured =
      performed && k >= 0 && performed.rows.length > 1
        ? timesS.map((t) =>
            t <= performed.timesS[performed.timesS.length - 1]
              ? rowAt(performed.timesS, performed.rows, t)[k]
              : null,
          )
        : undefined;
    const slopes = measured?.map((q, i) => {
      const before = measured[i - 1];
      return q === null || before == null ? null : (q - before) / Math.max(1e-9, timesS[i] - timesS[i - 1]);
    });
    return {
      timesS,
      curves: [
        curve(
          'position',
          'learned',
          '--learned',
          2,
          lesson.learnedAngles.map((r) => r[j]),
        ),
        ...(measured ? [curve('position', 'performed', '--executed', 3, measured, true)] : []),
        curve(
          'velocity',
          'learned',
          '--learned',
          2,
          lesson.learnedVelocities.map((r) => r[j] ?? null),
        ),
        ...(slopes ? [curve('velocity', 'performed', '--executed', 1.5, slopes, true)] : []),
      ],
    };
  }
}

interface Curves {
  timesS: number[];
  curves: { of: 'position' | 'velocity'; curve: Curve; values: (number | null)[] }[];
}

function curve(
  of: 'position' | 'velocity',
  label: string,
  hue: string,
  width: number,
  values: (number | null)[],
  dashed = false,
): Curves['curves'][number] {
  return { of, curve: { label, hue, width, dashed }, values };
}
