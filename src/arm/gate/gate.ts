import type { LimitsConfig } from '../limits/config.js';
import { jointLimits, type JointLimits } from '../limits/joint_limits.js';
import { toUrdf, type Profile } from '../kinematics/profile.js';
import { preview, type Rollout } from '../preview/preview.js';
import type { TrialTarget } from '../../trial/trial_target.js';
import { integrateVelocities, smoothVelocities } from '../trajectory/integrate.js';
import { type BindingLimit, bindingLimit } from '../trajectory/binding.js';
import { approachMove } from '../trajectory/moves.js';
import { retime } from '../trajectory/retime.js';
import { UniformSpline } from '../trajectory/spline.js';
import type { Trajectory } from '../trajectory/trajectory.js';
import type { RobotModel } from '../urdf/model.js';
import { MotionCheck } from './motion_check.js';
import { Findings, type Reason } from './reasons.js';

export interface GateOptions {
  /** Slow the motion down where a speed limit asks for it (true); false: refuse it then. */
  allowTimeScaling?: boolean;
  /** Slowest that a motion may become, as a multiple of its own duration (100). */
  maxTimeScale?: number;
  /** Mean TCP error up to which a learned motion is let onto the arm, m (0.1). */
  maxTcpErrorMeanM?: number;
  /** The same as a part of the motion's extent, the diagonal of the box around the target's path (0.3). */
  maxTcpErrorOfExtent?: number;
  /** Mean error of the tool's orientation up to which it is let through, rad (0.3). */
  maxOrientationErrorMeanRad?: number;
  /** Angles of the joints that are not learned, rad, robot description's senses (default: the profile's held angles). */
  heldUrdf?: ArrayLike<number>;
  /** Steps of the window that takes the ripple of single spikes out (19); 1: none. */
  smoothingSteps?: number;
}

/** The gate's answer about one motion. */
export interface Judgement {
  accepted: boolean;
  /** Empty where accepted. */
  reasons: Reason[];
  /** The recall as it is, scored against the target. */
  preview: Rollout;
  /** Performed duration over the target's own. */
  timeScale: number;
  /** Where it is performed slower than taught: the joint limit that asks for it. */
  slowedBy: BindingLimit | null;
  /** What may be sent to the arm: robot description's joint senses, at rest at both ends. Null where refused. */
  trajectory: Trajectory | null;
  /** When each of the trial's steps is reached, s after the start (for comparing what was executed). */
  stepTimesS: Float64Array;
}

/** Stands between what was learned and the arm: rolls it out, scores it, checks it, slows it down where it must. */
export class Gate {
  readonly limits: readonly JointLimits[];
  private readonly check: MotionCheck;

  /** @throws InputError where limits and robot description do not fit the profile. */
  constructor(
    model: RobotModel,
    private readonly profile: Profile,
    config: LimitsConfig,
    tcpLink = 'end_effector',
  ) {
    this.limits = jointLimits(model, profile.joints, config);
    this.check = new MotionCheck(model, this.limits, config, tcpLink);
  }

  /** Judges trial velocities (steps x learned joints, rad/s, profile's senses): a recall, or the target's own velocities. */
  judge(target: TrialTarget, velocities: ArrayLike<number>, options: GateOptions = {}): Judgement {
    const { allowTimeScaling = true, maxTimeScale = 100 } = options;
    const rollout = preview(target, velocities, this.profile);
    const findings = new Findings();
    const n = this.profile.learned;
    const bad = Array.from(velocities).findIndex((v) => !Number.isFinite(v));
    if (bad >= 0) {
      const timeS = (target.durationS * Math.floor(bad / n)) / target.steps;
      findings.add('not-finite', this.profile.joints[bad % n], timeS, velocities[bad], 0);
      return refused(findings.list(), rollout);
    }
    const maxErrorM = scoreLimitM(target, options);
    if (!(rollout.tcpErrorMeanM <= maxErrorM))
      findings.add('score', 'tool-centre-point', target.durationS, rollout.tcpErrorMeanM, maxErrorM);
    const { maxOrientationErrorMeanRad: maxTurn = 0.3 } = options;
    if (!(rollout.orientationErrorMeanRad <= maxTurn))
      findings.add('orientation', 'tool', target.durationS, rollout.orientationErrorMeanRad, maxTurn);
    const knots = this.knots(target, velocities, options);
    this.checkPositions(knots, target, findings);
    if (!allowTimeScaling) this.checkOwnSpeed(knots, target, findings);
    if (findings.list().length > 0) return refused(findings.list(), rollout);

    const { trajectory, knotTimesS } = retime(knots, target.durationS, this.limits);
    const timeScale = trajectory.durationS / target.durationS;
    if (timeScale > maxTimeScale)
      findings.add('time-scale', 'motion', trajectory.durationS, timeScale, maxTimeScale);
    const reasons = [...findings.list(), ...this.check.check(trajectory)];
    if (reasons.length > 0) return { ...refused(reasons, rollout), timeScale, stepTimesS: knotTimesS };
    const slowedBy = timeScale > 1.01 ? bindingLimit(trajectory, this.limits) : null;
    return {
      accepted: true,
      reasons,
      preview: rollout,
      timeScale,
      slowedBy,
      trajectory,
      stepTimesS: knotTimesS,
    };
  }

