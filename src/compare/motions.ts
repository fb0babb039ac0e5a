/** Motions as rows of joint angles, and what is made of them. */
import type { Profile } from '../arm/kinematics/profile.js';
import type { Motion } from './measures.js';

/** A motion of joint angles (rows x joints), with the tool's positions. */
export function motionOf(angles: Float64Array, profile: Profile): Motion {
  const n = profile.learned;
  const out = new Float64Array((3 * angles.length) / n);
  for (let k = 0; k * n < angles.length; k++) profile.forward(angles, k * n, out, 3 * k);
  return { angles, points: out };
}

/** Angles, from the start on, of velocities: (steps + 1) x joints. */
export function integrated(velocities: Float32Array, start: ArrayLike<number>, stepS: number): Float64Array {
  const n = start.length;
  const out = new Float64Array(velocities.length + n);
  for (let k = 0; k < out.length; k++) out[k] = k < n ? start[k] : out[k - n] + velocities[k - n] * stepS;
  return out;
}

/** The same motion on another number of rows, straight between those it has. */
export function resampled(angles: Float64Array, n: number, rows: number): Float64Array {
  const last = angles.length / n - 1;
  if (rows === last + 1) return angles;
  const out = new Float64Array(rows * n);
  for (let k = 0; k < rows; k++) {
    const x = (k * last) / (rows - 1);
    const i = Math.min(last - 1, Math.floor(x));
    for (let j = 0; j < n; j++)
      out[k * n + j] = angles[i * n + j] + (x - i) * (angles[(i + 1) * n + j] - angles[i * n + j]);
  }
  return out;
}

/** As velocities are replayed from somewhere else: the whole motion moves along. */
export function shifted(angles: Float64Array, n: number, start?: Float64Array): Float64Array {
  return start ? angles.map((q, k) => q + start[k % n] - angles[k % n]) : angles;
}

/** Rows of values. */
export function table(values: Float64Array, n: number): number[][] {
  return Array.from({ length: values.length / n }, (_, k) => Array.from(values.subarray(k * n, (k + 1) * n)));
}
