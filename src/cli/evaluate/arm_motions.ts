import type { Profile } from '../../arm/kinematics/profile.js';
import type { JointTarget, Target } from '../../arm/target/target.js';
import { reject } from '../../input_error.js';
import type { Random } from '../../kernels/random.js';

/** Kinds of motion that lessons on an arm are measured with; none of them comes out of meta-training's generators. */
export const armMotionKinds = [
  'reach',
  'pick_place',
  'sines',
  'one_joint',
  'brownian',
  'circle',
  'lemniscate',
  'square',
  'handwriting',
  'long',
] as const;
export type ArmMotionKind = (typeof armMotionKinds)[number];

const rows = 400;
/** A tool path on which a joint moves further from row to row passes a singular posture. */
const largestStepRad = 0.03;
/** Quintic from rest to rest. */
const ease = (x: number): number => {
  const s = Math.max(0, Math.min(1, x));
  return s * s * s * (10 + s * (6 * s - 15));
};

/**
 * Draws a motion of an arm, around its start posture. Tool paths are a tenth to a fifth of its length `reachM`.
 * @throws InputError where a path leaves what the arm reaches: draw again.
 */
export function drawArmMotion(kind: ArmMotionKind, profile: Profile, reachM: number, random: Random): Target {
  const start = profile.startAngles.map((q) => q + 0.2 * (2 * random.uniform() - 1));
  const durationS = 2 + 3 * random.uniform();
  const any = (size: number): number[] => start.map(() => size * (2 * random.uniform() - 1));
  const joints = (angles: (t: number, j: number) => number, lastS = durationS): JointTarget =>
    jointTarget(profile, start, lastS, angles);
  switch (kind) {
    case 'reach': {
      const by = any(0.8);
      return joints((t, j) => by[j] * ease(t / durationS));
    }
    case 'pick_place': {
      // to the object, down and up with it, to the place, and home; a rest at each
      const [object, down, place] = [any(0.7), any(0.2), any(0.7)];
      const stations = [object, object.map((x, j) => x + down[j]), object, place, place.map(() => 0)];
      return joints((t, j) => {
        const at = (5 * t) / durationS;
        const k = Math.min(4, Math.floor(at));
        const from = k > 0 ? stations[k - 1][j] : 0;
        return from + (stations[k][j] - from) * ease((at - k) / 0.8);
      });
    }
    case 'sines': {
      const [size, phase] = [any(0.5), any(Math.PI)];
      const cycles = 1 + random.uniform();
      return joints(
        (t, j) =>
          size[j] * (Math.sin((2 * Math.PI * cycles * t) / durationS + phase[j]) - Math.sin(phase[j])),
      );
    }
    case 'one_joint': {
      // one that moves the tool: the last of some arms only turns it
      const jacobian = new Float64Array(3 * start.length);
      profile.jacobian(start, 0, jacobian, 0);
      const leverM = (j: number): number =>
        Math.hypot(...[0, 1, 2].map((r) => jacobian[r * start.length + j]));
      const able = start.flatMap((_, j) => (leverM(j) > 0.05 * reachM ? [j] : []));
      const moving = able[random.integer(able.length)];
      const by = 0.4 + 0.6 * random.uniform();
      return joints((t, j) => (j === moving ? by * ease((1.4 * t) / durationS) : 0));
    }
    case 'brownian':
      return brownian(profile, start, durationS, random);
    case 'long': {
      const [first, second, third] = [any(0.7), any(0.7), any(0.7)];
      const waves = any(0.15);
      const lastS = 11;
      return joints((t, j) => {
        const s = t / lastS;
        return (
          first[j] * ease(3 * s) +
          second[j] * ease(3 * s - 1) +
          third[j] * ease(3 * s - 2) +
          waves[j] * Math.sin(6 * Math.PI * s) ** 2
        );
      }, lastS);
    }
    default:
      return toolPath(kind, profile, start, durationS, (0.1 + 0.1 * random.uniform()) * reachM, random);
  }
}

