import { element } from './dom.js';

/** One point in time of a lesson: scrubbed, played, looped. Everything that shows the lesson follows it. */
export class TimeCursor {
  /** s from the start of the motion. */
  timeS = 0;
  durationS = 0;
  playing = false;
  private readonly slider = element<HTMLInputElement>('cursor');
  private readonly play = element<HTMLButtonElement>('play');
  private lastMs = 0;

  /** @param changed draws what the cursor is on. */
  constructor(private readonly changed: () => void) {
    this.slider.addEventListener('input', () => {
      this.hold();
      this.move((Number(this.slider.value) / 1000) * this.durationS);
    });
    this.play.addEventListener('click', () => (this.playing ? this.hold() : this.run()));
  }

  /** A motion of so many seconds; 0: none. */
  span(durationS: number): void {
    this.durationS = durationS;
    this.hold();
    this.slider.disabled = this.play.disabled = durationS <= 0;
    this.move(0);
  }

  /** Plays from here, or from the start where the end was reached. */
  run(): void {
    if (this.durationS <= 0) return;
    if (this.timeS >= this.durationS) this.timeS = 0;
    this.playing = true;
    this.lastMs = performance.now();
    this.label();
    requestAnimationFrame((ms) => this.frame(ms));
  }

  hold(): void {
    this.playing = false;
    this.label();
  }

  private frame(ms: number): void {
    if (!this.playing) return;
    const speed = Number(element<HTMLSelectElement>('speed').value);
    const next = this.timeS + (Math.max(0, ms - this.lastMs) / 1000) * speed;
    this.lastMs = ms;
    if (next < this.durationS) this.move(next);
    else if (element<HTMLInputElement>('loop').checked) this.move(next % this.durationS);
    else {
      this.move(this.durationS);
      this.hold();
      return;
    }
    requestAnimationFrame((again) => this.frame(again));
  }

  private move(timeS: number): void {
    this.timeS = timeS;
    if (this.durationS > 0) this.slider.value = String(Math.round((1000 * timeS) / this.durationS));
    const text = this.durationS > 0 ? `${timeS.toFixed(2)} / ${this.durationS.toFixed(2)} s` : '–';
    element('cursor-time').textContent = text;
    this.slider.setAttribute('aria-valuetext', text);
    this.changed();
  }

  private label(): void {
    this.play.textContent = this.playing ? '❚❚' : '▶';
    this.play.setAttribute('aria-label', this.playing ? 'hold the lesson' : 'play the lesson');
  }
}

/** Index of the interval of sorted times that a time lies in, and how far into it (0..1). */
export function between(timesS: readonly number[], timeS: number): [index: number, part: number] {
  let [low, high] = [0, timesS.length - 1];
  if (high <= 0 || timeS <= timesS[0]) return [0, 0];
  if (timeS >= timesS[high]) return [Math.max(0, high - 1), 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (timesS[middle] <= timeS) low = middle;
    else high = middle;
  }
  return [low, (timeS - timesS[low]) / Math.max(1e-12, timesS[high] - timesS[low])];
}

/** A row between rows at sorted times. */
export function rowAt(
  timesS: readonly number[],
  rows: readonly (readonly number[])[],
  timeS: number,
): number[] {
  const [k, part] = between(timesS, timeS);
  const [from, to] = [rows[k], rows[Math.min(k + 1, rows.length - 1)]];
  return from.map((x, j) => x + part * (to[j] - x));
}
