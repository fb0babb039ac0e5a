import { reject } from '../../input_error.js';
import type { Joint, Origin, RobotModel } from './model.js';
import type { Numbers } from '../kinematics/surface.js';

/** Elements of a pose: rotation matrix row major (9), then translation (3). */
export const poseSize = 12;

/** Rotation and translation of a URDF origin. */
export function poseOf({ xyz, rpy }: Origin): Float64Array {
  const [r, p, y] = rpy;
  const [cr, sr, cp, sp, cy, sy] = [
    Math.cos(r),
    Math.sin(r),
    Math.cos(p),
    Math.sin(p),
    Math.cos(y),
    Math.sin(y),
  ];
  return Float64Array.of(
    cy * cp,
    cy * sp * sr - sy * cr,
    cy * sp * cr + sy * sr,
    sy * cp,
    sy * sp * sr + cy * cr,
    sy * sp * cr - cy * sr,
    -sp,
    cp * sr,
    cp * cr,
    ...xyz,
  );
}

/** out <- a b (poses of poseSize numbers at the offsets given). out must not be a or b. */
export function compose(
  a: Float64Array,
  ai: number,
  b: Float64Array,
  bi: number,
  out: Float64Array,
  oi: number,
): void {
  for (let r = 0; r < 3; r++) {
    const [a0, a1, a2] = [a[ai + 3 * r], a[ai + 3 * r + 1], a[ai + 3 * r + 2]];
    for (let c = 0; c < 3; c++)
      out[oi + 3 * r + c] = a0 * b[bi + c] + a1 * b[bi + 3 + c] + a2 * b[bi + 6 + c];
    out[oi + 9 + r] = a0 * b[bi + 9] + a1 * b[bi + 10] + a2 * b[bi + 11] + a[ai + 9 + r];
  }
}

/**
 * Poses of all links in the root's frame for given joint values: forward kinematics of the whole tree.
 * One instance holds the poses of its last `update`; updating allocates nothing.
 */
export class LinkPoses {
  /** Link names; the pose of link i is poses[12 i ..]. The root is first. */
  readonly links: readonly string[];
  readonly poses: Float64Array;
  private readonly steps: {
    parent: number;
    link: number;
    origin: Float64Array;
    joint: Joint;
    input: number;
    multiplier: number;
    offset: number;
  }[];
  private readonly motion = new Float64Array(poseSize);
  private readonly moved = new Float64Array(poseSize);

  /** @param jointNames joints whose values `update` takes, in that order; the others stay at 0. @throws InputError for a name the model lacks. */
  constructor(
    readonly model: RobotModel,
    jointNames: readonly string[],
  ) {
    jointNames.forEach((name, i) => {
      if (!model.joints.some((j) => j.name === name))
        reject('unknown-joint', `joints[${i}]`, `a joint of robot ${model.name}`, name);
    });
    this.links = [model.root, ...model.joints.map((j) => j.child)];
    this.poses = new Float64Array(this.links.length * poseSize);
    this.poses.set([1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]);
    this.steps = model.joints.map((joint, i) => ({
      parent: this.links.indexOf(joint.parent),
      link: i + 1,
      origin: poseOf(joint.origin),
      joint,
      input: jointNames.indexOf(joint.mimic?.joint ?? joint.name),
      multiplier: joint.mimic?.multiplier ?? 1,
      offset: joint.mimic?.offset ?? 0,
    }));
    this.update([]);
  }

  /** Joint values (rad or m) from values[at..], in the order of jointNames; missing ones count as 0. */
  update(values: Numbers, at = 0): void {
    for (const { parent, link, origin, joint, input, multiplier, offset } of this.steps) {
      const given = input >= 0 && at + input < values.length ? values[at + input] : 0;
      setMotion(joint, multiplier * given + offset, this.motion);
      compose(origin, 0, this.motion, 0, this.moved, 0);
      compose(this.poses, parent * poseSize, this.moved, 0, this.poses, link * poseSize);
    }
  }

  /** Offset of a link's pose in `poses`. @throws InputError for an unknown link. */
  offsetOf(link: string): number {
    const i = this.links.indexOf(link);
    if (i < 0) reject('unknown-link', 'link', `a link of robot ${this.model.name}`, link);
    return i * poseSize;
  }
}

/** Pose of a joint's child relative to the joint's origin (Rodrigues' rotation, or a shift along the axis). */
function setMotion({ type, axis }: Joint, value: number, out: Float64Array): void {
  const [x, y, z] = axis;
  const turning = type === 'revolute' || type === 'continuous';
  const c = turning ? Math.cos(value) : 1;
  const s = turning ? Math.sin(value) : 0;
  const t = 1 - c;
  out[0] = t * x * x + c;
  out[1] = t * x * y - s * z;
  out[2] = t * x * z + s * y;
  out[3] = t * x * y + s * z;
  out[4] = t * y * y + c;
  out[5] = t * y * z - s * x;
  out[6] = t * x * z - s * y;
  out[7] = t * y * z + s * x;
  out[8] = t * z * z + c;
  const shift = type === 'prismatic' ? value : 0;
  out[9] = shift * x;
  out[10] = shift * y;
  out[11] = shift * z;
}
