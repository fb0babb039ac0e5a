import type { Random } from '../../kernels/random.js';
import type { TrialMotion } from '../../trial/trial_target.js';
import {
  angleLimitsRad,
  clip,
  completeTrial,
  emptyTrial,
  isClean,
  stepS,
  velocityLimitRadPerS,
} from './trial.js';

const HANN_STEPS = 120;
const WALK_STD = 0.65;
/** Share of the limits that generated motions use at most. */
const MARGIN = 0.92;

/** Kinds of motion in the diverse family. */
export const motionClasses = [
  'brownian',
  'reach',
  'reach_dwell',
  'trapezoid',
  'sine1',
  'sine2',
  'lemniscate',
  'square',
  'handwriting',
  'ramp',
  'slow',
  'hold',
] as const;
export type MotionClass = (typeof motionClasses)[number];

/**
 * Task families: the paper's Brownian velocities as released; of those, the ones that clip no angle and fit the binary
 * position code; the same scaled off the joint limits; all kinds of motion. Of any number of joints: `arm` (arm_families.ts).
 */
export const families = ['brownian', 'clean', 'unclipped', 'diverse', 'arm'] as const;
export type Family = (typeof families)[number];

/** How often kinds are drawn, as parts of the sum; those left out never are. */
export type Mix = Partial<Record<MotionClass, number>>;

/** Draws one target of a two-joint family into `trial` (family diverse: of kinds as `mix` has them); returns its kind. */
export function drawTarget(family: Family, random: Random, trial: TrialMotion, mix?: Mix): MotionClass {
  const kind = family === 'diverse' ? drawClass(random, mix) : 'brownian';
  if (family === 'brownian') {
    brownian(random, trial.velocities);
    completeTrial(trial);
  } else if (family === 'clean') drawClean(random, trial);
  else drawMotion(kind, random, trial);
  return kind;
}

/** A third Brownian, the other kinds in equal shares, unless a mix says otherwise. */
export function drawClass(random: Random, mix?: Mix): MotionClass {
  if (mix) {
    const share = (kind: MotionClass): number => mix[kind] ?? 0;
    let at = random.uniform() * motionClasses.reduce((sum, kind) => sum + share(kind), 0);
    return motionClasses.find((kind) => (at -= share(kind)) < 0) ?? 'brownian';
  }
  return random.uniform() < 1 / 3 ? 'brownian' : motionClasses[1 + random.integer(motionClasses.length - 1)];
}

/** Draws one target of a kind, kept within the family's angle and velocity limits. */
export function drawMotion(kind: MotionClass, random: Random, trial: TrialMotion): void {
  const { velocities } = trial;
  velocities.fill(0);
  generators[kind](random, velocities);
  keepWithinLimits(velocities);
  completeTrial(trial);
}

/** Draws clean targets of the released family until one is found (about three draws of four are clean). */
export function drawClean(random: Random, trial: TrialMotion): void {
  do {
    brownian(random, trial.velocities);
    completeTrial(trial);
  } while (!isClean(trial));
}

/** `count` trials of `steps` steps, drawn by `draw`. */
export function drawMany(
  count: number,
  steps: number,
  draw: (trial: TrialMotion, index: number) => void,
  joints = 2,
): TrialMotion[] {
  return Array.from({ length: count }, (_, k) => {
    const trial = emptyTrial(steps, joints);
    draw(trial, k);
    return trial;
  });
}

const hann = (() => {
  const window = Float64Array.from(
    { length: HANN_STEPS },
    (_, k) => 0.5 - 0.5 * Math.cos((2 * Math.PI * k) / HANN_STEPS),
  );
  const sum = window.reduce((a, b) => a + b, 0);
  return window.map((w) => w / sum);
})();

