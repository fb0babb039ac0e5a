/** A robot description (URDF) as data: m, rad, kg. */
export interface RobotModel {
  name: string;
  /** The link that no joint has as its child. */
  root: string;
  /** In the file's order. */
  links: ReadonlyMap<string, Link>;
  /** Parents before children. */
  joints: readonly Joint[];
}

export interface Link {
  name: string;
  collisions: readonly Shape[];
}

export type Vector3 = readonly [number, number, number];

/** Pose of a frame in its parent: translation and fixed-axis roll, pitch, yaw. */
export interface Origin {
  xyz: Vector3;
  rpy: Vector3;
}

/** Collision geometry. Cylinders lie along their own z. */
export type Shape = { origin: Origin } & (
  | { kind: 'box'; size: Vector3 }
  | { kind: 'cylinder'; radius: number; length: number }
  | { kind: 'sphere'; radius: number }
  /** Not read, and why (empty: nobody tried). Sizes are times `scale`. */
  | { kind: 'mesh'; filename: string; scale: Vector3; fault: string }
  /** Convex hull of points (x, y, z, m), thickened by skin (m): a mesh that was read. */
  | { kind: 'hull'; points: Float64Array; skin: number }
);

export interface Joint {
  name: string;
  type: 'revolute' | 'continuous' | 'prismatic' | 'fixed';
  parent: string;
  child: string;
  origin: Origin;
  /** Unit vector in the joint's frame. */
  axis: Vector3;
  /** rad or m, and a second; absent for fixed joints. Continuous joints have infinite bounds. */
  limit: { lower: number; upper: number; velocity: number; effort: number } | null;
  /** Tighter position range of planned motions, where the description has one (safety_controller). */
  soft?: { lower: number; upper: number } | null;
  /** Follows another joint: value = multiplier * that joint's + offset. */
  mimic: { joint: string; multiplier: number; offset: number } | null;
}

/** Joints that move by themselves, parents first. */
export function movingJoints(model: RobotModel): Joint[] {
  return model.joints.filter((j) => j.type !== 'fixed' && !j.mimic);
}
