import { reject } from '../../input_error.js';
import { monotoneSlopes, sampleHermite } from '../interpolation/hermite.js';
import type { Profile } from '../kinematics/profile.js';
import { fromQuaternion, slerp } from '../kinematics/rotation.js';
import type { PathTarget, PoseTarget } from './target.js';

/** How far the tool may stay from what was asked for. */
export interface Allowed {
  maxResidualM: number;
  maxResidualRad: number;
}

/** Joint angles along a tool path. */
export interface Followed {
  /** queries x learned joints, rad. */
  knots: Float64Array;
  /** Largest distance of a given point from the one reached, m. */
  residualM: number;
  /** Largest angle between a given orientation and the one reached, rad; null for positions. */
  residualRad: number | null;
}

/** Postures tried for the first point where the start angles lead nowhere. */
const MOST_STARTS = 60;
/** A larger change of a joint between two queries is a jump to another branch, rad. */
const LARGEST_STEP_RAD = 0.6;

/**
 * Angles along a path of the tool at the query times: smoothed through the points in space (orientations by slerp), then inverse
 * kinematics, each near the one before, the first near the start angles or, where that fails, near the posture closest to them
 * from which the whole path can be followed without a jump.
 * @throws InputError naming the first point that cannot be reached.
 */
export function followTool(
  target: PathTarget | PoseTarget,
  profile: Profile,
  queries: Float64Array,
  allowed: Allowed,
): Followed {
  const poses = target.kind === 'poses';
  if (poses && !profile.inversePose)
    reject(
      'no-poses',
      'poses',
      `positions (path) with arm ${profile.name}: it has no inverse for poses`,
      'poses',
    );
  const given = posesAt(target, target.timesS);
  const asked = posesAt(target, queries);
  const n = profile.learned;
  let furthest: Attempt | null = null;
  for (const start of starts(profile, poses)) {
    const attempt = follow(profile, given, poses, start, allowed);
    if (!furthest || attempt.reached > furthest.reached) furthest = attempt;
    if (attempt.fault) continue;
    const knots = new Float64Array(queries.length * n);
    const near = Float64Array.from(attempt.first);
    let jump = false;
    for (let k = 0; k < queries.length; k++) {
      solve(profile, asked, k, poses, near, knots, k * n);
      for (let j = 0; j < n; j++) {
        if (k > 0 && Math.abs(knots[k * n + j] - near[j]) > LARGEST_STEP_RAD) jump = true;
        near[j] = knots[k * n + j];
      }
    }
    if (!jump || n <= 2)
      return { knots, residualM: attempt.residualM, residualRad: poses ? attempt.residualRad : null };
    attempt.fault = 'a jump to another posture';
    furthest = attempt;
  }
  const { reached, fault } = furthest!;
  const names = profile.joints
    .slice(0, n)
    .join(', ')
    .replace(/, ([^,]*)$/, ' and $1');
  return reject(
    'unreachable',
    `${target.kind}[${reached}]`,
    poses
      ? `poses within ${allowed.maxResidualM} m and ${allowed.maxResidualRad} rad of what ${names} reach`
      : `points within ${allowed.maxResidualM} m of the ${n === 2 ? 'surface that' : 'points that'} ${names} reach`,
    fault as never,
  );
}

interface Attempt {
  /** Given points that were reached. */
  reached: number;
  /** Why it did not get further. */
  fault: string;
  first: Float64Array;
  residualM: number;
  residualRad: number;
}

/** The given points one after the other. */
function follow(
  profile: Profile,
  given: Float64Array,
  poses: boolean,
  start: ArrayLike<number>,
  { maxResidualM, maxResidualRad }: Allowed,
): Attempt {
  const near = Float64Array.from(start);
  const out: Attempt = { reached: 0, fault: '', first: near, residualM: 0, residualRad: 0 };
  const count = given.length / 12;
  for (let i = 0; i < count; i++) {
    const { positionM, angleRad } = solve(profile, given, i, poses, near, near, 0);
    if (i === 0) out.first = Float64Array.from(near);
    if (positionM > maxResidualM) out.fault = `${positionM.toFixed(3)} m off`;
    else if (angleRad > maxResidualRad) out.fault = `${angleRad.toFixed(3)} rad off`;
    if (out.fault) return out;
    out.residualM = Math.max(out.residualM, positionM);
    out.residualRad = Math.max(out.residualRad, angleRad);
    out.reached = i + 1;
  }
  return out;
}

function solve(
  profile: Profile,
  list: Float64Array,
  i: number,
  poses: boolean,
  near: Float64Array,
  out: Float64Array,
  outAt: number,
): { positionM: number; angleRad: number } {
  if (poses) return profile.inversePose!(list, 12 * i, near, 0, out, outAt);
  return { positionM: profile.inverse(list, 12 * i + 9, near, 0, out, outAt), angleRad: 0 };
}

/** The start angles, then postures spread evenly over the joints' ranges, the closest to them first. */
function* starts(profile: Profile, poses: boolean): Generator<ArrayLike<number>> {
  yield profile.startAngles;
  const n = profile.learned;
  if (n <= 2 || (!poses && n <= 3 && profile.inversePose === undefined)) return;
  // additive recurrence with the generalised golden ratio: fills any number of dimensions evenly
  let phi = 2;
  for (let k = 0; k < 40; k++) phi = (1 + phi) ** (1 / (n + 1));
  const spread = Array.from({ length: MOST_STARTS }, (_, k) =>
    profile.limits.map(({ lower, upper }, j) => {
      const [low, high] = [Math.max(lower, -Math.PI), Math.min(upper, Math.PI)];
      return low + ((0.5 + (k + 1) / phi ** (j + 1)) % 1) * (high - low);
    }),
  );
  const away = (q: readonly number[]): number =>
    q.reduce((s, x, j) => s + (x - profile.startAngles[j]) ** 2, 0);
  yield* spread.sort((a, b) => away(a) - away(b));
}

/** Poses (12 numbers each: rotation, position; rotation 0 where the target has none) at sorted times. */
function posesAt(target: PathTarget | PoseTarget, times: Float64Array): Float64Array {
  const out = new Float64Array(12 * times.length);
  const points = new Float64Array(3 * times.length);
  sampleHermite(
    target.timesS,
    target.points,
    monotoneSlopes(target.timesS, target.points, 3),
    3,
    times,
    points,
  );
  const q = new Float64Array(4);
  let i = 0;
  for (let k = 0; k < times.length; k++) {
    for (let c = 0; c < 3; c++) out[12 * k + 9 + c] = points[3 * k + c];
    if (target.kind !== 'poses') continue;
    const { timesS, orientations } = target;
    while (i < timesS.length - 2 && times[k] >= timesS[i + 1]) i++;
    const s = Math.max(0, Math.min(1, (times[k] - timesS[i]) / (timesS[i + 1] - timesS[i])));
    slerp(orientations, 4 * i, orientations, 4 * i + 4, s, q);
    fromQuaternion(q, 0, out, 12 * k);
  }
  return out;
}
