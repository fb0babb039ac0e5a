import type { AngleRange, SurfaceProfile } from './profile.js';
import {
  surfaceInverse,
  surfaceJacobian,
  surfacePoint,
  type TwoJointSurface,
  type WritableNumbers,
} from './surface.js';

/** Joints of the ED-Scorbot's robot description that make up the arm (the fingers are not among them). */
export const edscorbotJoints = ['base_joint', 'shoulder', 'elbow', 'pitch', 'roll'] as const;

/**
 * The arm's four-joint geometry, m and rad: a yaw, then three parallel pitch joints in a plane shifted sideways.
 * Right-handed angles t_i about z (yaw) and y (pitches): t_i = sign_i q_i + offset_i;
 *   r = a1 + a2 cos t2 + a3 cos(t2+t3) + a4 cos(t2+t3+t4),   z = d1 - (a2 sin t2 + a3 sin(t2+t3) + a4 sin(t2+t3+t4)),
 *   x = r cos t1 - d sin t1,   y = r sin t1 + d cos t1.
 * Roll turns about the tool's own axis and leaves the TCP where it is.
 */
export interface EdScorbotGeometry {
  a1: number;
  a2: number;
  a3: number;
  a4: number;
  d1: number;
  d: number;
  signs: readonly [number, number, number, number];
  offsets: readonly [number, number, number, number];
}

/** Geometry and joint senses of the paper's experiments (a3 = 0.35; trials move base and shoulder, elbow and wrist at 0). */
export const paperGeometry: EdScorbotGeometry = {
  a1: 0.05,
  a2: 0.3,
  a3: 0.35,
  a4: 0.22,
  d1: 0.3585,
  d: -0.098 + 0.065,
  signs: [-1, -1, -1, 1],
  offsets: [0, 0, 0, 0],
};

/** Geometry of the robot description: forearm of 0.25 m, tool of 0.054 + 0.17 m, homing offsets in the joint origins. */
export const urdfGeometry: EdScorbotGeometry = {
  a1: 0.05,
  a2: 0.3,
  a3: 0.25,
  a4: 0.054 + 0.17,
  d1: 0.17 + 0.1885,
  d: -0.096 + 0.021 + 0.058 - 0.024,
  signs: [1, 1, -1, -1],
  offsets: [0.411898, -0.383972, 0.20944, 0],
};

/** TCP of all four positioning joints (elbow and pitch too), m, into out[outAt..]. */
export function forwardAll(
  g: EdScorbotGeometry,
  q: ArrayLike<number>,
  at: number,
  out: WritableNumbers,
  outAt = 0,
): void {
  const yaw = g.signs[0] * q[at] + g.offsets[0];
  const t2 = g.signs[1] * q[at + 1] + g.offsets[1];
  const t3 = t2 + g.signs[2] * q[at + 2] + g.offsets[2];
  const t4 = t3 + g.signs[3] * q[at + 3] + g.offsets[3];
  const r = g.a1 + g.a2 * Math.cos(t2) + g.a3 * Math.cos(t3) + g.a4 * Math.cos(t4);
  out[outAt] = r * Math.cos(yaw) - g.d * Math.sin(yaw);
  out[outAt + 1] = r * Math.sin(yaw) + g.d * Math.cos(yaw);
  out[outAt + 2] = g.d1 - (g.a2 * Math.sin(t2) + g.a3 * Math.sin(t3) + g.a4 * Math.sin(t4));
}

/** The surface that base and shoulder reach with elbow and pitch held. */
export function surfaceOf(g: EdScorbotGeometry, elbow: number, pitch: number): TwoJointSurface {
  const t3 = g.signs[2] * elbow + g.offsets[2];
  const t34 = t3 + g.signs[3] * pitch + g.offsets[3];
  const along = g.a2 + g.a3 * Math.cos(t3) + g.a4 * Math.cos(t34);
  const across = g.a3 * Math.sin(t3) + g.a4 * Math.sin(t34);
  return {
    shoulderRadius: g.a1,
    height: g.d1,
    lateral: g.d,
    length: Math.hypot(along, across),
    sign: g.signs[0],
    yawOffset: g.offsets[0],
    pitchOffset: g.offsets[1] + Math.atan2(across, along),
  };
}

function edscorbotProfile(
  name: string,
  geometry: EdScorbotGeometry,
  urdfSign: readonly number[],
  limits: readonly AngleRange[],
  heldAngles: readonly number[] = [0, 0, 0],
): SurfaceProfile {
  const surface = surfaceOf(geometry, heldAngles[0], heldAngles[1]);
  const { signs, offsets } = geometry;
  const toolPitch =
    offsets[1] + signs[2] * heldAngles[0] + offsets[2] + signs[3] * heldAngles[1] + offsets[3];
  return {
    name,
    joints: edscorbotJoints,
    learned: 2,
    startAngles: [0, 0],
    heldAngles,
    limits,
    urdfSign,
    surface,
    forward: (q, at, out, outAt) => surfacePoint(surface, q[at], q[at + 1], out, outAt),
    forwardAll: (q, at, out, outAt) => forwardAll(geometry, q, at, out, outAt),
    pose(q, at, out, outAt) {
      // the tool turns with the yaw about z, then with the sum of the pitches about y
      const [yaw, pitch] = [
        geometry.signs[0] * q[at] + geometry.offsets[0],
        geometry.signs[1] * q[at + 1] + toolPitch,
      ];
      const [cy, sy, cp, sp] = [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch)];
      const rotation = [cy * cp, -sy, cy * sp, sy * cp, cy, sy * sp, -sp, 0, cp];
      for (let i = 0; i < 9; i++) out[outAt + i] = rotation[i];
      surfacePoint(surface, q[at], q[at + 1], out, outAt + 9);
    },
    jacobian: (q, at, out, outAt) => surfaceJacobian(surface, q[at], q[at + 1], out, outAt),
    inverse: (p, at, near, nearAt, out, outAt) =>
      surfaceInverse(surface, p[at], p[at + 1], p[at + 2], near[nearAt], near[nearAt + 1], out, outAt),
  };
}

const symmetric = (degrees: number): AngleRange => ({
  lower: (-degrees * Math.PI) / 180,
  upper: (degrees * Math.PI) / 180,
});

/** The paper's kinematics: what the networks are meta-trained with. Limits: those of its task family. */
export const edscorbotPaper = edscorbotProfile(
  'edscorbot_paper',
  paperGeometry,
  [-1, -1, 1, -1, 1],
  [symmetric(130), symmetric(70)],
);

/** The robot description's kinematics and joint senses. Limits: those of the robot description. */
export const edscorbot = edscorbotProfile(
  'edscorbot',
  urdfGeometry,
  [1, 1, 1, 1, 1],
  [
    { lower: -2.18166, upper: 2.18166 },
    { lower: -1.48353, upper: 1.48353 },
  ],
);
