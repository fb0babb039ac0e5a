import type { ActivityView } from '../protocol.js';
import { fromBase64 } from './base64.js';
import { colour, element, fitted } from './dom.js';

/** Room for names, left and above, px; a block of few rows or columns is drawn at least so thick. */
const [LEFT, ABOVE, GAP, THICK] = [18, 16, 3, 14];

/** Rows or columns of one kind, and where they are drawn, px. */
interface Stretch {
  name: string;
  from: number;
  count: number;
  at: number;
  length: number;
}

/**
 * The change of the trainee's crossbar in the lesson: from clock lines and neurons (rows) to neurons and readouts (columns), blue
 * where weights fell, orange where they rose, the stronger the more (by the square root, so that small changes are seen).
 * Pointer and arrow keys ask single weights.
 */
export class WeightMatrix {
  private readonly canvas = element<HTMLCanvasElement>('weights');
  private readonly told = element('weight-at');
  private readonly cells = document.createElement('canvas');
  private values: Int8Array = new Int8Array(0);
  private scale = 0;
  private rows: Stretch[] = [];
  private columns: Stretch[] = [];
  private shown: ActivityView | undefined;
  private row = 0;
  private column = 0;

  constructor() {
    const { canvas } = this;
    const ask = ({ offsetX, offsetY }: PointerEvent): void => {
      const [row, column] = [indexAt(this.rows, offsetY), indexAt(this.columns, offsetX)];
      if (row < 0 || column < 0 || (row === this.row && column === this.column)) return;
      this.choose(row, column);
    };
    canvas.addEventListener('pointermove', ask);
    canvas.addEventListener('pointerdown', ask);
    canvas.addEventListener('keydown', (event) => {
      const by = event.shiftKey ? 10 : 1;
      const [down, right] = {
        ArrowUp: [-by, 0],
        ArrowDown: [by, 0],
        ArrowLeft: [0, -by],
        ArrowRight: [0, by],
      }[event.key] ?? [0, 0];
      if (event.key === 'Home') this.chooseLargest();
      else if (down || right) this.choose(this.row + down, this.column + right);
      else return;
      event.preventDefault();
    });
    new ResizeObserver(() => this.draw()).observe(canvas);
  }

  show(activity: ActivityView): void {
    const { traineeNeurons: n, clockLines, readouts } = activity;
    const fresh = activity.weightChange !== this.shown?.weightChange;
    this.shown = activity;
    this.rows = stretches(['clock', clockLines], ['neuron', n]);
    this.columns = stretches(['neuron', n], ['readout', readouts]);
    this.values = new Int8Array(fromBase64(activity.weightChange).buffer);
    this.scale = activity.weightChangeScale;
    const [high, wide] = [clockLines + n, n + readouts];
    if (this.values.length !== high * wide) this.values = new Int8Array(high * wide);
    this.paint(high, wide);
    const largest = (127 * this.scale).toPrecision(2);
    element('weights-least').textContent = `−${largest}`;
    element('weights-most').textContent = `+${largest}`;
    const changed = this.values.reduce((sum, q) => sum + (q !== 0 ? 1 : 0), 0);
    this.canvas.setAttribute(
      'aria-label',
      `weight change, ${high} rows by ${wide} columns: ${changed} weights by more than ${(this.scale / 2).toPrecision(1)}, largest ${largest}. Arrow keys go through the weights, with Shift by ten, Home goes to the largest.`,
    );
    if (fresh) this.chooseLargest();
    else this.draw();
  }

  /** One pixel a weight. */
  private paint(high: number, wide: number): void {
    [this.cells.width, this.cells.height] = [wide, high];
    const c = this.cells.getContext('2d')!;
    const image = c.createImageData(wide, high);
    const pixels = new Uint32Array(image.data.buffer);
    const hues = huesOf(colour('--target'), colour('--learned'));
    this.values.forEach((q, k) => (pixels[k] = hues[q + 128]));
    c.putImageData(image, 0, 0);
  }

