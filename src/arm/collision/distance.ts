import type { ConvexShape } from './convex.js';

/**
 * Distance between two convex shapes, m; 0 where they touch or overlap. Gilbert, Johnson & Keerthi (1988): a simplex of points of
 * the difference of both shapes walks towards the origin; closest points on the simplex as in Ericson, "Real-time collision
 * detection", 5.1. Buffers are the module's own: no allocation, not re-entrant.
 */
export function distance(a: ConvexShape, b: ConvexShape): number {
  const centre = [a.pose[9] - b.pose[9], a.pose[10] - b.pose[10], a.pose[11] - b.pose[11]];
  v[0] = centre[0];
  v[1] = centre[1];
  v[2] = centre[2];
  if (v[0] === 0 && v[1] === 0 && v[2] === 0) v[0] = 1;
  size = 0;
  for (let iteration = 0; iteration < 64; iteration++) {
    const vv = v[0] * v[0] + v[1] * v[1] + v[2] * v[2];
    if (vv < 1e-20) return 0;
    a.support(-v[0], -v[1], -v[2], pa);
    b.support(v[0], v[1], v[2], pb);
    const [wx, wy, wz] = [pa[0] - pb[0], pa[1] - pb[1], pa[2] - pb[2]];
    const progress = vv - (v[0] * wx + v[1] * wy + v[2] * wz);
    if (size > 0 && (progress <= 1e-10 * vv || known(wx, wy, wz))) break;
    simplex[size][0] = wx;
    simplex[size][1] = wy;
    simplex[size][2] = wz;
    size++;
    if (closest()) return 0;
  }
  return Math.max(0, Math.hypot(v[0], v[1], v[2]) - a.skin - b.skin);
}

const simplex = [0, 1, 2, 3].map(() => new Float64Array(3));
let size = 0;
const v = new Float64Array(3);
const pa = new Float64Array(3);
const pb = new Float64Array(3);

function known(x: number, y: number, z: number): boolean {
  for (let i = 0; i < size; i++)
    if (simplex[i][0] === x && simplex[i][1] === y && simplex[i][2] === z) return true;
  return false;
}

/** Sets v to the simplex's point nearest to the origin and the simplex to the part that holds it; true: the origin is inside. */
function closest(): boolean {
  if (size === 1) v.set(simplex[0]);
  else if (size === 2) segment(simplex[0], simplex[1]);
  else if (size === 3) triangle(simplex[0], simplex[1], simplex[2]);
  else return tetrahedron();
  return false;
}

const dot = (a: Float64Array, b: Float64Array) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const sub = (a: Float64Array, b: Float64Array, out: Float64Array) => {
  for (let i = 0; i < 3; i++) out[i] = a[i] - b[i];
};

const [ab, ac, bc, nearest] = [0, 1, 2, 3].map(() => new Float64Array(3));
const kept = [0, 1, 2, 3].map(() => new Float64Array(3));

function keep(...points: Float64Array[]): void {
  points.forEach((p, i) => kept[i].set(p));
  size = points.length;
  for (let i = 0; i < size; i++) simplex[i].set(kept[i]);
}

function segment(a: Float64Array, b: Float64Array): void {
  sub(b, a, ab);
  const length = dot(ab, ab);
  const t = length > 0 ? -dot(a, ab) / length : 0;
  if (t <= 0) {
    v.set(a);
    keep(a);
  } else if (t >= 1) {
    v.set(b);
    keep(b);
  } else {
    for (let i = 0; i < 3; i++) v[i] = a[i] + t * ab[i];
    keep(a, b);
  }
}

/** Voronoi regions of a triangle seen from the origin. */
function triangle(a: Float64Array, b: Float64Array, c: Float64Array): void {
  sub(b, a, ab);
  sub(c, a, ac);
  const [d1, d2] = [-dot(ab, a), -dot(ac, a)];
  if (d1 <= 0 && d2 <= 0) return vertex(a);
  const [d3, d4] = [-dot(ab, b), -dot(ac, b)];
  if (d3 >= 0 && d4 <= d3) return vertex(b);
  const [d5, d6] = [-dot(ab, c), -dot(ac, c)];
  if (d6 >= 0 && d5 <= d6) return vertex(c);
  const vc = d1 * d4 - d3 * d2;
  if (vc <= 0 && d1 >= 0 && d3 <= 0) return segment(a, b);
  const vb = d5 * d2 - d1 * d6;
  if (vb <= 0 && d2 >= 0 && d6 <= 0) return segment(a, c);
  const va = d3 * d6 - d5 * d4;
  if (va <= 0 && d4 - d3 >= 0 && d5 - d6 >= 0) return segment(b, c);
  const scale = va + vb + vc;
  if (!(scale > 0)) return segment(a, b); // three points on a line
  for (let i = 0; i < 3; i++) v[i] = a[i] + (vb / scale) * ab[i] + (vc / scale) * ac[i];
  keep(a, b, c);
}

function vertex(a: Float64Array): void {
  v.set(a);
  keep(a);
}

const corners = [0, 1, 2, 3].map(() => new Float64Array(3));
const faces = [
  [0, 1, 2, 3],
  [0, 2, 3, 1],
  [0, 3, 1, 2],
  [1, 3, 2, 0],
];
const best = [0, 1, 2, 3].map(() => new Float64Array(3));

/** Nearest of the four faces that have the origin on their outer side; none: the origin is inside. */
function tetrahedron(): boolean {
  for (let i = 0; i < 4; i++) corners[i].set(simplex[i]);
  let least = Infinity;
  let bestSize = 0;
  for (const [i, j, k, other] of faces) {
    const [a, b, c, d] = [corners[i], corners[j], corners[k], corners[other]];
    sub(b, a, ab);
    sub(c, a, ac);
    bc[0] = ab[1] * ac[2] - ab[2] * ac[1];
    bc[1] = ab[2] * ac[0] - ab[0] * ac[2];
    bc[2] = ab[0] * ac[1] - ab[1] * ac[0];
    const origin = -dot(bc, a);
    const inner = dot(bc, d) - dot(bc, a);
    if (origin * inner > 0 && Math.abs(inner) > 1e-14) continue;
    triangle(a, b, c);
    const vv = dot(v, v);
    if (vv < least) {
      least = vv;
      nearest.set(v);
      bestSize = size;
      for (let n = 0; n < size; n++) best[n].set(simplex[n]);
    }
  }
  if (least === Infinity) return true;
  v.set(nearest);
  size = bestSize;
  for (let n = 0; n < size; n++) simplex[n].set(best[n]);
  return false;
}
