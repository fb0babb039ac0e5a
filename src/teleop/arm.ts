import type { Profile } from '../arm/kinematics/profile.js';
import type { JointLimits } from '../arm/limits/joint_limits.js';
import type { RobotModel } from '../arm/urdf/model.js';
import { LinkPoses } from '../arm/urdf/poses.js';
import { reject } from '../input_error.js';

/** The kinematics of an arm that is driven: in the robot description's joint senses, over the commanded joints. */
export class TeleopArm {
  readonly joints: readonly string[];
  /** 6 where the tool can be turned as well as moved, else 3. */
  readonly rows: number;
  /** Commanded joint of each column of the Jacobian. */
  readonly columns: Int32Array;
  /** Of the last `update`: rows x columns. */
  readonly jacobian: Float64Array;
  private readonly angles: Float64Array;
  private readonly pose = new Float64Array(12);
  private readonly links: LinkPoses;
  private readonly base: number;

  /**
   * @param limits of the commanded joints, in their order. @param baseFrame name of the frame that the profile's positions are in.
   * @param baseLink its link. @param tcpLink the tool. @throws InputError where a joint that moves the tool is not commanded.
   */
  constructor(
    private readonly profile: Profile,
    model: RobotModel,
    readonly limits: readonly JointLimits[],
    private readonly frames: { baseFrame: string; baseLink: string; tcpLink: string },
  ) {
    this.joints = limits.map((l) => l.name);
    const n = profile.learned;
    this.rows = profile.poseJacobian && n >= 6 ? 6 : 3;
    this.columns = Int32Array.from(profile.joints.slice(0, n), (name) => {
      const j = this.joints.indexOf(name);
      return j < 0
        ? reject('missing-joint', 'command_joints', `${name} among them`, this.joints.join(', '))
        : j;
    });
    this.jacobian = new Float64Array(6 * n);
    this.angles = new Float64Array(n);
    this.links = new LinkPoses(model, this.joints);
    this.base = this.links.offsetOf(frames.baseLink);
  }

  /** Jacobian at these positions of the commanded joints. */
  update(position: Float64Array): void {
    const { profile, rows, columns, angles, jacobian } = this;
    const n = columns.length;
    for (let k = 0; k < n; k++) angles[k] = profile.urdfSign[k] * position[columns[k]];
    if (rows === 6) profile.poseJacobian!(angles, 0, jacobian, 0);
    else profile.jacobian(angles, 0, jacobian, 0);
    for (let i = 0; i < rows; i++) for (let k = 0; k < n; k++) jacobian[i * n + k] *= profile.urdfSign[k];
  }

  /** Whether a twist can be given in this frame. */
  knows(frame: string): boolean {
    return frame === this.frames.baseFrame || this.links.links.includes(frame);
  }

  /** A twist along the axes of `frame` as one along those of the base, at these positions. */
  toBase(twist: Float64Array, frame: string, position: Float64Array, out: Float64Array): void {
    const { baseFrame, baseLink, tcpLink } = this.frames;
    if (frame === baseFrame || frame === baseLink) {
      out.set(twist);
      return;
    }
    const { profile, columns, angles, pose, links, base } = this;
    if (frame === tcpLink) {
      for (let k = 0; k < columns.length; k++) angles[k] = profile.urdfSign[k] * position[columns[k]];
      profile.pose(angles, 0, pose, 0);
    } else {
      links.update(position);
      const at = links.offsetOf(frame);
      const p = links.poses;
      for (let r = 0; r < 3; r++)
        for (let c = 0; c < 3; c++)
          pose[3 * r + c] =
            p[base + r] * p[at + c] + p[base + 3 + r] * p[at + 3 + c] + p[base + 6 + r] * p[at + 6 + c];
    }
    for (let i = 0; i < 6; i += 3)
      for (let r = 0; r < 3; r++)
        out[i + r] = pose[3 * r] * twist[i] + pose[3 * r + 1] * twist[i + 1] + pose[3 * r + 2] * twist[i + 2];
  }
}