  private draw(): void {
    const { canvas, rows, columns } = this;
    if (!this.shown || canvas.clientWidth === 0) return;
    const { c, width, height } = fitted(canvas);
    place(columns, LEFT, width);
    place(rows, ABOVE, height);
    c.font = '11px system-ui, sans-serif';
    c.strokeStyle = colour('--rule');
    for (const row of rows)
      for (const column of columns) {
        const box = [column.at, row.at, column.length, row.length] as const;
        c.imageSmoothingEnabled = box[2] < column.count || box[3] < row.count;
        c.drawImage(this.cells, column.from, row.from, column.count, row.count, ...box);
        c.strokeRect(box[0] - 0.5, box[1] - 0.5, box[2] + 1, box[3] + 1);
      }
    c.fillStyle = colour('--faint');
    const [cells, outputs] = columns;
    c.fillText('to neurons', cells.at, ABOVE - 5);
    c.textAlign = 'right';
    c.fillText('readouts', outputs.at + outputs.length, ABOVE - 5);
    c.textAlign = 'left';
    c.rotate(-Math.PI / 2);
    c.fillText('from neurons', -(rows[1].at + c.measureText('from neurons').width), LEFT - 6);
    c.rotate(Math.PI / 2);
    c.fillText('clk', 0, rows[0].at + 10);
    this.box(c);
  }

  /** Marks the chosen weight. */
  private box(c: CanvasRenderingContext2D): void {
    const [x, w] = cellOf(this.columns, this.column);
    const [y, h] = cellOf(this.rows, this.row);
    c.strokeStyle = colour('--ink');
    c.lineWidth = 1.5;
    c.strokeRect(x - 3, y - 3, w + 6, h + 6);
  }

  private chooseLargest(): void {
    const { values } = this;
    let at = 0;
    for (let k = 1; k < values.length; k++) if (Math.abs(values[k]) > Math.abs(values[at])) at = k;
    const wide = countOf(this.columns);
    this.choose(Math.floor(at / wide), at % wide);
  }

  private choose(row: number, column: number): void {
    const [high, wide] = [countOf(this.rows), countOf(this.columns)];
    this.row = Math.min(high - 1, Math.max(0, row));
    this.column = Math.min(wide - 1, Math.max(0, column));
    const value = this.values[this.row * wide + this.column] * this.scale;
    const sign = value < 0 ? '−' : value > 0 ? '+' : '';
    this.told.textContent = `from ${nameOf(this.rows, this.row)} to ${nameOf(this.columns, this.column)}: ${sign}${Math.abs(value).toFixed(4)}`;
    this.draw();
  }
}

function stretches(...kinds: [name: string, count: number][]): Stretch[] {
  let from = 0;
  return kinds.map(([name, count]) => {
    from += count;
    return { name, from: from - count, count, at: 0, length: 0 };
  });
}

/** Places two stretches from `first` to `end`, as long as their counts say, thin ones thicker. */
function place([one, other]: Stretch[], first: number, end: number): void {
  const room = end - first - GAP - 1;
  const share = (room * one.count) / Math.max(1, one.count + other.count);
  one.length = Math.min(room - THICK, Math.max(THICK, share));
  one.at = first;
  other.at = first + one.length + GAP;
  other.length = room - one.length;
}

function indexAt(list: readonly Stretch[], px: number): number {
  const found = list.find(({ at, length }) => px >= at && px < at + length);
  return found ? found.from + Math.floor(((px - found.at) * found.count) / found.length) : -1;
}

function cellOf(list: readonly Stretch[], index: number): [at: number, length: number] {
  const { at, from, count, length } = list.find((s) => index < s.from + s.count) ?? list[0];
  return [at + ((index - from) * length) / count, length / count];
}

function nameOf(list: readonly Stretch[], index: number): string {
  const { name, from } = list.find((s) => index < s.from + s.count) ?? list[0];
  return `${name === 'clock' ? 'clock line' : name} ${index - from + 1}`;
}

function countOf(list: readonly Stretch[]): number {
  return list.reduce((sum, { count }) => sum + count, 0);
}

/** Pixels of -128 .. 127, from two colours "#rrggbb". */
function huesOf(negative: string, positive: string): Uint32Array {
  const bytes = new Uint8Array(4 * 256);
  for (let q = -128; q < 128; q++) {
    const hue = q < 0 ? negative : positive;
    const [r, g, b] = [1, 3, 5].map((k) => parseInt(hue.slice(k, k + 2), 16));
    bytes.set([r, g, b, 255 * Math.sqrt(Math.min(127, Math.abs(q)) / 127)], 4 * (q + 128));
  }
  return new Uint32Array(bytes.buffer);
}
