import type { Random } from '../kernels/random.js';
import { inkExtent, inputSide, stretch } from './prepare_image.js';

// local names: looked up once, not in every pixel's loop
const { abs, ceil, cos, exp, floor, hypot, max, min, round, sin } = Math;

/** A stroke: a smooth curve (Catmull-Rom) through points x, y in a unit square (y down). */
export type Stroke = [x: number, y: number][];

/** A character that nobody wrote: what all of its drawings have in common. */
export interface StrokeCharacter {
  strokes: Stroke[];
}

/** How a drawing deviates from its character. */
export interface DrawingOptions {
  /** Standard deviation of control points, fractions of the character's extent. */
  jitter: number;
  /** Range of half the line's width, pixels. */
  radius: readonly [number, number];
  /** Standard deviations: rotation (rad), scale (log), shear, shift (pixels). */
  rotation: number;
  scale: number;
  shear: number;
  shift: number;
}

/** Deviations of the size found among handwritten characters. */
export const handwriting: DrawingOptions = {
  jitter: 0.035,
  radius: [0.35, 0.95],
  rotation: 0.12,
  scale: 0.1,
  shear: 0.12,
  shift: 0.8,
};

/** Draws a new character: one to four strokes (lines, arcs, loops, waves), often starting on an earlier stroke. */
export function randomCharacter(random: Random): StrokeCharacter {
  const count = 1 + [0, 0, 1, 1, 1, 2, 2, 3][random.integer(8)];
  const strokes: Stroke[] = [];
  for (let s = 0; s < count; s++) {
    let start: [number, number] = [random.uniform(), random.uniform()];
    if (s > 0 && random.uniform() < 0.6) {
      const earlier = strokes[random.integer(s)];
      start = [...earlier[random.integer(earlier.length)]];
    }
    strokes.push(randomStroke(random, start, count === 1));
  }
  return { strokes };
}

function randomStroke(random: Random, [x, y]: [number, number], alone: boolean): Stroke {
  const kind = random.uniform();
  const angle = random.uniform() * 2 * Math.PI;
  const size = 0.3 + 0.6 * random.uniform();
  if (kind < 0.3 && !alone)
    return [
      [x, y],
      [x + size * cos(angle), y + size * sin(angle)],
    ]; // line
  if (kind < 0.6) {
    // arc or loop: an ellipse's part
    const span =
      (random.uniform() < 0.3 ? 2 : 0.5 + random.uniform()) * Math.PI * (random.uniform() < 0.5 ? -1 : 1);
    const rx = size * 0.5;
    const ry = rx * (0.4 + 0.8 * random.uniform());
    const turn = random.uniform() * Math.PI;
    const points = 4 + round(abs(span) * 1.2);
    const ellipse = Array.from({ length: points }, (_, k) => {
      const a = angle + (span * k) / (points - 1);
      const ex = rx * cos(a);
      const ey = ry * sin(a);
      return [ex * cos(turn) - ey * sin(turn), ex * sin(turn) + ey * cos(turn)] as [number, number];
    });
    return ellipse.map(([ex, ey]) => [x + ex - ellipse[0][0], y + ey - ellipse[0][1]]);
  }
  // a walk of three to six points that turns sharply or softly
  const points: Stroke = [[x, y]];
  const turnSize = random.uniform() < 0.5 ? 0.7 : 2;
  let heading = angle;
  for (let k = 0, n = 2 + random.integer(4); k < n; k++) {
    const [px, py] = points[points.length - 1];
    const length = size * (0.3 + 0.4 * random.uniform());
    points.push([px + length * cos(heading), py + length * sin(heading)]);
    heading += turnSize * random.gaussian();
  }
  return points;
}

