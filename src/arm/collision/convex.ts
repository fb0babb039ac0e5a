import { compose, poseOf, poseSize } from '../urdf/poses.js';
import type { Shape } from '../urdf/model.js';

/** A convex collision shape on a moving link: its support function in the root's frame. A sphere is a point with a skin. Hulls are told by their points. */
export class ConvexShape {
  /** Pose in the root's frame: rotation row major (9), translation (3). */
  readonly pose = new Float64Array(poseSize);
  /** Distance added all round (a sphere's radius). */
  readonly skin: number;
  /** Radius of the ball about the shape's origin that contains it. */
  readonly reach: number;
  private readonly local: Float64Array;
  private readonly hx: number;
  private readonly hy: number;
  private readonly hz: number;
  private readonly round: boolean;
  private readonly points: Float64Array | null;

  constructor(shape: Exclude<Shape, { kind: 'mesh' }>) {
    this.local = poseOf(shape.origin);
    this.round = shape.kind === 'cylinder';
    this.points = shape.kind === 'hull' ? shape.points : null;
    this.skin = shape.kind === 'sphere' ? shape.radius : shape.kind === 'hull' ? shape.skin : 0;
    [this.hx, this.hy, this.hz] =
      shape.kind === 'box'
        ? [shape.size[0] / 2, shape.size[1] / 2, shape.size[2] / 2]
        : shape.kind === 'cylinder'
          ? [shape.radius, shape.radius, shape.length / 2]
          : [0, 0, 0];
    this.reach =
      this.skin +
      (this.points
        ? furthest(this.points)
        : this.round
          ? Math.hypot(this.hx, this.hz)
          : Math.hypot(this.hx, this.hy, this.hz));
    this.place(identity, 0);
  }

  /** Moves along with its link. */
  place(linkPoses: Float64Array, at: number): void {
    compose(linkPoses, at, this.local, 0, this.pose, 0);
  }

  /** The point furthest along (dx, dy, dz), skin aside, into out[0..2]. */
  support(dx: number, dy: number, dz: number, out: Float64Array): void {
    const m = this.pose;
    const lx = m[0] * dx + m[3] * dy + m[6] * dz;
    const ly = m[1] * dx + m[4] * dy + m[7] * dz;
    const lz = m[2] * dx + m[5] * dy + m[8] * dz;
    let px = lx < 0 ? -this.hx : this.hx;
    let py = ly < 0 ? -this.hy : this.hy;
    let pz = lz < 0 ? -this.hz : this.hz;
    if (this.round) {
      const r = Math.hypot(lx, ly);
      px = r > 1e-12 ? (this.hx * lx) / r : 0;
      py = r > 1e-12 ? (this.hx * ly) / r : 0;
    } else if (this.points) {
      const { points } = this;
      let best = -Infinity;
      for (let i = 0; i < points.length; i += 3) {
        const along = lx * points[i] + ly * points[i + 1] + lz * points[i + 2];
        if (along > best) {
          best = along;
          px = points[i];
          py = points[i + 1];
          pz = points[i + 2];
        }
      }
    }
    out[0] = m[9] + m[0] * px + m[1] * py + m[2] * pz;
    out[1] = m[10] + m[3] * px + m[4] * py + m[5] * pz;
    out[2] = m[11] + m[6] * px + m[7] * py + m[8] * pz;
  }

  /** Height of the lowest point, m. */
  lowest(scratch: Float64Array): number {
    this.support(0, 0, -1, scratch);
    return scratch[2] - this.skin;
  }
}

function furthest(points: Float64Array): number {
  let most = 0;
  for (let i = 0; i < points.length; i += 3)
    most = Math.max(most, Math.hypot(points[i], points[i + 1], points[i + 2]));
  return most;
}

const identity = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0);
