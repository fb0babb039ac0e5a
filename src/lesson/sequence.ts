import { sampleHermite } from '../arm/interpolation/hermite.js';
import type { Profile } from '../arm/kinematics/profile.js';
import { durationS, type Target } from '../arm/target/target.js';
import { trialTarget } from '../arm/target/trial.js';
import type { TrialTarget } from '../trial/trial_target.js';
import { anywhere, type MotorNetworkConfig } from '../snn/motor_network.js';
import { overlap, partition, type Capacity } from './partition.js';
import { onTrial } from './trial.js';

/** A motion as lessons: one, or several that follow each other. */
export interface Sequence {
  /** The motion that is taught, performed and scored: one lesson's trial, or all of it on evenly spaced steps of its own time. */
  whole: TrialTarget;
  /** The lessons in order; one: its target is `whole`. */
  lessons: SequenceLesson[];
}

/** One lesson of a motion. Neighbours overlap around the cut between them. */
export interface SequenceLesson extends Span {
  target: TrialTarget;
}

/** The stretch of a motion that a lesson holds, s in the motion's own time. */
export interface Span {
  fromS: number;
  toS: number;
}

/** Share of a motion (s) that its last lesson holds, 0..1: it ends where the motion does. */
export function lastShare(lessons: readonly Span[], motionS: number): number {
  const { fromS, toS } = lessons[lessons.length - 1];
  return Math.min(1, (toS - fromS) / motionS);
}

/**
 * Complexity that one lesson holds, cycles. The paper's two joints: up to 2 the error stays the same share of the motion's path,
 * beyond it grows several times faster (`study capacity`). Any arm: from 1.5 on, tool paths and rests cost a third to a half
 * more as one lesson than as two, on emulated memory twice as much (docs/motor.md, capacity).
 */
const lessonCycles = { paper: 2, anyArm: 1.5 } as const;

/** Most steps that a motion of several lessons is described by. */
export const maxSteps = 20_000;

/** What one lesson of a network holds: its complexity, and what its inputs tell apart. */
export function capacityOf(config: MotorNetworkConfig): Capacity {
  const { encoder, steps, stepS } = config;
  // a network for any arm gets its motions to scale
  const any = anywhere(config);
  const tuned = encoder.kind === 'tuned' && !any ? encoder : null;
  return {
    cycles: any ? lessonCycles.anyArm : lessonCycles.paper,
    velocityRadPerS: tuned?.velocity.limit ?? Infinity,
    angleRad: tuned?.angle?.limit ?? Infinity,
    trialS: steps * stepS,
  };
}

/**
 * A target as as few lessons as hold it. Duration alone is no reason for a second one: a slow motion is taught faster than
 * it is performed. @param source named in the error. @param sequence false: one lesson whatever the motion. @param cycles that one lesson may hold: fewer make more lessons.
 * @throws InputError as onTrial does.
 */
export function lessonsOf(
  target: Target,
  profile: Profile,
  config: MotorNetworkConfig,
  source = '',
  sequence = true,
  cycles = capacityOf(config).cycles,
): Sequence {
  const one = onTrial(target, profile, config, source);
  const single = { whole: one, lessons: [{ target: one, fromS: 0, toS: one.durationS }] };
  if (!sequence) return single;
  const fine = inOwnTime(target, profile, planningSteps(target, config));
  const cuts = partition(fine.velocities, profile.learned, fine.stepS, { ...capacityOf(config), cycles });
  if (cuts.length === 2) return single;

  const shortest = Math.min(...cuts.slice(1).map((to, k) => to - cuts[k])) * fine.stepS;
  const steps = Math.min(maxSteps, Math.ceil((config.steps * one.durationS) / shortest));
  const whole = inOwnTime(target, profile, steps);
  const spans = cuts.slice(1).map((to, k) => {
    const margin = (cut: number): number => {
      const at = cuts.indexOf(cut);
      if (at === 0 || at === cuts.length - 1) return 0;
      return overlap * Math.min(cuts[at] - cuts[at - 1], cuts[at + 1] - cuts[at]) * fine.stepS;
    };
    const fromS = cuts[k] * fine.stepS - margin(cuts[k]);
    const toS = to * fine.stepS + margin(to);
    return { fromS, toS };
  });
  return sequenceOf(whole, profile, config, spans);
}

/** The sequence of a motion whose lessons are known: as lessonsOf made it. */
export function sequenceOf(
  whole: TrialTarget,
  profile: Profile,
  config: MotorNetworkConfig,
  spans: readonly Span[],
): Sequence {
  if (spans.length === 1) return { whole, lessons: [{ target: whole, ...spans[0] }] };
  return {
    whole,
    lessons: spans.map(({ fromS, toS }) => ({
      target: stretch(whole, profile, config, fromS, toS),
      fromS,
      toS,
    })),
  };
}

