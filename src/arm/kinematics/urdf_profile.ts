import { reject } from '../../input_error.js';
import { movingJoints, type RobotModel } from '../urdf/model.js';
import { LinkPoses } from '../urdf/poses.js';
import type { Profile } from './profile.js';
import type { Numbers, WritableNumbers } from './surface.js';

/** What a robot description leaves open. */
export interface UrdfProfileOptions {
  /** Joints the network controls, base first. */
  learned: readonly string[];
  /** The link whose origin is the tool-centre-point. */
  tcpLink: string;
  /** Other joints that belong to the arm, and where they hold still (rad, default 0); default: the rest of the chain to tcpLink. */
  held?: readonly { joint: string; angle: number }[];
  /** Angles a trial starts from, rad (default: 0, or the middle of the range where 0 lies outside). */
  startAngles?: readonly number[];
}

/**
 * Kinematic profile of any arm, from its robot description, in the description's own joint senses. Inverse kinematics is
 * numeric (Levenberg-Marquardt from the angles nearby), so paths should start near the start angles.
 * @throws InputError: unknown, fixed or repeated joints, learned joints that do not move the TCP, unknown TCP link.
 */
export function urdfProfile(model: RobotModel, options: UrdfProfileOptions): Profile {
  const { learned, tcpLink } = options;
  if (!model.links.has(tcpLink)) reject('unknown-link', 'tcp_link', `a link of robot ${model.name}`, tcpLink);
  const chain = chainTo(model, tcpLink);
  const moving = movingJoints(model);
  const held =
    options.held ?? chain.filter((name) => !learned.includes(name)).map((joint) => ({ joint, angle: 0 }));
  const joints = [...learned, ...held.map((h) => h.joint)];
  joints.forEach((name, i) => {
    const field = i < learned.length ? `learned_joints[${i}]` : `held_joints[${i - learned.length}]`;
    if (!moving.some((j) => j.name === name))
      reject('unknown-joint', field, `a moving joint of robot ${model.name}`, name);
    if (joints.indexOf(name) !== i) reject('duplicate-joint', field, 'each joint once', name);
    if (i < learned.length && !chain.includes(name))
      reject(
        'not-in-chain',
        field,
        `a joint between ${model.root} and ${tcpLink} (${chain.join(', ')})`,
        name,
      );
  });
  if (learned.length === 0) reject('empty', 'learned_joints', 'at least one joint', 'none');
  const limits = learned.map((name) => {
    const { lower, upper } = moving.find((j) => j.name === name)!.limit!;
    return { lower: Math.max(lower, -2 * Math.PI), upper: Math.min(upper, 2 * Math.PI) };
  });
  const startAngles =
    options.startAngles ??
    limits.map(({ lower, upper }) => (lower <= 0 && upper >= 0 ? 0 : (lower + upper) / 2));
  startAngles.forEach((q, j) => {
    if (!(q >= limits[j].lower && q <= limits[j].upper))
      reject(
        'beyond-limit',
        `start_angles[${j}]`,
        `an angle from ${limits[j].lower} to ${limits[j].upper} rad`,
        q,
      );
  });
  const tip = new Tip(
    model,
    joints,
    learned.length,
    held.map((h) => h.angle),
    tcpLink,
  );
  return {
    name: model.name,
    joints,
    learned: learned.length,
    startAngles,
    heldAngles: held.map((h) => h.angle),
    limits,
    urdfSign: joints.map(() => 1),
    forward: (q, at, out, outAt) => tip.forward(q, at, out, outAt),
    jacobian: (q, at, out, outAt) => tip.jacobian(q, at, out, outAt),
    inverse: (p, at, near, nearAt, out, outAt) => tip.inverse(p, at, near, nearAt, out, outAt),
  };
}

/** Moving joints from the root to a link, root first. */
function chainTo(model: RobotModel, link: string): string[] {
  const joint = model.joints.find((j) => j.child === link);
  if (!joint) return [];
  const above = chainTo(model, joint.parent);
  return joint.type === 'fixed' ? above : [...above, joint.mimic?.joint ?? joint.name];
}

/** Position of the TCP over the learned angles; owns its buffers. */
class Tip {
  private readonly poses: LinkPoses;
  private readonly values: Float64Array;
  private readonly tip: number;
  /** Offsets of the learned joints' child links, whose frames carry the joints' axes. */
  private readonly children: { at: number; axis: readonly number[]; prismatic: boolean }[];
  private readonly point = new Float64Array(3);
  private readonly j: Float64Array;
  private readonly q: Float64Array;
  private readonly trial: Float64Array;
  private readonly normal: Float64Array;

