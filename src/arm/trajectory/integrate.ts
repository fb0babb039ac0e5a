import type { Numbers } from '../kinematics/surface.js';

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
 * Low-pass of velocities (rows x joints) by a normalised Hann window of `width` steps: takes out the ripple that single spikes
 * leave. At the ends the window shrinks to what lies symmetrically inside, so that constant and linear courses stay as they are.
 */
export function smoothVelocities(velocities: Numbers, joints: number, width: number): Float64Array {
  const steps = velocities.length / joints;
  const out = new Float64Array(velocities.length);
  const half = Math.floor(width / 2);
  for (let k = 0; k < steps; k++) {
    const reach = Math.min(half, k, steps - 1 - k);
    let sum = 0;
    for (let d = -reach; d <= reach; d++) {
      const w = 0.5 + 0.5 * Math.cos((Math.PI * d) / (reach + 1));
      sum += w;
      for (let j = 0; j < joints; j++) out[k * joints + j] += w * velocities[(k + d) * joints + j];
    }
    for (let j = 0; j < joints; j++) out[k * joints + j] /= sum;
  }
  return out;
}