/** The released family: random walk with steps N(0, 0.65 sqrt(0.01)), smoothed by a Hann window of 120, clipped to +-pi rad/s. */
function brownian(random: Random, velocities: Float32Array): void {
  const one = new Float64Array(velocities.length / 2);
  for (let j = 0; j < 2; j++) {
    brownianWalk(random, one);
    for (let t = 0; t < one.length; t++) velocities[2 * t + j] = one[t];
  }
}

/** Velocities (rad/s) of one joint of the released family. */
export function brownianWalk(random: Random, out: Float64Array): void {
  const steps = out.length;
  const walk = new Float64Array(steps);
  let x = 0;
  for (let t = 0; t < steps; t++) walk[t] = x += WALK_STD * Math.sqrt(stepS) * random.gaussian();
  for (let t = 0; t < steps; t++) {
    // 'valid' convolution of [zeros | walk | mirrored walk], read from half a window on
    let sum = 0;
    for (let k = 0; k < HANN_STEPS; k++) {
      const at = t + HANN_STEPS / 2 - k;
      if (at >= 0) sum += hann[k] * walk[at < steps ? at : Math.max(0, 2 * steps - 1 - at)];
    }
    out[t] = clip(sum, velocityLimitRadPerS);
  }
}

/** Scales each joint so that neither its angle nor its velocity leaves the limits. */
function keepWithinLimits(velocities: Float32Array): void {
  for (let j = 0; j < 2; j++) {
    let [q, maxAngle, maxVelocity] = [0, 0, 0];
    for (let k = j; k < velocities.length; k += 2) {
      q += stepS * velocities[k];
      maxAngle = Math.max(maxAngle, Math.abs(q));
      maxVelocity = Math.max(maxVelocity, Math.abs(velocities[k]));
    }
    const factor = Math.min(1, (MARGIN * angleLimitsRad[j]) / maxAngle, velocityLimitRadPerS / maxVelocity);
    if (factor < 1) for (let k = j; k < velocities.length; k += 2) velocities[k] *= factor;
  }
}

/** Minimum-jerk displacement, 0..1 for s in 0..1. */
export function minimumJerk(s: number): number {
  const x = Math.max(0, Math.min(1, s));
  return x * x * x * (10 + x * (6 * x - 15));
}

/** Displacement of a trapezoidal velocity profile with ramps of share a. */
export function trapezoid(s: number, a: number): number {
  const x = Math.max(0, Math.min(1, s));
  const v = 1 / (1 - a);
  if (x < a) return (v * x * x) / (2 * a);
  if (x > 1 - a) return 1 - (v * (1 - x) ** 2) / (2 * a);
  return v * (x - a / 2);
}

/** Velocities whose angles (at the end of each step) follow angle(s), s = share of the trial. */
function follow(velocities: Float32Array, angle: (s: number, joint: number) => number): void {
  const steps = velocities.length / 2;
  for (let j = 0; j < 2; j++) {
    let before = angle(0, j);
    for (let t = 0; t < steps; t++) {
      const q = angle((t + 1) / steps, j);
      velocities[2 * t + j] = (q - before) / stepS;
      before = q;
    }
  }
}

/** Two goal angles, each at least a tenth of its limit away, in any direction. */
function goal(random: Random): [number, number] {
  const draw = (j: number): number => signed(random, 0.1 + 0.75 * random.uniform()) * angleLimitsRad[j];
  return [draw(0), draw(1)];
}

function signed(random: Random, x: number): number {
  return random.uniform() < 0.5 ? -x : x;
}

function reach(random: Random, velocities: Float32Array, shortest: number, longest: number): void {
  const end = goal(random);
  const onset = 0.15 * random.uniform();
  const duration = Math.min(1 - onset, shortest + (longest - shortest) * random.uniform());
  follow(velocities, (s, j) => end[j] * minimumJerk((s - onset) / duration));
}