  constructor(
    model: RobotModel,
    joints: readonly string[],
    private readonly n: number,
    held: readonly number[],
    tcpLink: string,
  ) {
    this.poses = new LinkPoses(model, joints);
    this.values = Float64Array.from([...new Array<number>(n).fill(0), ...held]);
    this.tip = this.poses.offsetOf(tcpLink);
    this.children = joints.slice(0, n).map((name) => {
      const joint = model.joints.find((j) => j.name === name)!;
      return {
        at: this.poses.offsetOf(joint.child),
        axis: joint.axis,
        prismatic: joint.type === 'prismatic',
      };
    });
    this.j = new Float64Array(3 * n);
    [this.q, this.trial] = [new Float64Array(n), new Float64Array(n)];
    this.normal = new Float64Array(n * (n + 1));
  }

  forward(q: Numbers, at: number, out: WritableNumbers, outAt: number): void {
    for (let j = 0; j < this.n; j++) this.values[j] = q[at + j];
    this.poses.update(this.values);
    for (let i = 0; i < 3; i++) out[outAt + i] = this.poses.poses[this.tip + 9 + i];
  }

  jacobian(q: Numbers, at: number, out: WritableNumbers, outAt: number): void {
    this.forward(q, at, this.point, 0);
    const { poses } = this.poses;
    this.children.forEach(({ at: c, axis, prismatic }, j) => {
      const [x, y, z] = [0, 1, 2].map(
        (r) => poses[c + 3 * r] * axis[0] + poses[c + 3 * r + 1] * axis[1] + poses[c + 3 * r + 2] * axis[2],
      );
      const [dx, dy, dz] = [0, 1, 2].map((r) => this.point[r] - poses[c + 9 + r]);
      out[outAt + j] = prismatic ? x : y * dz - z * dy;
      out[outAt + this.n + j] = prismatic ? y : z * dx - x * dz;
      out[outAt + 2 * this.n + j] = prismatic ? z : x * dy - y * dx;
    });
  }

  inverse(
    p: Numbers,
    at: number,
    near: Numbers,
    nearAt: number,
    out: WritableNumbers,
    outAt: number,
  ): number {
    const { n, q, trial } = this;
    for (let j = 0; j < n; j++) q[j] = near[nearAt + j];
    let error = this.residual(q, p, at);
    let damping = 1e-3;
    for (let k = 0; k < 60 && error > 1e-12; k++) {
      this.jacobian(q, 0, this.j, 0);
      this.step(p, at, damping);
      const next = this.residual(trial, p, at);
      if (next < error) {
        const gain = error - next;
        q.set(trial);
        error = next;
        damping = Math.max(1e-12, damping / 5);
        if (gain < 1e-13) break;
      } else if ((damping *= 4) > 1e6) break;
    }
    for (let j = 0; j < n; j++) out[outAt + j] = q[j];
    return error;
  }

  private residual(q: Numbers, p: Numbers, at: number): number {
    this.forward(q, 0, this.point, 0);
    return Math.hypot(this.point[0] - p[at], this.point[1] - p[at + 1], this.point[2] - p[at + 2]);
  }

  /** trial = q + (J'J + damping I)^-1 J' (p - point), by elimination; this.point belongs to q. */
  private step(p: Numbers, at: number, damping: number): void {
    const { n, j: jac, normal: m } = this;
    for (let a = 0; a < n; a++) {
      for (let b = 0; b < n; b++)
        m[a * (n + 1) + b] =
          jac[a] * jac[b] +
          jac[n + a] * jac[n + b] +
          jac[2 * n + a] * jac[2 * n + b] +
          (a === b ? damping : 0);
      m[a * (n + 1) + n] = [0, 1, 2].reduce((s, i) => s + jac[i * n + a] * (p[at + i] - this.point[i]), 0);
    }
    for (let a = 0; a < n; a++)
      for (let r = a + 1; r < n; r++) {
        const f = m[r * (n + 1) + a] / m[a * (n + 1) + a];
        for (let c = a; c <= n; c++) m[r * (n + 1) + c] -= f * m[a * (n + 1) + c];
      }
    for (let a = n - 1; a >= 0; a--) {
      let x = m[a * (n + 1) + n];
      for (let c = a + 1; c < n; c++) x -= m[a * (n + 1) + c] * (this.trial[c] - this.q[c]);
      this.trial[a] = this.q[a] + x / m[a * (n + 1) + a];
    }
  }
}