/** Steps fine enough to see what a motion does: its own samples, and at least a trial's steps for each lesson it may need. */
function planningSteps(target: Target, config: MotorNetworkConfig): number {
  const wanted = Math.max(
    4 * config.steps,
    2 * target.timesS.length,
    Math.ceil(durationS(target) / config.stepS),
  );
  return Math.min(maxSteps, wanted);
}

function inOwnTime(target: Target, profile: Profile, steps: number): TrialTarget {
  return trialTarget(target, profile, { steps, stepS: durationS(target) / steps });
}

/** A stretch of a motion on the trial of its own. */
function stretch(
  whole: TrialTarget,
  profile: Profile,
  config: MotorNetworkConfig,
  fromS: number,
  toS: number,
): TrialTarget {
  const n = profile.learned;
  const { steps, stepS } = config;
  const knots = anglesAt(
    whole,
    whole.velocities,
    Float64Array.from({ length: steps + 1 }, (_, k) => fromS + ((toS - fromS) * k) / steps),
  );
  const part: TrialTarget = {
    ...whole,
    velocities: new Float32Array(steps * n),
    angles: new Float32Array(steps * n),
    positions: new Float32Array(steps * 3),
    steps,
    stepS,
    durationS: toS - fromS,
    startAngles: knots.slice(0, n),
  };
  const q = knots.slice(0, n);
  for (let k = 0; k < steps; k++) {
    for (let j = 0; j < n; j++) {
      part.velocities[k * n + j] = (knots[(k + 1) * n + j] - knots[k * n + j]) / stepS;
      part.angles[k * n + j] = q[j] += stepS * part.velocities[k * n + j];
    }
    profile.forward(q, 0, part.positions, 3 * k);
  }
  return part;
}

/**
 * Angles of velocities (on the steps of `motion`, from its start) at sorted times of the motion's own clock, s, rows x joints:
 * a curve through the steps, with continuous slopes.
 */
export function anglesAt(
  motion: Pick<TrialTarget, 'steps' | 'stepS' | 'durationS' | 'startAngles'>,
  velocities: ArrayLike<number>,
  timesS: Float64Array,
): Float64Array {
  const n = motion.startAngles.length;
  const { steps, stepS, durationS } = motion;
  const clock = durationS / steps;
  const knots = new Float64Array((steps + 1) * n);
  const slopes = new Float64Array((steps + 1) * n);
  knots.set(motion.startAngles);
  const faster = (steps * stepS) / durationS; // trial's clock to the motion's own
  for (let j = 0; j < n; j++)
    for (let k = 0; k <= steps; k++) {
      const at = k * n + j;
      if (k < steps) knots[at + n] = knots[at] + stepS * velocities[at];
      const [before, after] = [
        velocities[Math.max(0, k - 1) * n + j],
        velocities[Math.min(k, steps - 1) * n + j],
      ];
      slopes[at] = (faster * (before + after)) / 2;
    }
  const times = Float64Array.from({ length: steps + 1 }, (_, k) => k * clock);
  const out = new Float64Array(timesS.length * n);
  sampleHermite(times, knots, slopes, n, timesS, out);
  return out;
}

/**
 * What lessons recall, as one motion: each from where its target begins, neighbours blended over their overlap with a
 * weight whose first two derivatives vanish at its ends, so that position, velocity and acceleration go on without a jump.
 * @param recalled a lesson's velocities each (steps x joints of its trial, rad/s). @returns velocities on the steps of `whole`.
 */
export function compose({ whole, lessons }: Sequence, recalled: readonly ArrayLike<number>[]): Float32Array {
  if (lessons.length === 1) return Float32Array.from(recalled[0]);
  const n = whole.startAngles.length;
  const { steps, stepS } = whole;
  const angles = new Float64Array((steps + 1) * n);
  lessons.forEach((lesson, i) => {
    const first = Math.ceil(lesson.fromS / stepS - 1e-9);
    const last = Math.min(steps, Math.floor(lesson.toS / stepS + 1e-9));
    const times = Float64Array.from(
      { length: last - first + 1 },
      (_, k) => (first + k) * stepS - lesson.fromS,
    );
    const own = anglesAt(lesson.target, recalled[i], times);
    const joined = i > 0 ? lessons[i - 1].toS - lesson.fromS : 0;
    for (let k = first; k <= last; k++) {
      const weight = joined > 0 ? smoothStep((k * stepS - lesson.fromS) / joined) : 1;
      for (let j = 0; j < n; j++) {
        const at = k * n + j;
        const mine = own[(k - first) * n + j];
        angles[at] = weight < 1 ? angles[at] + weight * (mine - angles[at]) : mine;
      }
    }
  });
  const velocities = new Float32Array(steps * n);
  for (let k = 0; k < velocities.length; k++) velocities[k] = (angles[k + n] - angles[k]) / stepS;
  return velocities;
}

/** 0..1 with first and second derivatives 0 at both ends; 1 beyond. */
export function smoothStep(x: number): number {
  const s = Math.max(0, Math.min(1, x));
  return s * s * s * (10 + s * (6 * s - 15));
}