function sine(random: Random, velocities: Float32Array, fewest: number, most: number): void {
  const cycles = fewest + (most - fewest) * random.uniform();
  const amplitude = [0.1 + 0.7 * random.uniform(), 0.1 + 0.6 * random.uniform()].map((a) =>
    signed(random, a),
  );
  const phase = [0, random.uniform() < 0.5 ? 0 : 2 * Math.PI * random.uniform()];
  follow(
    velocities,
    (s, j) => amplitude[j] * (Math.sin(2 * Math.PI * cycles * s + phase[j]) - Math.sin(phase[j])),
  );
}

/** A closed path through corners, minimum jerk along each side (with stops) or at constant speed. */
function polygon(
  random: Random,
  velocities: Float32Array,
  corners: readonly (readonly [number, number])[],
): void {
  const smooth = random.uniform() < 0.5;
  const sides = corners.length - 1;
  follow(velocities, (s, j) => {
    const side = Math.min(sides - 1, Math.floor(s * sides));
    const x = s * sides - side;
    return corners[side][j] + (corners[side + 1][j] - corners[side][j]) * (smooth ? minimumJerk(x) : x);
  });
}

const generators: Record<MotionClass, (random: Random, velocities: Float32Array) => void> = {
  brownian,
  reach: (random, velocities) => reach(random, velocities, 0.6, 1),
  reach_dwell: (random, velocities) => reach(random, velocities, 0.25, 0.55),
  trapezoid(random, velocities) {
    const end = goal(random);
    const ramp = 0.1 + 0.3 * random.uniform();
    const duration = 0.5 + 0.5 * random.uniform();
    follow(velocities, (s, j) => end[j] * trapezoid(s / duration, ramp));
  },
  sine1: (random, velocities) => sine(random, velocities, 0.5, 1.3),
  sine2: (random, velocities) => sine(random, velocities, 1.7, 2.2),
  lemniscate(random, velocities) {
    const [a, b] = [
      signed(random, 0.2 + 0.6 * random.uniform()),
      signed(random, 0.1 + 0.4 * random.uniform()),
    ];
    const start = random.uniform() < 0.5 ? 0 : 2 * Math.PI * random.uniform();
    const at = (x: number, j: number): number => (j === 0 ? a * Math.sin(x) : b * Math.sin(2 * x));
    follow(velocities, (s, j) => at(start + 2 * Math.PI * s, j) - at(start, j));
  },
  square(random, velocities) {
    const [a, b] = [
      signed(random, 0.2 + 0.5 * random.uniform()),
      signed(random, 0.15 + 0.4 * random.uniform()),
    ];
    const corners: [number, number][] = [
      [0, 0],
      [a, 0],
      [a, b],
      [0, b],
      [0, 0],
    ];
    polygon(random, velocities, random.uniform() < 0.5 ? corners : corners.reverse());
  },
  handwriting(random, velocities) {
    // overlapping minimum-jerk strokes between via-points
    const strokes = 3 + random.integer(4);
    const size = 0.15 + 0.35 * random.uniform();
    const moves = Array.from({ length: strokes }, (_, k) => ({
      start: (k / strokes) * 0.9,
      duration: (1.2 + 0.6 * random.uniform()) / strokes,
      by: [size * random.gaussian(), 0.7 * size * random.gaussian()],
    }));
    follow(velocities, (s, j) =>
      moves.reduce((q, m) => q + m.by[j] * minimumJerk((s - m.start) / m.duration), 0),
    );
  },
  ramp(random, velocities) {
    const end = [0, 1].map(() => signed(random, 0.2 + 1.6 * random.uniform()));
    const onset = random.uniform() < 0.5 ? 0 : 0.3 * random.uniform();
    const steps = velocities.length / 2;
    for (let k = 0; k < velocities.length; k++)
      velocities[k] = end[k & 1] * Math.max(0, ((k >> 1) / steps - onset) / (1 - onset));
  },
  slow(random, velocities) {
    const [w1, w2] = [0.3 * (2 * random.uniform() - 1), 0.3 * (2 * random.uniform() - 1)];
    for (let k = 0; k < velocities.length; k++) velocities[k] = k & 1 ? w2 : w1;
  },
  hold() {},
};
