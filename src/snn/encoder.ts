import { lsgInputs, type MotorNetworkConfig, type TunedUnits } from './motor_network.js';
import type { TrialMotion } from '../trial/trial_target.js';

const BITS = 16;
const CLOCK_PERIOD_STEPS = 10;
const SPIKES_A_CLOCK_LINE = 5;
/** Activities of tuned units below this are 0: keeps the input lists short. */
const SMALLEST_ACTIVITY = 0.01;

/**
 * The clock line that fires at a step, or -1: each fires five times, one after another (released code: line k at steps
 * 50k, 50k + 10, .. 50k + 40). @param periodSteps steps between spikes, at least 1; each falls on the step nearest to its time.
 */
export function clockLine(step: number, clockLines: number, periodSteps = CLOCK_PERIOD_STEPS): number {
  const spike = Math.round(step / periodSteps);
  if (Math.round(spike * periodSteps) !== step) return -1;
  const line = Math.floor(spike / SPIKES_A_CLOCK_LINE);
  return line < clockLines ? line : -1;
}

/** Input lists of the LSG: at step t the entries start[t] .. start[t + 1] - 1 of `line` and `value`. */
export interface InputLists {
  /** steps + 1 */
  start: Int32Array;
  line: Int32Array;
  value: Float32Array;
}

/** Room that the lists of any target need. */
export function maxInputEntries(config: MotorNetworkConfig): number {
  return config.steps * lsgInputs(config);
}

/**
 * Encodes a target for the LSG into `lists` (arrays of sizes steps + 1 and maxInputEntries). Allocates nothing.
 * Binary positions outside -1..1 m wrap, as in the released code.
 */
export function encode(config: MotorNetworkConfig, target: TrialMotion, lists: InputLists): void {
  const { steps, clockLines, joints, encoder } = config;
  let n = 0;
  for (let t = 0; t < steps; t++) {
    lists.start[t] = n;
    const clock = clockLine(t, clockLines, config.clockPeriodSteps);
    if (clock >= 0) {
      lists.line[n] = clock;
      lists.value[n++] = 1;
    }
    let line = clockLines;
    if (encoder.kind === 'bits') {
      for (let c = 0; c < 3; c++, line += BITS) {
        const code = Math.floor((target.positions[3 * t + c] + 1) * 2 ** (BITS - 1));
        for (let bit = 0; bit < BITS; bit++)
          if ((code >> bit) & 1) {
            lists.line[n] = line + bit;
            lists.value[n++] = 1;
          }
      }
    } else {
      for (let j = 0; j < joints; j++, line += encoder.velocity.units)
        n = tuned(encoder.velocity, target.velocities[joints * t + j], line, lists, n);
      if (encoder.angle)
        for (let j = 0; j < joints; j++, line += encoder.angle.units)
          n = tuned(encoder.angle, target.angles[joints * t + j], line, lists, n);
      for (const tap of encoder.taps ?? []) {
        const at = Math.max(0, Math.min(steps - 1, t + tap));
        for (let j = 0; j < joints; j++, line++) {
          const velocity = target.velocities[joints * at + j];
          if (velocity === 0) continue;
          lists.line[n] = line;
          lists.value[n++] = velocity / encoder.velocity.limit;
        }
      }
    }
  }
  lists.start[steps] = n;
}

function tuned(units: TunedUnits, x: number, line: number, lists: InputLists, n: number): number {
  const spacing = (2 * units.limit) / (units.units - 1);
  for (let u = 0; u < units.units; u++) {
    const d = (x - (u * spacing - units.limit)) / units.width;
    const activity = Math.exp(-0.5 * d * d);
    if (activity < SMALLEST_ACTIVITY) continue;
    lists.line[n] = line + u;
    lists.value[n++] = activity;
  }
  return n;
}
