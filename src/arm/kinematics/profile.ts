import type { Residual } from './inverse.js';
import type { Numbers, TwoJointSurface, WritableNumbers } from './surface.js';

/** Position range of a joint, rad. */
export interface AngleRange {
  lower: number;
  upper: number;
}

/**
 * How joint angles become a tool-centre-point (TCP), and how they relate to the robot description's joints.
 * "Learned" joints are the first `learned` of `joints`; the others hold still at `heldAngles`.
 * Angles, velocities and limits are in the profile's own convention; `urdfSign` and `toUrdf` translate.
 */
export interface Profile {
  readonly name: string;
  /** Joint names of the robot description, base first. */
  readonly joints: readonly string[];
  /** How many of them the network controls. */
  readonly learned: number;
  /** Angles a trial starts from unless its target says otherwise, rad, learned joints. */
  readonly startAngles: readonly number[];
  /** Angles of the joints that hold still, rad, joints[learned..]. */
  readonly heldAngles: readonly number[];
  /** Position range of the learned joints, rad. */
  readonly limits: readonly AngleRange[];
  /** q_urdf = urdfSign * q, for every joint. */
  readonly urdfSign: readonly number[];

  /** TCP (m, base frame) of learned angles at[..] into out[outAt..outAt+2]; allocates nothing. */
  forward(angles: Numbers, at: number, out: WritableNumbers, outAt: number): void;
  /** TCP of all of `joints`, angles at[..at+joints.length-1] in the profile's convention: where a tool is whose held joints do not hold still. */
  forwardAll(angles: Numbers, at: number, out: WritableNumbers, outAt: number): void;
  /** TCP pose of learned angles: rotation (row major, 9), position (3); allocates nothing. */
  pose(angles: Numbers, at: number, out: WritableNumbers, outAt: number): void;
  /** d TCP / d learned angles, row major 3 x learned, m/rad; allocates nothing. */
  jacobian(angles: Numbers, at: number, out: WritableNumbers, outAt: number): void;
  /** Learned angles whose TCP is nearest to a point, starting the search at near[nearAt..]; returns the distance left, m. */
  inverse(
    point: Numbers,
    at: number,
    near: Numbers,
    nearAt: number,
    out: WritableNumbers,
    outAt: number,
  ): number;
  /** d (position, rotation vector) / d learned angles, row major 6 x learned; profiles without it know positions only. */
  poseJacobian?(angles: Numbers, at: number, out: WritableNumbers, outAt: number): void;
  /** The same as inverse() for a pose (rotation row major, position: 12 numbers); profiles without it know positions only. */
  inversePose?(
    pose: Numbers,
    at: number,
    near: Numbers,
    nearAt: number,
    out: WritableNumbers,
    outAt: number,
  ): Residual;
}

/** Profiles whose two learned joints span a closed-form surface. */
export interface SurfaceProfile extends Profile {
  readonly surface: TwoJointSurface;
}

/** Angles or velocities of all joints in the robot description's convention from those of the learned joints (held joints: their angles, or 0 as velocities). */
export function toUrdf(
  profile: Profile,
  learned: Numbers,
  at: number,
  held: 'angles' | 'zeros',
  out: WritableNumbers,
  outAt = 0,
): void {
  const { learned: n, urdfSign, heldAngles, joints } = profile;
  for (let j = 0; j < joints.length; j++)
    out[outAt + j] =
      j < n ? urdfSign[j] * learned[at + j] : held === 'angles' ? urdfSign[j] * heldAngles[j - n] : 0;
}

/** Learned angles or velocities from those of the robot description's joints (in the order of profile.joints). */
export function fromUrdf(profile: Profile, urdf: Numbers, at: number, out: WritableNumbers, outAt = 0): void {
  for (let j = 0; j < profile.learned; j++) out[outAt + j] = profile.urdfSign[j] * urdf[at + j];
}
