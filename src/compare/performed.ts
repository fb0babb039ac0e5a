import type { Profile } from '../arm/kinematics/profile.js';
import type { TrialTarget } from '../trial/trial_target.js';
import { points } from './compare.js';
import { measure, type Measures, type Motion } from './measures.js';
import { motionOf, resampled, shifted } from './motions.js';
import { learnPrimitive, performPrimitive } from './movement_primitive.js';

/** Most rows that motions are compared on: the Frechet distance takes their square. */
const mostRows = 1000;

/** One way of performing what was shown. */
export interface PerformedMotion extends Measures, Motion {
  method: string;
}

/** The same lesson, given otherwise: what is recalled of it. */
export interface OtherLesson {
  method: string;
  /** steps x joints, rad. */
  recalled: ArrayLike<number>;
}

/** The kind of synapses that a learner is not on, and what a lesson on those is called. @param preset of the emulated memory. */
export function otherSynapses(
  backend: 'software' | 'pcm',
  preset: string,
): { backend: 'software' | 'pcm'; method: string } {
  return backend === 'software'
    ? { backend: 'pcm', method: `learned on PCM (${preset}), predicted` }
    : { backend: 'software', method: 'learned in software, predicted' };
}

/** A lesson beside the other ways, on rows that are stepS of the demonstration's own time apart. */
export interface PerformedComparison {
  stepS: number;
  rows: number;
  /** The demonstration first. */
  motions: PerformedMotion[];
}

/**
 * What was taught, what is recalled of it, what the arm made of that, and what replaying it, a movement primitive and an
 * interpolation make of it. @param recalled steps x joints, rad. @param executed (steps + 1) x joints, rad: as measured on the steps of
 * the target, the arm's delay taken out; null where nothing was performed. @param others the lesson on other synapses.
 */
export function comparePerformed(
  target: TrialTarget,
  recalled: ArrayLike<number>,
  executed: Float64Array | null,
  profile: Profile,
  others: readonly OtherLesson[] = [],
): PerformedComparison {
  const n = profile.learned;
  const rows = Math.min(mostRows, target.steps + 1);
  const stepS = target.durationS / (rows - 1);
  const onRows = (angles: Float64Array): Motion => motionOf(resampled(angles, n, rows), profile);
  const started = (angles: ArrayLike<number>): Float64Array =>
    Float64Array.from([...target.startAngles, ...Array.from(angles)]);
  const shown = started(target.angles);
  const meant = onRows(shown);
  const via = resampled(shown, n, points);
  const primitive = learnPrimitive(meant.angles, n, points);
  const ways: [string, Motion][] = [
    ['demonstration', meant],
    ['learned, predicted', onRows(started(recalled))],
    ...(executed ? ([['learned, executed', onRows(executed)]] as [string, Motion][]) : []),
    ...others.map((other): [string, Motion] => [other.method, onRows(started(other.recalled))]),
    ['direct replay', onRows(shifted(shown, n))],
    ['dynamic movement primitive', motionOf(performPrimitive(primitive, rows), profile)],
    [`linear interpolation of ${points} points`, onRows(via)],
  ];
  return {
    stepS,
    rows,
    motions: ways.map(([method, motion]) => ({ method, ...motion, ...measure(motion, meant, n, stepS) })),
  };
}
