import uPlot from 'uplot';
import { colour } from './dom.js';

/** A line of a plot. */
export interface Curve {
  label: string;
  /** Variable of the style sheet. */
  hue: string;
  width: number;
  dashed?: boolean;
}

/** A plot of curves against time, with their values where the cursor is; made anew where its curves or the theme change. */
export class Plot {
  private plot: uPlot | undefined;
  private made = '';

  constructor(
    private readonly box: HTMLElement,
    private readonly unit: string,
    private readonly name: string,
  ) {
    box.setAttribute('role', 'img');
    box.setAttribute('aria-label', `${name}: nothing to show yet`);
    new ResizeObserver(() => {
      if (box.clientWidth > 0) this.plot?.setSize({ width: box.clientWidth, height: this.height });
    }).observe(box);
  }

  /** Shows values of curves (null: none there) at times, s. */
  show(curves: readonly Curve[], timesS: number[], values: (number | null)[][]): void {
    if (this.box.clientWidth === 0) return;
    const data = [timesS, ...values] as uPlot.AlignedData;
    const key = JSON.stringify([curves, document.documentElement.dataset.theme]);
    if (key !== this.made || !this.plot) {
      this.plot?.destroy();
      this.plot = new uPlot(this.options(curves), data, this.box);
      this.made = key;
    } else this.plot.setData(data);
    this.box.setAttribute(
      'aria-label',
      `${this.name} against time: ${curves.map(({ label }, k) => `${label}${this.range(values[k])}`).join('; ')}`,
    );
  }

  /** Puts the cursor's line at a time, s. */
  mark(timeS: number): void {
    this.plot?.setCursor({ left: this.plot.valToPos(timeS, 'x'), top: -10 }, false);
  }

  /** What can be said of a curve without seeing it. */
  private range(values: readonly (number | null)[] | undefined): string {
    const there = values?.filter((v): v is number => v !== null) ?? [];
    if (there.length === 0) return ' not there';
    const [low, high] = [Math.min(...there), Math.max(...there)].map((v) => `${v.toFixed(2)}${this.unit}`);
    return low === high ? ` at ${low}` : ` from ${low} to ${high}`;
  }

  private get height(): number {
    return 130;
  }

  private options(curves: readonly Curve[]): uPlot.Options {
    const axis = {
      stroke: colour('--faint'),
      grid: { stroke: colour('--rule'), width: 1 },
      font: '11px system-ui',
    };
    return {
      width: this.box.clientWidth,
      height: this.height,
      legend: { show: true, live: true },
      cursor: { y: false, drag: { x: false, y: false } },
      scales: { x: { time: false } },
      axes: [
        { ...axis, values: (_, ticks) => ticks.map((t) => `${+t.toFixed(2)} s`), size: 26 },
        { ...axis, values: (_, ticks) => ticks.map((v) => `${+v.toFixed(2)}${this.unit}`), size: 56 },
      ],
      series: [
        { label: 'at', value: (_, v: number | null) => (v === null ? '–' : `${v.toFixed(2)} s`) },
        ...curves.map(({ label, hue, width, dashed }) => ({
          label,
          value: (_: uPlot, v: number | null) => (v === null ? '–' : `${v.toFixed(2)}${this.unit}`),
          stroke: colour(hue),
          width,
          dash: dashed ? [8, 5] : undefined,
          points: { show: false },
          spanGaps: true,
        })),
      ],
    };
  }
}
