import type { RobotModel } from '../urdf/model.js';
import { LinkPoses } from '../urdf/poses.js';
import type { Numbers, WritableNumbers } from './surface.js';

/** Pose and Jacobian of a robot description's tool link over its learned joints; owns its buffers, allocates nothing in use. */
export class Chain {
  /** Pose of the last forward: rotation row major (9), position (3). */
  readonly pose = new Float64Array(12);
  private readonly poses: LinkPoses;
  private readonly values: Float64Array;
  private readonly held: readonly number[];
  private readonly tip: number;
  /** Where the base frame of the results lies in `poses`; -1: the root. */
  private readonly base: number;
  /** Joints on the way to the tool that learned ones move: themselves, and those that mimic them. */
  private readonly movers: {
    column: number;
    at: number;
    axis: readonly number[];
    prismatic: boolean;
    multiplier: number;
  }[];

  /** @param joints learned ones first, then those held at `held` (rad). @param baseLink frame of the results (default: the root). */
  constructor(
    model: RobotModel,
    joints: readonly string[],
    readonly n: number,
    held: readonly number[],
    tcpLink: string,
    baseLink?: string,
  ) {
    this.poses = new LinkPoses(model, joints);
    this.values = Float64Array.from([...new Array<number>(n).fill(0), ...held]);
    this.held = held;
    this.tip = this.poses.offsetOf(tcpLink);
    this.base = baseLink && baseLink !== model.root ? this.poses.offsetOf(baseLink) : -1;
    const way = above(model, tcpLink);
    this.movers = model.joints.flatMap((joint) => {
      const column = joints.indexOf(joint.mimic?.joint ?? joint.name);
      if (joint.type === 'fixed' || column < 0 || column >= n || !way.has(joint.name)) return [];
      const prismatic = joint.type === 'prismatic';
      return [
        {
          column,
          at: this.poses.offsetOf(joint.child),
          axis: joint.axis,
          prismatic,
          multiplier: joint.mimic?.multiplier ?? 1,
        },
      ];
    });
  }

  /** Tool pose at learned angles q[at..] (rad), into this.pose. */
  forward(q: Numbers, at: number): void {
    for (let j = 0; j < this.n; j++) this.values[j] = q[at + j];
    this.reach();
  }

  /** Tool pose at angles of all joints, held ones too, q[at..] (rad), into this.pose. */
  forwardAll(q: Numbers, at: number): void {
    const { values, held, n } = this;
    for (let j = 0; j < values.length; j++) values[j] = q[at + j];
    this.reach();
    for (let j = 0; j < held.length; j++) values[n + j] = held[j];
  }

  private reach(): void {
    this.poses.update(this.values);
    const { poses } = this.poses;
    const { tip, base, pose } = this;
    if (base < 0) {
      for (let i = 0; i < 12; i++) pose[i] = poses[tip + i];
      return;
    }
    for (let r = 0; r < 3; r++) {
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (let k = 0; k < 3; k++) sum += poses[base + 3 * k + r] * poses[tip + 3 * k + c];
        pose[3 * r + c] = sum;
      }
      let sum = 0;
      for (let k = 0; k < 3; k++) sum += poses[base + 3 * k + r] * (poses[tip + 9 + k] - poses[base + 9 + k]);
      pose[9 + r] = sum;
    }
  }

  /** d (position, rotation vector) / d angles at q[at..]: 6 x n row major, m/rad and 1; base frame. */
  jacobian(q: Numbers, at: number, out: WritableNumbers, outAt = 0): void {
    this.forward(q, at);
    const { poses } = this.poses;
    const { n, tip, base } = this;
    for (let i = 0; i < 6 * n; i++) out[outAt + i] = 0;
    for (const { column: j, at: c, axis, prismatic, multiplier } of this.movers) {
      const a0 = multiplier * (poses[c] * axis[0] + poses[c + 1] * axis[1] + poses[c + 2] * axis[2]);
      const a1 = multiplier * (poses[c + 3] * axis[0] + poses[c + 4] * axis[1] + poses[c + 5] * axis[2]);
      const a2 = multiplier * (poses[c + 6] * axis[0] + poses[c + 7] * axis[1] + poses[c + 8] * axis[2]);
      const d0 = poses[tip + 9] - poses[c + 9];
      const d1 = poses[tip + 10] - poses[c + 10];
      const d2 = poses[tip + 11] - poses[c + 11];
      const column = [
        prismatic ? a0 : a1 * d2 - a2 * d1,
        prismatic ? a1 : a2 * d0 - a0 * d2,
        prismatic ? a2 : a0 * d1 - a1 * d0,
        prismatic ? 0 : a0,
        prismatic ? 0 : a1,
        prismatic ? 0 : a2,
      ];
      for (let half = 0; half < 6; half += 3)
        for (let r = 0; r < 3; r++)
          out[outAt + (half + r) * n + j] +=
            base < 0
              ? column[half + r]
              : poses[base + r] * column[half] +
                poses[base + 3 + r] * column[half + 1] +
                poses[base + 6 + r] * column[half + 2];
    }
  }
}

/** Joints between the root and a link. */
function above(model: RobotModel, link: string): Set<string> {
  const joint = model.joints.find((j) => j.child === link);
  return joint ? above(model, joint.parent).add(joint.name) : new Set();
}
