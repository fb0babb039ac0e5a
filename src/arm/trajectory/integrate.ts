import type { Numbers, WritableNumbers } from '../kinematics/surface.js';

/**
 * Angles that velocities lead to: knots 0..steps (the start first), rows x joints. With `end`, a closing correction spreads
 * the distance left to it over the whole motion as a minimum-jerk drift, so that start, end and their velocities stay what they are.
 */
export function integrateVelocities(
  velocities: Numbers,
  joints: number,
  stepS: number,
  start: Numbers,
  end?: Numbers,
): Float64Array {
  const steps = velocities.length / joints;
  const angles = new Float64Array((steps + 1) * joints);
  for (let j = 0; j < joints; j++) {
    angles[j] = start[j];
    for (let k = 0; k < steps; k++)
      angles[(k + 1) * joints + j] = angles[k * joints + j] + velocities[k * joints + j] * stepS;
    if (!end) continue;
    const missing = end[j] - angles[steps * joints + j];
    for (let k = 1; k <= steps; k++) {
      const s = k / steps;
      angles[k * joints + j] += missing * s * s * s * (10 + s * (-15 + 6 * s));
    }
  }
  return angles;
}

/**
 * Low-pass of velocities (rows x joints): at each step the value of a straight line fitted to the steps around it with Hann
 * weights over `width` steps. Takes out the ripple that single spikes leave; constant and linear courses stay as they are,
 * also at the ends, where only one side is left.
 */
export function smoothVelocities(velocities: Numbers, joints: number, width: number): Float64Array {
  const steps = velocities.length / joints;
  const out = new Float64Array(velocities.length);
  for (let k = 0; k < steps; k++) smoothRow(velocities, joints, steps, width, k, out, k * joints);
  return out;
}

/** One row of it, k, from the rows up to half a width away, into out[at..]; allocates nothing. */
export function smoothRow(
  velocities: Numbers,
  joints: number,
  steps: number,
  width: number,
  k: number,
  out: WritableNumbers,
  at: number,
): void {
  const half = Math.floor(width / 2);
  const first = Math.max(-half, -k);
  const last = Math.min(half, steps - 1 - k);
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  for (let d = first; d <= last; d++) {
    const w = 0.5 + 0.5 * Math.cos((Math.PI * d) / (half + 1));
    s0 += w;
    s1 += w * d;
    s2 += w * d * d;
  }
  const determinant = s0 * s2 - s1 * s1;
  for (let j = 0; j < joints; j++) out[at + j] = 0;
  for (let d = first; d <= last; d++) {
    const w = 0.5 + 0.5 * Math.cos((Math.PI * d) / (half + 1));
    const share = determinant > 0 ? (w * (s2 - s1 * d)) / determinant : w / s0;
    for (let j = 0; j < joints; j++) out[at + j] += share * velocities[(k + d) * joints + j];
  }
}
