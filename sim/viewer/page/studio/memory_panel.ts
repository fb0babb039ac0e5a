import type { LessonView } from '../../protocol.js';
import { colour, element, fitted, made } from '../dom.js';
import { heat } from '../heat_map.js';
import type { MemoryOptions } from './studio_learner.js';

const YEAR_S = 365.25 * 86400;

/** The slider's 0..100 as 1 s to 10 years, evenly in the logarithm. */
export const secondsAt = (slider: number): number => (10 * YEAR_S) ** (slider / 100);

/** The slider where it says so many seconds. */
const sliderAt = (seconds: number): number =>
  Math.round((100 * Math.log(Math.max(1, seconds))) / Math.log(10 * YEAR_S));

/** A duration as a person says it. */
export function spoken(seconds: number): string {
  const units: [string, number][] = [
    ['years', YEAR_S],
    ['days', 86400],
    ['hours', 3600],
    ['minutes', 60],
    ['s', 1],
  ];
  const [name, size] = units.find(([, s]) => seconds >= 1.5 * s) ?? units[units.length - 1];
  return `${+(seconds / size).toPrecision(2)} ${name}`;
}

/** A core's cells, rows x columns, shares of the largest conductance. */
export interface CorePicture {
  rows: number;
  columns: number;
  target: ArrayLike<number>;
  conductance: ArrayLike<number>;
  /** Where only some cells are told: how many there are. */
  wholeRows?: number;
  wholeColumns?: number;
}

/** What the memory's cells hold, and switches for how they age and are read. */
export class MemoryPanel {
  private cores: readonly CorePicture[] | undefined;
  private waiting = false;

  /** @param changed takes new options: the lesson is given again with them. */
  constructor(changed: (options: Partial<MemoryOptions>) => void) {
    const slider = element<HTMLInputElement>('drift');
    slider.addEventListener('input', () => {
      element('drift-value').textContent = spoken(secondsAt(Number(slider.value)));
      slider.setAttribute('aria-valuetext', element('drift-value').textContent);
      if (this.waiting) return;
      this.waiting = true;
      requestAnimationFrame(() => {
        this.waiting = false;
        changed({ readAfterS: secondsAt(Number(slider.value)) });
      });
    });
    const box = (id: string, key: 'compensated' | 'readNoise' | 'programmingNoise' | 'drift'): void =>
      element(id).addEventListener('change', (e) =>
        changed({ [key]: (e.target as HTMLInputElement).checked }),
      );
    box('compensated', 'compensated');
    box('read-noise', 'readNoise');
    box('programming-noise', 'programmingNoise');
    box('drifting', 'drift');
    const bits = element<HTMLInputElement>('bits');
    bits.addEventListener('change', () =>
      changed({ bits: Math.min(8, Math.max(2, Number(bits.value) || 5)) }),
    );
    for (const id of ['core', 'cells']) element(id).addEventListener('change', () => this.draw());
  }

  /** @param cores undefined: the synapses are software, or there is no lesson. */
  show(
    cores: readonly CorePicture[] | undefined,
    lesson: Pick<LessonView, 'after' | 'devicesWritten' | 'devicesTotal' | 'pulses' | 'energyJ'> | null,
  ): void {
    this.cores = cores;
    element('memory-hint').hidden = cores !== undefined;
    element('memory-view').hidden = cores === undefined;
    if (!cores || !lesson) return;
    element('memory-error').textContent = `${(100 * lesson.after.tcpErrorMeanM).toFixed(2)} cm`;
    const list = element<HTMLSelectElement>('core');
    if (list.options.length !== cores.length)
      list.replaceChildren(
        ...cores.map(
          (c, k) =>
            new Option(`${k + 1}: ${c.wholeRows ?? c.rows} × ${c.wholeColumns ?? c.columns}`, String(k)),
        ),
      );
    const facts: [string, string][] = [
      ['devices written by the lesson', `${lesson.devicesWritten} of ${lesson.devicesTotal}`],
      ['programming pulses', String(lesson.pulses)],
      ['energy', `${(1e6 * lesson.energyJ).toPrecision(3)} µJ`],
    ];
    element('ledger').replaceChildren(
      ...facts.flatMap(([name, value]) => [made('dt', name), made('dd', value)]),
    );
    this.draw();
  }

  /** Sets the controls to what is shown. */
  set({
    readAfterS,
    compensated,
    readNoise,
  }: Pick<MemoryOptions, 'readAfterS' | 'compensated' | 'readNoise'>): void {
    element<HTMLInputElement>('drift').value = String(sliderAt(readAfterS));
    element('drift-value').textContent = spoken(readAfterS);
    element<HTMLInputElement>('compensated').checked = compensated;
    element<HTMLInputElement>('read-noise').checked = readNoise;
  }

  /** Draws the chosen core. */
  draw(): void {
    const core = this.cores?.[Number(element<HTMLSelectElement>('core').value)];
    const canvas = element<HTMLCanvasElement>('cores');
    if (!core || canvas.clientWidth === 0) return;
    const which = element<HTMLSelectElement>('cells').value as
      keyof Pick<CorePicture, 'conductance' | 'target'> | 'error';
    const values =
      which === 'error' ? Float32Array.from(core.conductance, (g, k) => g - core.target[k]) : core[which];
    const largest = which === 'error' ? 0.2 : 1;
    const { c, width, height } = fitted(canvas);
    const [w, h] = [width / core.columns, height / core.rows];
    for (let i = 0, k = 0; i < core.rows; i++)
      for (let j = 0; j < core.columns; j++, k++) {
        c.fillStyle = heat(Math.abs(values[k]) / largest);
        c.fillRect(j * w, i * h, w + 0.3, h + 0.3);
      }
    canvas.setAttribute('aria-label', `${which} of ${core.rows} by ${core.columns} cells, brighter is more`);
    this.histogram(values, which === 'error' ? 0.3 : 1);
  }

  private histogram(values: ArrayLike<number>, edge: number): void {
    const canvas = element<HTMLCanvasElement>('histogram');
    const { c, width, height } = fitted(canvas);
    const bins = new Array<number>(41).fill(0);
    for (const v of Array.from(values)) bins[Math.min(40, Math.max(0, Math.round(20 + (20 * v) / edge)))]++;
    const most = Math.log1p(Math.max(...bins));
    c.fillStyle = colour('--target');
    bins.forEach((n, k) => {
      const size = ((height - 14) * Math.log1p(n)) / most;
      c.fillRect((k * width) / 41, height - 14 - size, width / 41 - 1, size);
    });
    c.fillStyle = colour('--faint');
    c.font = '11px system-ui, sans-serif';
    c.fillText(String(-edge), 0, height - 2);
    c.fillText('0', width / 2 - 3, height - 2);
    c.fillText(String(edge), width - 22, height - 2);
    canvas.setAttribute(
      'aria-label',
      `histogram from ${-edge} to ${edge}, ${values.length} cells, logarithmic`,
    );
  }
}
