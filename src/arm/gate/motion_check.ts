import { CollisionBodies } from '../collision/self_collision.js';
import type { LimitsConfig } from '../limits/config.js';
import type { JointLimits } from '../limits/joint_limits.js';
import { eachPeak, scan } from '../trajectory/peaks.js';
import type { Trajectory } from '../trajectory/trajectory.js';
import type { RobotModel } from '../urdf/model.js';
import { LinkPoses } from '../urdf/poses.js';
import { Findings, type Reason } from './reasons.js';

/** Furthest a joint may move between two checks of the whole body, rad. */
const bodyStepRad = 0.02;
/** Slack for rounding, relative. */
const slack = 1e-6;
const dynamics = [
  ['velocity-limit', 'velocity'],
  ['acceleration-limit', 'acceleration'],
  ['jerk-limit', 'jerk'],
] as const;

/** Checks motions of the whole arm against limits, workspace, floor and itself. Allocates its buffers once. */
export class MotionCheck {
  private readonly poses: LinkPoses;
  /** Null where neither floor nor self-collision is asked for: then collision shapes may be anything. */
  private readonly bodies: CollisionBodies | null;
  private readonly tcp: number;

  /** @throws InputError: limits or the TCP's link that the model lacks, meshes that were not read as collision shapes. */
  constructor(
    model: RobotModel,
    private readonly limits: readonly JointLimits[],
    private readonly config: Pick<LimitsConfig, 'workspace' | 'selfCollision'>,
    tcpLink: string,
  ) {
    this.poses = new LinkPoses(
      model,
      limits.map((l) => l.name),
    );
    this.tcp = this.poses.offsetOf(tcpLink);
    this.bodies =
      config.selfCollision || (config.workspace?.floor ?? null) !== null
        ? new CollisionBodies(this.poses, config.selfCollision?.ignore)
        : null;
  }

  /** Everything wrong with a motion (its joints: those of the limits). `fromOutside`: what is out of range may come back in. */
  check(trajectory: Trajectory, fromOutside = false): Reason[] {
    const findings = new Findings();
    const n = this.limits.length;
    const checked = new Float64Array(n).fill(Infinity);
    const range = this.limits.map(({ lower, upper }, j) => {
      const start = trajectory.positions[j];
      return fromOutside ? [Math.min(lower, start), Math.max(upper, start)] : [lower, upper];
    });
    eachPeak(trajectory, (order, j, timeS, value) => {
      if (order === 0) return; // positions are scanned with the body below
      const limit = this.limits[j];
      const [code, bound] = dynamics[order - 1];
      if (Math.abs(value) > limit[bound] * (1 + slack))
        findings.add(code, limit.name, timeS, value, Math.sign(value) * limit[bound]);
    });
    scan(trajectory, 0.005, (timeS, p) => {
      let moved = 0;
      for (let j = 0; j < n; j++) {
        const limit = this.limits[j];
        const [lower, upper] = range[j];
        if (!Number.isFinite(p[j])) findings.add('not-finite', limit.name, timeS, p[j], 0);
        if (p[j] < lower - 1e-9) findings.add('position-limit', limit.name, timeS, p[j], lower);
        if (p[j] > upper + 1e-9) findings.add('position-limit', limit.name, timeS, p[j], upper);
        moved = Math.max(moved, Math.abs(p[j] - checked[j]));
      }
      if (moved < bodyStepRad && timeS < trajectory.durationS) return;
      checked.set(p);
      this.checkBody(p, timeS, findings);
    });
    return findings.list();
  }

  /** Workspace, floor and self-collision of one posture. */
  checkBody(angles: ArrayLike<number>, timeS: number, findings: Findings): void {
    const { workspace, selfCollision } = this.config;
    this.poses.update(angles);
    if (workspace) {
      for (let i = 0; i < 3; i++) {
        const x = this.poses.poses[this.tcp + 9 + i];
        const name = `tool-centre-point ${'xyz'[i]}`;
        if (x < workspace.min[i]) findings.add('workspace', name, timeS, x, workspace.min[i]);
        if (x > workspace.max[i]) findings.add('workspace', name, timeS, x, workspace.max[i]);
      }
    }
    if (!this.bodies) return;
    this.bodies.update();
    const floor = workspace?.floor ?? null;
    const { link, height } = floor === null ? { link: '', height: 0 } : this.bodies.lowest();
    if (floor !== null && height < floor) findings.add('floor', link, timeS, height, floor);
    const contact = selfCollision && this.bodies.contact(selfCollision.clearance);
    if (contact)
      findings.add(
        'self-collision',
        contact.links.join(' and '),
        timeS,
        contact.distance,
        selfCollision.clearance,
      );
  }
}