  /** A limited move from where the arm is to where a motion starts (both robot description's senses), checked as motions are. */
  approach(
    from: ArrayLike<number>,
    to: ArrayLike<number>,
    speed = 0.5,
  ): { reasons: Reason[]; trajectory: Trajectory | null } {
    const findings = new Findings();
    this.limits.forEach(({ name, lower, upper }, j) => {
      if (!Number.isFinite(from[j])) findings.add('not-finite', name, 0, from[j], 0);
      if (!(to[j] >= lower && to[j] <= upper))
        findings.add('position-limit', name, 0, to[j], to[j] < lower ? lower : upper);
    });
    if (findings.list().length > 0) return { reasons: findings.list(), trajectory: null };
    const trajectory = approachMove(from, to, this.limits, speed);
    const reasons = this.check.check(trajectory, true);
    return { reasons, trajectory: reasons.length > 0 ? null : trajectory };
  }

  /** What is wrong with a motion of the whole arm (robot description's senses): limits, workspace, floor, itself. */
  checkMotion(trajectory: Trajectory): Reason[] {
    return this.check.check(trajectory);
  }

  /** The motion's path: start and trial steps, all joints, robot description's senses, ripple taken out, ends kept. */
  private knots(target: TrialTarget, velocities: ArrayLike<number>, options: GateOptions): Float64Array {
    const { profile } = this;
    const [n, all] = [profile.learned, profile.joints.length];
    const raw = integrateVelocities(velocities, n, target.stepS, target.startAngles);
    const width = options.smoothingSteps ?? 19;
    const smooth =
      width <= 1
        ? raw
        : integrateVelocities(
            smoothVelocities(velocities, n, width),
            n,
            target.stepS,
            target.startAngles,
            raw.subarray(target.steps * n),
          );
    const knots = new Float64Array((target.steps + 1) * all);
    for (let k = 0; k <= target.steps; k++) {
      toUrdf(profile, smooth, k * n, 'angles', knots, k * all);
      if (options.heldUrdf) for (let j = n; j < all; j++) knots[k * all + j] = options.heldUrdf[j - n];
    }
    return knots;
  }

  private checkPositions(knots: Float64Array, target: TrialTarget, findings: Findings): void {
    const all = this.limits.length;
    for (let k = 0; k <= target.steps; k++)
      this.limits.forEach(({ name, lower, upper }, j) => {
        const q = knots[k * all + j];
        if (q < lower || q > upper)
          findings.add(
            'position-limit',
            name,
            (target.durationS * k) / target.steps,
            q,
            q < lower ? lower : upper,
          );
      });
  }

  /** Speeds and accelerations in the target's own timing. */
  private checkOwnSpeed(knots: Float64Array, target: TrialTarget, findings: Findings): void {
    const all = this.limits.length;
    const spline = new UniformSpline(knots, all);
    const [q, d1, d2] = [new Float64Array(all), new Float64Array(all), new Float64Array(all)];
    const D = target.durationS;
    for (let k = 0; k <= 2 * target.steps; k++) {
      const s = k / (2 * target.steps);
      spline.sample(s, q, d1, d2);
      this.limits.forEach(({ name, velocity, acceleration }, j) => {
        const [v, a] = [d1[j] / D, d2[j] / D ** 2];
        if (Math.abs(v) > velocity) findings.add('velocity-limit', name, s * D, v, Math.sign(v) * velocity);
        if (Math.abs(a) > acceleration)
          findings.add('acceleration-limit', name, s * D, a, Math.sign(a) * acceleration);
      });
    }
  }
}

/** Errors up to this say nothing, however small the motion, m. */
const NEGLIGIBLE_M = 0.002;

/** The mean TCP error that a recall may have, m. */
export function scoreLimitM(
  { positions }: Pick<TrialTarget, 'positions'>,
  { maxTcpErrorMeanM = 0.1, maxTcpErrorOfExtent = 0.3 }: GateOptions = {},
): number {
  const [min, max] = [
    [Infinity, Infinity, Infinity],
    [-Infinity, -Infinity, -Infinity],
  ];
  positions.forEach((x, k) => {
    min[k % 3] = Math.min(min[k % 3], x);
    max[k % 3] = Math.max(max[k % 3], x);
  });
  const extentM = Math.hypot(...max.map((x, i) => x - min[i]));
  return Math.min(maxTcpErrorMeanM, Math.max(NEGLIGIBLE_M, maxTcpErrorOfExtent * extentM));
}

function refused(reasons: Reason[], rollout: Rollout): Judgement {
  return {
    accepted: false,
    reasons,
    preview: rollout,
    timeScale: 1,
    slowedBy: null,
    trajectory: null,
    stepTimesS: new Float64Array(0),
  };
}
