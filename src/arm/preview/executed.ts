import { monotoneSlopes, sampleHermite } from '../interpolation/hermite.js';
import type { Profile } from '../kinematics/profile.js';
import type { TrialTarget } from '../../trial/trial_target.js';
import type { Trajectory } from '../trajectory/trajectory.js';
import { score, type Scores } from './preview.js';

/** Joint states recorded while a motion was performed, in the robot description's joint senses. */
export interface Recording {
  /** s after the motion's start, strictly increasing. */
  timesS: ArrayLike<number>;
  /** samples x profile.joints, rad. */
  urdfAngles: ArrayLike<number>;
}

/** How a motion was performed: its scores with the arm's delay taken out, and the delay. */
export interface Executed extends Scores {
  /** How far the measured motion is behind the commanded one, s. */
  delayS: number;
  /** Mean over steps of the distance between predicted and performed tool-centre-point, m. */
  deviationM: number;
  /** Longest time that the arm stood although it was to move, or that nothing was heard of it, s. */
  stallS: number;
  /** As measured when the trial's steps were due, the delay taken out: (steps + 1) x learned joints, rad, profile's senses. */
  knots: Float64Array;
}

/** Delays that are looked for, s, and how finely. */
const LONGEST_DELAY_S = 3;
const DELAY_STEP_S = 0.02;
/** Steps in which the command moves by less say nothing about stalls, rad. */
const SMALL_STEP_RAD = 1e-3;
/** An arm that makes less than this share of the commanded step stands. */
const STANDING = 0.1;

/**
 * Measures a performance against its command, its prediction and its target. Command and measurement are aligned in time
 * first: by the delay with which the measured learned joints fit the commanded ones best, in the sense of least squares.
 * @param stepTimesS when each of the trial's steps was due (a gate's judgement has them), s after the motion's start.
 * @param predicted tool-centre-point of the recall, steps x 3, m.
 */
export function measureExecuted(
  target: TrialTarget,
  recording: Recording,
  command: Trajectory,
  stepTimesS: ArrayLike<number>,
  predicted: ArrayLike<number>,
  profile: Profile,
): Executed {
  const [n, all] = [profile.learned, profile.joints.length];
  const { steps, stepS } = target;
  const timesS = Float64Array.from({ length: steps + 1 }, (_, k) => (k === 0 ? 0 : stepTimesS[k - 1]));
  const measured = new Measured(recording, profile);
  const commanded = sampled(command, timesS, profile);
  const delayS = bestDelay(measured, commanded, timesS, n);
  const angles = measured.at(timesS, delayS);
  // what joints that do not learn are off their command moves the tool as well; nothing is known of those without a command
  for (let j = n; j < all; j++) {
    const known = command.joints.includes(profile.joints[j]);
    for (let at = j; at < angles.length; at += all)
      angles[at] = profile.heldAngles[j - n] + (known ? angles[at] - commanded[at] : 0);
  }
  const knots = new Float64Array((steps + 1) * n);
  const velocities = new Float64Array(steps * n);
  const positions = new Float64Array(steps * 3);
  for (let k = 0; k <= steps; k++) for (let j = 0; j < n; j++) knots[k * n + j] = angles[k * all + j];
  for (let k = 0; k < steps; k++) {
    for (let j = 0; j < n; j++) velocities[k * n + j] = (knots[(k + 1) * n + j] - knots[k * n + j]) / stepS;
    profile.forwardAll(angles, (k + 1) * all, positions, 3 * k);
  }
  return {
    ...score(target, velocities, knots.subarray(n), positions, profile),
    delayS,
    deviationM: meanDistance(positions, predicted),
    stallS: Math.max(measured.longestGapS(), standingS(knots, commanded, timesS, n, all)),
    knots,
  };
}

/** The joints as they were measured, profile's senses. */
class Measured {
  private readonly timesS: Float64Array;
  private readonly angles: Float64Array;
  private readonly slopes: Float64Array;

  constructor(
    recording: Recording,
    private readonly profile: Profile,
  ) {
    const all = profile.joints.length;
    this.timesS = Float64Array.from(recording.timesS);
    this.angles = new Float64Array(this.timesS.length * all);
    for (let k = 0; k < this.angles.length; k++)
      this.angles[k] = profile.urdfSign[k % all] * recording.urdfAngles[k];
    this.slopes = monotoneSlopes(this.timesS, this.angles, all);
  }

