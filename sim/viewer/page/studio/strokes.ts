import { Vector3 } from 'three';
import type { Reach } from '../reach.js';
import { evenRows, restToRest, smoothed } from '../smooth.js';
import type { WireTarget } from '../../protocol.js';

/** Height of a written character, m. */
const HEIGHT_M = 0.3;
const ROWS = 150;
const SECONDS = 6;

/** Strokes (0..1, y down), one after the other, as a motion of the tool on an upright plane in front of the arm. */
export function strokesOnArm(strokes: readonly [number, number][][], reach: Reach): WireTarget {
  const rest = reach.joints.map(() => 0);
  const middle = reach.tool(rest);
  const points = strokes.flat();
  const [xs, ys] = [points.map((p) => p[0]), points.map((p) => p[1])];
  const size = Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys), 1e-3);
  const [x0, y0] = [(Math.max(...xs) + Math.min(...xs)) / 2, (Math.max(...ys) + Math.min(...ys)) / 2];
  let near: number[] = rest;
  const angles = points.map(([x, y]) => {
    const point = middle
      .clone()
      .add(new Vector3(0, (HEIGHT_M * (x - x0)) / size, (-HEIGHT_M * (y - y0)) / size));
    return (near = reach.angles(point, near));
  });
  const lengths = [0];
  for (let k = 1; k < points.length; k++)
    lengths.push(
      lengths[k - 1] + Math.hypot(points[k][0] - points[k - 1][0], points[k][1] - points[k - 1][1]),
    );
  return reach.target(smoothed(evenRows(lengths, angles, ROWS, restToRest), 9), SECONDS / (ROWS - 1));
}