/** One drawing: side x side ink map (0 = background, 1 = ink), framed as prepareImage frames pictures. */
export function drawCharacter(
  character: StrokeCharacter,
  random: Random,
  options: DrawingOptions = handwriting,
  side = inputSide,
  out = new Float32Array(side * side),
): Float32Array {
  const { jitter } = options;
  const moved = character.strokes.map((stroke) => {
    const dx = jitter * random.gaussian();
    const dy = jitter * random.gaussian();
    return stroke.map(
      ([x, y]) =>
        [x + dx + jitter * random.gaussian(), y + dy + jitter * random.gaussian()] as [number, number],
    );
  });
  const curves = moved.map(smooth);
  const rotation = options.rotation * random.gaussian();
  const sx = exp(options.scale * random.gaussian());
  const sy = exp(options.scale * random.gaussian());
  const shear = options.shear * random.gaussian();
  const [c, s] = [cos(rotation), sin(rotation)];
  const all = curves.flat();
  const minX = min(...all.map((p) => p[0]));
  const maxX = max(...all.map((p) => p[0]));
  const minY = min(...all.map((p) => p[1]));
  const maxY = max(...all.map((p) => p[1]));
  const [width, height] = [maxX - minX, maxY - minY];
  const zoom = (inkExtent * side - 1) / max(width, height, 1e-3);
  const factor = stretch(max(width, height), min(width, height));
  const zoomX = zoom * sx * (width < height ? factor : 1);
  const zoomY = zoom * sy * (height < width ? factor : 1);
  const ox = side / 2 + options.shift * random.gaussian();
  const oy = side / 2 + options.shift * random.gaussian();
  const radius = options.radius[0] + (options.radius[1] - options.radius[0]) * random.uniform();
  out.fill(0);
  for (const curve of curves) {
    const points = curve.map(([px, py]) => {
      const x = (px - (minX + maxX) / 2) * zoomX;
      const y = (py - (minY + maxY) / 2) * zoomY;
      const xs = x + shear * y;
      return [ox + c * xs - s * y, oy + s * xs + c * y] as [number, number];
    });
    for (let k = 0; k + 1 < points.length; k++)
      drawSegment(out, side, points[k], points[k + 1], radius * (side / inputSide));
  }
  return out;
}

/** Catmull-Rom spline through the points, six pieces between neighbours (two points: a line). */
function smooth(points: Stroke): Stroke {
  if (points.length < 3) return points;
  const out: Stroke = [];
  const at = (k: number) => points[min(points.length - 1, max(0, k))];
  for (let k = 0; k + 1 < points.length; k++)
    for (let i = 0; i < 6; i++) {
      const t = i / 6;
      const blend = (d: 0 | 1) => {
        const [a, b, c, e] = [at(k - 1)[d], at(k)[d], at(k + 1)[d], at(k + 2)[d]];
        return (
          0.5 *
          (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - e) * t * t + (3 * b - a - 3 * c + e) * t * t * t)
        );
      };
      out.push([blend(0), blend(1)]);
    }
  out.push(points[points.length - 1]);
  return out;
}

/** Adds an antialiased line: coverage falls from 1 to 0 over one pixel at distance `radius`. */
function drawSegment(
  out: Float32Array,
  side: number,
  [ax, ay]: readonly [number, number],
  [bx, by]: readonly [number, number],
  radius: number,
): void {
  const margin = radius + 1;
  const left = max(0, floor(min(ax, bx) - margin));
  const right = min(side - 1, ceil(max(ax, bx) + margin));
  const top = max(0, floor(min(ay, by) - margin));
  const bottom = min(side - 1, ceil(max(ay, by) + margin));
  const dx = bx - ax;
  const dy = by - ay;
  const length2 = dx * dx + dy * dy || 1e-12;
  for (let y = top; y <= bottom; y++)
    for (let x = left; x <= right; x++) {
      const px = x + 0.5 - ax;
      const py = y + 0.5 - ay;
      const t = min(1, max(0, (px * dx + py * dy) / length2));
      const distance = hypot(px - t * dx, py - t * dy);
      const ink = min(1, max(0, radius + 0.5 - distance));
      if (ink > out[y * side + x]) out[y * side + x] = ink;
    }
}
