/**
 * The surface on which two learned joints (base yaw, shoulder pitch) move the tool-centre-point while the other joints hold
 * still. Both kinematic profiles of the ED-Scorbot are this surface with different numbers:
 *
 *   yaw   = sign q1 + yawOffset             z |      . TCP
 *   pitch = sign q2 + pitchOffset             |    .   length, pitch (positive: down)
 *   r     = shoulderRadius + length cos(pitch)|__o
 *   x     = r cos(yaw) - lateral sin(yaw)     |  shoulder (radius, height)
 *   y     = r sin(yaw) + lateral cos(yaw)     +------- r
 *   z     = height - length sin(pitch)
 *
 * Everything here is a pure function on numbers and caller-owned arrays: no allocation.
 */
export interface TwoJointSurface {
  /** Horizontal distance of the shoulder axis from the base axis, m. */
  shoulderRadius: number;
  /** Height of the shoulder axis above the base frame, m. */
  height: number;
  /** Constant sideways offset of the arm's plane, m. */
  lateral: number;
  /** Distance shoulder axis to TCP, m. */
  length: number;
  /** +1 or -1: sense of both learned angles against the right-handed z (yaw) and y (pitch) axes. */
  sign: number;
  yawOffset: number;
  pitchOffset: number;
}

/** Anything numbers can be read from: typed arrays, arrays. */
export type Numbers = ArrayLike<number>;
/** Anything numbers can be written to by index. */
export interface WritableNumbers {
  [index: number]: number;
}

/** TCP (x, y, z in m) into out[outAt..outAt+2]. Angles in rad. */
export function surfacePoint(
  s: TwoJointSurface,
  q1: number,
  q2: number,
  out: WritableNumbers,
  outAt = 0,
): void {
  const yaw = s.sign * q1 + s.yawOffset;
  const pitch = s.sign * q2 + s.pitchOffset;
  const r = s.shoulderRadius + s.length * Math.cos(pitch);
  const c = Math.cos(yaw);
  const n = Math.sin(yaw);
  out[outAt] = r * c - s.lateral * n;
  out[outAt + 1] = r * n + s.lateral * c;
  out[outAt + 2] = s.height - s.length * Math.sin(pitch);
}

/** d(x, y, z) / d(q1, q2), row major 3 x 2, m/rad, into out[outAt..outAt+5]. */
export function surfaceJacobian(
  s: TwoJointSurface,
  q1: number,
  q2: number,
  out: WritableNumbers,
  outAt = 0,
): void {
  const yaw = s.sign * q1 + s.yawOffset;
  const pitch = s.sign * q2 + s.pitchOffset;
  const cp = s.length * Math.cos(pitch);
  const sp = s.length * Math.sin(pitch);
  const r = s.shoulderRadius + cp;
  const c = Math.cos(yaw);
  const n = Math.sin(yaw);
  out[outAt] = s.sign * (-r * n - s.lateral * c);
  out[outAt + 1] = -s.sign * sp * c;
  out[outAt + 2] = s.sign * (r * c - s.lateral * n);
  out[outAt + 3] = -s.sign * sp * n;
  out[outAt + 4] = 0;
  out[outAt + 5] = -s.sign * cp;
}

/** Preference for angles close to the search's start, m per rad: settles which of the two branches wins. */
const nearness = 0.005;

/**
 * Angles of the surface point nearest to (x, y, z), into out[outAt..outAt+1]. Of the two branches (the arm leans forward,
 * or over its back with the base turned round) the one nearer to (nearQ1, nearQ2) is taken where both fit.
 * On the base axis itself, where every yaw is right, the yaw stays near nearQ1.
 * @returns distance between (x, y, z) and that surface point, m.
 */
export function surfaceInverse(
  s: TwoJointSurface,
  x: number,
  y: number,
  z: number,
  nearQ1: number,
  nearQ2: number,
  out: WritableNumbers,
  outAt = 0,
): number {
  let best = Infinity;
  let bestDistance = Infinity;
  for (let branch = 1; branch >= -1; branch -= 2) {
    const distance = branchInverse(s, x, y, z, branch, nearQ1, nearQ2);
    const cost = distance + nearness * Math.hypot(found.q1 - nearQ1, found.q2 - nearQ2);
    if (cost < best) {
      best = cost;
      bestDistance = distance;
      out[outAt] = found.q1;
      out[outAt + 1] = found.q2;
    }
  }
  return bestDistance;
}

const found = { q1: 0, q2: 0 };

/** Closest point on one branch (sign of the arm's reach), angles into `found`; returns the distance. */
function branchInverse(
  s: TwoJointSurface,
  x: number,
  y: number,
  z: number,
  branch: number,
  nearQ1: number,
  nearQ2: number,
): number {
  // Seen along the base axis every surface point has distance rho = hypot(r(pitch), lateral) from it.
  const rho = Math.hypot(x, y);
  const reach = branch * Math.sqrt(Math.max(0, rho * rho - s.lateral * s.lateral));
  let pitch = Math.atan2(s.height - z, reach - s.shoulderRadius);
  for (let i = 0; i < 8; i++) {
    // Gauss-Newton in (rho, z): exact at once on the surface, and with lateral = 0 also off it.
    const r = s.shoulderRadius + s.length * Math.cos(pitch);
    const rhoSurface = Math.hypot(r, s.lateral);
    const dRho = rhoSurface > 1e-12 ? (-r * s.length * Math.sin(pitch)) / rhoSurface : 0;
    const dz = -s.length * Math.cos(pitch);
    const eRho = rho - rhoSurface;
    const eZ = z - (s.height - s.length * Math.sin(pitch));
    const step = (eRho * dRho + eZ * dz) / (dRho * dRho + dz * dz + 1e-12);
    pitch += Math.max(-0.3, Math.min(0.3, step));
    if (Math.abs(step) < 1e-13) break;
  }
  const r = s.shoulderRadius + s.length * Math.cos(pitch);
  const nearYaw = s.sign * nearQ1 + s.yawOffset;
  const yaw = rho > 1e-9 ? Math.atan2(y, x) - Math.atan2(s.lateral, r) : nearYaw;
  const nearPitch = s.sign * nearQ2 + s.pitchOffset;
  found.q1 = s.sign * (closestTurn(yaw, nearYaw) - s.yawOffset);
  found.q2 = s.sign * (closestTurn(pitch, nearPitch) - s.pitchOffset);
  return Math.hypot(rho - Math.hypot(r, s.lateral), z - (s.height - s.length * Math.sin(pitch)));
}

/** The angle equivalent to `a` (2 pi apart) that is nearest to `near`. */
function closestTurn(a: number, near: number): number {
  return a + 2 * Math.PI * Math.round((near - a) / (2 * Math.PI));
}