function jointTarget(
  profile: Profile,
  start: readonly number[],
  durationS: number,
  offset: (t: number, j: number) => number,
): JointTarget {
  const n = start.length;
  const timesS = Float64Array.from({ length: rows + 1 }, (_, k) => (durationS * k) / rows);
  const angles = new Float64Array((rows + 1) * n);
  for (let k = 0; k <= rows; k++)
    for (let j = 0; j < n; j++) {
      const { lower, upper } = profile.limits[j];
      // the share of the way to a limit that is left, softly
      const by = offset(timesS[k], j);
      const room = by > 0 ? upper - start[j] : start[j] - lower;
      angles[k * n + j] = start[j] + room * Math.tanh(by / room);
    }
  return { kind: 'joints', joints: profile.joints.slice(0, n), timesS, angles };
}

/** Velocities that wander: a random walk averaged over a quarter of the motion. */
function brownian(
  profile: Profile,
  start: readonly number[],
  durationS: number,
  random: Random,
): JointTarget {
  const window = rows / 4;
  const courses = start.map(() => {
    const walk = new Float64Array(rows + window);
    for (let k = 1; k < walk.length; k++) walk[k] = walk[k - 1] + random.gaussian() / Math.sqrt(rows);
    const course = new Float64Array(rows + 1);
    let sum = 0;
    for (let k = 0; k <= rows; k++) {
      for (let i = 0; i < window; i++)
        sum += (walk[Math.min(walk.length - 1, k + i)] - walk[0]) / window / rows;
      course[k] = 2 * sum;
    }
    return course;
  });
  return jointTarget(profile, start, durationS, (t, j) => courses[j][Math.round((rows * t) / durationS)]);
}

function toolPath(
  kind: 'circle' | 'lemniscate' | 'square' | 'handwriting',
  profile: Profile,
  start: readonly number[],
  durationS: number,
  sizeM: number,
  random: Random,
): Target {
  const strokes = Array.from({ length: 5 }, () => [random.gaussian(), random.gaussian()]);
  const curves: Record<typeof kind, (s: number) => [number, number]> = {
    circle: (s) => [Math.cos(2 * Math.PI * s) - 1, Math.sin(2 * Math.PI * s)],
    lemniscate: (s) => [Math.sin(2 * Math.PI * s), 0.5 * Math.sin(4 * Math.PI * s)],
    square: (s) => {
      const corners: [number, number][] = [
        [0, 0],
        [1.5, 0],
        [1.5, 1.5],
        [0, 1.5],
        [0, 0],
      ];
      const side = Math.min(3, Math.floor(4 * s));
      const [[x0, y0], [x1, y1]] = [corners[side], corners[side + 1]];
      return [x0 + (x1 - x0) * (4 * s - side), y0 + (y1 - y0) * (4 * s - side)];
    },
    handwriting: (s) => {
      let [x, y] = [0, 0];
      strokes.forEach(([dx, dy], k) => {
        const done = ease((s - 0.17 * k) / 0.3);
        x += 0.7 * dx * done;
        y += 0.7 * dy * done;
      });
      return [x, y];
    },
  };
  const home = [0, 0, 0];
  profile.forward(start, 0, home, 0);
  const n = start.length;
  const [u, v] = [
    [
      [0, 1, 0],
      [0, 0, 1],
    ],
    [
      [1, 0, 0],
      [0, 1, 0],
    ],
    [
      [1, 0, 0],
      [0, 0, 1],
    ],
  ][random.integer(3)];
  const timesS = Float64Array.from({ length: rows + 1 }, (_, k) => (durationS * k) / rows);
  const angles = new Float64Array((rows + 1) * n);
  const near = [...start];
  for (let k = 0; k <= rows; k++) {
    const [x, y] = curves[kind](k / rows);
    const point = home.map((h, r) => h + sizeM * (x * u[r] + y * v[r]));
    const leftM = profile.inverse(point, 0, near, 0, near, 0);
    const jump = near.some((q, j) => k > 0 && Math.abs(q - angles[(k - 1) * n + j]) > largestStepRad);
    if (leftM > 1e-6 || jump) reject('unreachable', `path[${k}]`, 'a point the arm reaches smoothly', 'none');
    for (let j = 0; j < n; j++) angles[k * n + j] = near[j];
  }
  return { kind: 'joints', joints: profile.joints.slice(0, n), timesS, angles };
}