  /** Angles (rows x joints) at times, `delayS` later. Before the first and after the last sample they stay. */
  at(timesS: Float64Array, delayS: number): Float64Array {
    const all = this.profile.joints.length;
    const out = new Float64Array(timesS.length * all);
    const queries = timesS.map((t) => t + delayS);
    sampleHermite(this.timesS, this.angles, this.slopes, all, queries, out);
    return out;
  }

  longestGapS(): number {
    let longest = 0;
    for (let i = 1; i < this.timesS.length; i++)
      longest = Math.max(longest, this.timesS[i] - this.timesS[i - 1]);
    return longest;
  }
}

/** Joints of a motion at times, profile's senses (rows x joints). */
function sampled(command: Trajectory, timesS: Float64Array, profile: Profile): Float64Array {
  const all = profile.joints.length;
  const row = new Float64Array(command.joints.length);
  const column = profile.joints.map((name) => command.joints.indexOf(name));
  const out = new Float64Array(timesS.length * all);
  timesS.forEach((t, k) => {
    command.sample(t, row);
    for (let j = 0; j < all; j++) out[k * all + j] = column[j] < 0 ? 0 : profile.urdfSign[j] * row[column[j]];
  });
  return out;
}

/** The delay of least squares, to a millisecond or so: a parabola through the best of a grid and its neighbours. */
function bestDelay(
  measured: Measured,
  commanded: Float64Array,
  timesS: Float64Array,
  learned: number,
): number {
  const all = commanded.length / timesS.length;
  const cost = (delayS: number): number =>
    measured
      .at(timesS, delayS)
      .reduce((sum, q, k) => (k % all < learned ? sum + (q - commanded[k]) ** 2 : sum), 0);
  // from one step before none on, so that none and the smallest have neighbours, too
  const delays = Array.from({ length: LONGEST_DELAY_S / DELAY_STEP_S + 2 }, (_, k) => (k - 1) * DELAY_STEP_S);
  const costs = delays.map(cost);
  const best = costs.indexOf(Math.min(...costs));
  if (best === 0 || best === costs.length - 1) return Math.max(0, delays[best]);
  const [a, b, c] = [costs[best - 1], costs[best], costs[best + 1]];
  const curvature = a - 2 * b + c;
  return Math.max(0, delays[best] + (curvature > 0 ? (DELAY_STEP_S * 0.5 * (a - c)) / curvature : 0));
}

/** Longest time in which the command moved on and the arm did not. */
function standingS(
  knots: Float64Array,
  commanded: Float64Array,
  timesS: Float64Array,
  learned: number,
  all: number,
): number {
  let longest = 0;
  let sinceS = timesS[0];
  for (let k = 1; k < timesS.length; k++) {
    let [wanted, made] = [0, 0];
    for (let j = 0; j < learned; j++) {
      const at = k * learned + j;
      const asked = k * all + j;
      wanted = Math.max(wanted, Math.abs(commanded[asked] - commanded[asked - all]));
      made = Math.max(made, Math.abs(knots[at] - knots[at - learned]));
    }
    if (wanted < SMALL_STEP_RAD || made > STANDING * wanted) sinceS = timesS[k];
    longest = Math.max(longest, timesS[k] - sinceS);
  }
  return longest;
}

function meanDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < a.length; k += 3)
    sum += Math.hypot(a[k] - b[k], a[k + 1] - b[k + 1], a[k + 2] - b[k + 2]);
  return (3 * sum) / a.length;
}

/** How well a performance has to be what was predicted. */
export interface ExecutionTolerance {
  /** Largest mean distance between predicted and performed tool-centre-point, m. */
  deviationM: number;
  /** Largest delay, s. */
  delayS: number;
}

/** A pause that explains a bad performance, s. */
const STALL_S = 0.15;

/** Why a performance is not what was predicted, in a sentence; empty where it is. */
export function shortcoming(executed: Executed, tolerance: ExecutionTolerance): string {
  const { delayS, deviationM, stallS } = executed;
  if (delayS <= tolerance.delayS && deviationM <= tolerance.deviationM) return '';
  const off = `${(100 * deviationM).toFixed(2)} cm from what was predicted on average (allowed ${(100 * tolerance.deviationM).toFixed(2)} cm)`;
  if (stallS > STALL_S)
    return `stalls: the arm stood, or was not heard of, for ${stallS.toFixed(2)} s; ${off}`;
  if (delayS > tolerance.delayS)
    return `late start: ${delayS.toFixed(2)} s behind the command (allowed ${tolerance.delayS.toFixed(2)} s), ${off}`;
  return `tracking: the arm did not follow, ${off}`;
}
