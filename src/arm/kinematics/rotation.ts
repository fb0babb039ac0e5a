import type { Numbers, WritableNumbers } from './surface.js';

/** Rotation matrix (row major, out[outAt..+8]) of a unit quaternion x, y, z, w at q[at..]. */
export function fromQuaternion(q: Numbers, at: number, out: WritableNumbers, outAt = 0): void {
  const [x, y, z, w] = [q[at], q[at + 1], q[at + 2], q[at + 3]];
  out[outAt] = 1 - 2 * (y * y + z * z);
  out[outAt + 1] = 2 * (x * y - z * w);
  out[outAt + 2] = 2 * (x * z + y * w);
  out[outAt + 3] = 2 * (x * y + z * w);
  out[outAt + 4] = 1 - 2 * (x * x + z * z);
  out[outAt + 5] = 2 * (y * z - x * w);
  out[outAt + 6] = 2 * (x * z - y * w);
  out[outAt + 7] = 2 * (y * z + x * w);
  out[outAt + 8] = 1 - 2 * (x * x + y * y);
}

/** Unit quaternion x, y, z, w of a rotation matrix (row major, m[at..+8]); w >= 0. */
export function toQuaternion(m: Numbers, at: number): [number, number, number, number] {
  const [a, b, c] = [m[at], m[at + 4], m[at + 8]];
  const trace = a + b + c;
  let q: [number, number, number, number];
  if (trace > 0) {
    const s = 2 * Math.sqrt(1 + trace);
    q = [(m[at + 7] - m[at + 5]) / s, (m[at + 2] - m[at + 6]) / s, (m[at + 3] - m[at + 1]) / s, s / 4];
  } else if (a >= b && a >= c) {
    const s = 2 * Math.sqrt(1 + a - b - c);
    q = [s / 4, (m[at + 1] + m[at + 3]) / s, (m[at + 2] + m[at + 6]) / s, (m[at + 7] - m[at + 5]) / s];
  } else if (b >= c) {
    const s = 2 * Math.sqrt(1 - a + b - c);
    q = [(m[at + 1] + m[at + 3]) / s, s / 4, (m[at + 5] + m[at + 7]) / s, (m[at + 2] - m[at + 6]) / s];
  } else {
    const s = 2 * Math.sqrt(1 - a - b + c);
    q = [(m[at + 2] + m[at + 6]) / s, (m[at + 5] + m[at + 7]) / s, s / 4, (m[at + 3] - m[at + 1]) / s];
  }
  const sign = q[3] < 0 ? -1 : 1;
  const norm = sign / Math.hypot(...q);
  return q.map((x) => x * norm) as typeof q;
}

/** Rotation vector (rad, base frame) that leads from rotation a to b (row major matrices): log(b a^T). */
export function rotationBetween(
  a: Numbers,
  aAt: number,
  b: Numbers,
  bAt: number,
  out: WritableNumbers,
  outAt = 0,
): void {
  // b a^T, row r column c: sum_k b[r,k] a[c,k]
  const d = (r: number, c: number): number =>
    b[bAt + 3 * r] * a[aAt + 3 * c] +
    b[bAt + 3 * r + 1] * a[aAt + 3 * c + 1] +
    b[bAt + 3 * r + 2] * a[aAt + 3 * c + 2];
  const m = [d(0, 0), d(0, 1), d(0, 2), d(1, 0), d(1, 1), d(1, 2), d(2, 0), d(2, 1), d(2, 2)];
  const [x, y, z, w] = toQuaternion(m, 0);
  const sine = Math.hypot(x, y, z);
  const scale = sine < 1e-12 ? 2 : (2 * Math.atan2(sine, w)) / sine;
  out[outAt] = scale * x;
  out[outAt + 1] = scale * y;
  out[outAt + 2] = scale * z;
}

/** Angle (rad) between two rotations. */
export function angleBetween(a: Numbers, aAt: number, b: Numbers, bAt: number): number {
  rotationBetween(a, aAt, b, bAt, scratch);
  return Math.hypot(scratch[0], scratch[1], scratch[2]);
}
const scratch = new Float64Array(3);

/** Spherical interpolation between unit quaternions a and b (x, y, z, w), the short way. */
export function slerp(
  a: Numbers,
  aAt: number,
  b: Numbers,
  bAt: number,
  s: number,
  out: WritableNumbers,
  outAt = 0,
): void {
  let dot = 0;
  for (let i = 0; i < 4; i++) dot += a[aAt + i] * b[bAt + i];
  const sign = dot < 0 ? -1 : 1;
  const angle = Math.acos(Math.min(1, Math.abs(dot)));
  const sine = Math.sin(angle);
  const [u, v] = sine < 1e-9 ? [1 - s, s] : [Math.sin((1 - s) * angle) / sine, Math.sin(s * angle) / sine];
  let norm = 0;
  for (let i = 0; i < 4; i++) {
    out[outAt + i] = u * a[aAt + i] + sign * v * b[bAt + i];
    norm += out[outAt + i] ** 2;
  }
  for (let i = 0; i < 4; i++) out[outAt + i] /= Math.sqrt(norm);
}
