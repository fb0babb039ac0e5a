import type { ActivityView } from '../protocol.js';
import { fitted } from './dom.js';

/** Draws the change of each trainee neuron's incoming weights as a square, the more the darker (light theme) or brighter. */
export function drawHeat(canvas: HTMLCanvasElement, activity: ActivityView): void {
  const { c, width, height } = fitted(canvas);
  const { weightChange } = activity;
  const largest = Math.max(1e-12, ...weightChange);
  const columns = Math.max(1, Math.ceil(Math.sqrt((weightChange.length * width) / height)));
  const rows = Math.max(1, Math.ceil(weightChange.length / columns));
  const [w, h] = [width / columns, height / rows];
  weightChange.forEach((x, k) => {
    c.fillStyle = heat(x / largest);
    c.fillRect((k % columns) * w, Math.floor(k / columns) * h, Math.max(1, w - 1), Math.max(1, h - 1));
  });
  canvas.setAttribute(
    'aria-label',
    `weight change of ${weightChange.length} neurons, largest ${largest.toPrecision(3)}`,
  );
}

/** A colour for 0..1, from blue over orange to yellow: brightness rises all the way. */
export function heat(x: number): string {
  const t = Math.min(1, Math.max(0, x));
  return `hsl(${250 - 200 * t} ${60 + 30 * t}% ${22 + 48 * t}%)`;
}
