import type { ActivityView } from '../protocol.js';
import { colour, element, fitted } from './dom.js';

/** Room for names, left, and for times, below, px. */
const LEFT = 92;
const BELOW = 16;
/** Spikes of so long before the time cursor stand out, s of the trial. */
const RECENT_S = 0.05;

/** Spikes of one network in one run, in order of their steps. */
interface Band {
  name: string;
  /** Network and run happened: a skill that was brought back had no exposure. */
  run: boolean;
  hue: string;
  neurons: number;
  ids: number[];
  /** Those of step t are ids[start[t]] .. ids[start[t + 1] - 1]. */
  start: number[];
  top: number;
  height: number;
}

/**
 * Spikes against time: the learning-signal generator's with the norm of its signals as a line, the trainee's before and after the
 * update. They are drawn once; as the time cursor goes on, only it and the spikes it just passed are drawn anew.
 */
export class SpikeRaster {
  private readonly canvas = element<HTMLCanvasElement>('raster');
  private readonly choice = element<HTMLSelectElement>('trainee-runs');
  private readonly still = document.createElement('canvas');
  private activity: ActivityView | undefined;
  private bands: Band[] = [];
  private drawn: { c: CanvasRenderingContext2D; width: number; height: number; ink: string } | undefined;
  private step = 0;

  constructor() {
    if (matchMedia('(max-width: 900px)').matches) this.choice.value = 'after';
    this.choice.addEventListener('change', () => this.show(this.activity));
    new ResizeObserver(() => this.draw()).observe(this.canvas);
  }

  /** @param activity undefined: there is none. */
  show(activity: ActivityView | undefined): void {
    this.activity = activity;
    this.canvas.hidden = element('trainee-choice').hidden = !activity;
    if (!activity) return;
    this.canvas.dataset.runs = this.choice.value;
    this.bands = bandsOf(activity, this.choice.value);
    this.draw();
    const counts = this.bands
      .map((b) => `${b.name} ${b.run ? `${b.ids.length} spikes of ${b.neurons} cells` : 'without exposure'}`)
      .join(', ');
    this.canvas.setAttribute(
      'aria-label',
      `spikes of the lesson from above: ${counts}; the learning signal's norm as a line`,
    );
  }

  /** Puts the cursor at a share of the motion, 0..1. */
  mark(share: number): void {
    const { activity } = this;
    if (!activity) return;
    const { motionShare, steps } = activity;
    this.step = steps * (motionShare > 0 ? 1 - (1 - share) / motionShare : share);
    this.compose();
  }

  private draw(): void {
    const { activity, canvas, still, bands } = this;
    if (!activity || canvas.clientWidth === 0) return;
    const { c, width, height } = fitted(canvas);
    this.drawn = { c, width, height, ink: colour('--ink') };
    const each = (height - BELOW) / bands.length;
    bands.forEach((band, k) => ([band.top, band.height] = [k * each + 2, each - 8]));
    [still.width, still.height] = [canvas.width, canvas.height];
    const s = still.getContext('2d')!;
    s.setTransform(c.getTransform());
    s.font = '11px system-ui, sans-serif';
    const faint = colour('--faint');
    for (const band of bands) {
      band.hue = colour(band.name === 'generator' ? '--learned' : '--target');
      s.fillStyle = faint;
      const lines = [
        band.name,
        `${band.neurons} cells`,
        band.run ? `${band.ids.length} spikes` : 'no exposure',
      ];
      if (band === bands[0] && band.run) lines.push('— its signals');
      lines.forEach((line, k) => s.fillText(line, 0, band.top + 10 + 13 * k));
      s.fillStyle = band.hue;
      s.globalAlpha = 0.6;
      this.spikes(s, band, 0, activity.steps, 1.6);
      s.globalAlpha = 1;
    }
    s.fillStyle = s.strokeStyle = faint;
    const seconds = activity.steps * activity.stepS;
    for (let t = 0; t <= seconds + 1e-9; t += 0.5) {
      const label = `${t.toFixed(1)} s`;
      const px = this.x(t / Math.max(1e-9, activity.stepS));
      s.fillText(label, Math.min(px, width - s.measureText(label).width), height - 1);
    }
    this.signal(s, bands[0], activity.learningSignal);
    this.compose();
  }

  private signal(s: CanvasRenderingContext2D, { top, height }: Band, norms: number[]): void {
    const peak = Math.max(1e-12, ...norms);
    s.lineWidth = 1.5;
    s.beginPath();
    norms.forEach((v, k) => {
      const [px, py] = [this.x(k), top + height - (height * v) / peak];
      if (k === 0) s.moveTo(px, py);
      else s.lineTo(px, py);
    });
    s.stroke();
  }

  /** What stands still, the spikes of the last moment, the cursor. */
  private compose(): void {
    const { drawn, activity, step } = this;
    if (!drawn || !activity) return;
    const { c, width, height } = drawn;
    c.clearRect(0, 0, width, height);
    c.drawImage(this.still, 0, 0, width, height);
    if (step < 0) return;
    const until = Math.min(activity.steps, Math.floor(step) + 1);
    const from = Math.max(0, Math.ceil(step - RECENT_S / Math.max(1e-9, activity.stepS)));
    for (const band of this.bands) {
      c.fillStyle = band.hue;
      if (step > 0) this.spikes(c, band, from, until, 4);
    }
    c.fillStyle = drawn.ink;
    c.fillRect(this.x(step), 0, 1.5, height - BELOW + 2);
  }

  /** Draws the spikes of steps `from` to before `to`. */
  private spikes(c: CanvasRenderingContext2D, band: Band, from: number, to: number, size: number): void {
    const { ids, start, top, height, neurons } = band;
    for (let t = from; t < to; t++) {
      const x = this.x(t) - size / 2;
      for (let k = start[t]; k < start[t + 1]; k++)
        c.fillRect(x, top + (height * ids[k]) / Math.max(1, neurons) - size / 2, size, size);
    }
  }

  private x(step: number): number {
    const width = this.drawn?.width ?? 0;
    return LEFT + ((width - LEFT - 8) * step) / Math.max(1, this.activity?.steps ?? 1);
  }
}

/** @param runs of the trainee that are wanted: before, after or both. */
function bandsOf(a: ActivityView, runs: string): Band[] {
  const { steps, traineeNeurons: n } = a;
  const exposed = a.learningSignal.length > 0;
  const bands = [{ ...band('generator', a.lsgNeurons, steps, a.lsgSteps, a.lsgIds), run: exposed }];
  if (runs !== 'after')
    bands.push({ ...band('trainee before', n, steps, a.exposureSteps, a.exposureIds), run: exposed });
  if (runs !== 'before') bands.push(band('trainee after', n, steps, a.recallSteps, a.recallIds));
  return bands;
}

function band(name: string, neurons: number, steps: number, at: number[], ids: number[]): Band {
  const start = new Array<number>(steps + 1).fill(0);
  for (const t of at) if (t < steps) start[t + 1]++;
  for (let t = 0; t < steps; t++) start[t + 1] += start[t];
  const next = start.slice();
  const sorted = new Array<number>(start[steps]);
  at.forEach((t, k) => t < steps && (sorted[next[t]++] = ids[k]));
  return { name, run: true, hue: '', neurons, ids: sorted, start, top: 0, height: 0 };
}
