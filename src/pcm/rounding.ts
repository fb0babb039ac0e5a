import type { Random } from '../kernels/random.js';
import type { PcmConfig } from './config.js';

/** An update as whole multiples of `step`: the nearest, or one of the two neighbours with the update as its mean. */
export function roundUpdate(
  delta: number,
  step: number,
  mode: PcmConfig['rounding'],
  random: Random,
): number {
  if (mode === 'none') return delta;
  const steps = delta / step;
  if (mode === 'nearest') return step * roundHalfEven(steps);
  const below = Math.floor(steps);
  return step * (below + (random.uniform() < steps - below ? 1 : 0));
}

/** As numerical libraries round: ties go to the even neighbour. */
function roundHalfEven(x: number): number {
  const r = Math.round(x);
  return Math.abs(x % 1) === 0.5 && r % 2 !== 0 ? r - 1 : r;
}
