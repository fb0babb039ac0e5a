import type { JointPlan } from './joint_plan.js';
import type {
  ControlledJoint,
  ControllerParameters,
  TrajectoryInput,
  TrajectoryPointInput,
  Verdict,
} from './types.js';
import { ErrorCode } from './types.js';

const invalid = (text: string): Verdict => ({ code: ErrorCode.INVALID_GOAL, text });
const invalidJoints = (text: string): Verdict => ({ code: ErrorCode.INVALID_JOINTS, text });

/**
 * Checks the form of a trajectory as joint_trajectory_controller does, and what it lets through: NaN and infinity,
 * duplicate joints, negative times. A stop is never too old. Limits are checked on the plan made from it (overLimit).
 * @param nowS the controller's clock. @returns undefined for a good one.
 */
export function malformed(
  input: TrajectoryInput,
  joints: readonly ControlledJoint[],
  p: ControllerParameters,
  nowS: number,
): Verdict | undefined {
  const names = input.jointNames;
  const known = joints.map((j) => j.name);
  if (names.length === 0) return invalidJoints('joint_names: empty');
  const unknown = names.find((n) => !known.includes(n));
  if (unknown !== undefined)
    return invalidJoints(`joint_names: "${unknown}" is not a joint of this controller (${known.join(', ')})`);
  const twice = names.find((n, i) => names.indexOf(n) !== i);
  if (twice !== undefined) return invalidJoints(`joint_names: "${twice}" occurs more than once`);
  if (!p.allowPartialJointsGoal && names.length !== known.length)
    return invalidJoints(
      `joint_names: ${known.filter((n) => !names.includes(n)).join(', ')} missing and partial goals are not allowed (allow_partial_joints_goal)`,
    );
  const { points } = input;
  if (points.length === 0) return invalid('points: empty');
  if (points.length > p.maxPoints)
    return invalid(`points: ${points.length}, at most ${p.maxPoints} are taken`);
  let previous = -Infinity;
  for (let i = 0; i < points.length; i++) {
    const point = points[i];
    const t = point.timeFromStartS;
    if (!Number.isFinite(t) || t < 0)
      return invalid(`points[${i}].time_from_start: expected >= 0 s, got ${t} s`);
    if (t <= previous)
      return invalid(
        `points[${i}].time_from_start: ${t} s does not come after ${previous} s of points[${i - 1}]`,
      );
    previous = t;
    const wrong = malformedPoint(point, i, names, p);
    if (wrong) return wrong;
  }
  const last = points[points.length - 1];
  if (!p.allowNonzeroVelocityAtTrajectoryEnd)
    for (let k = 0; k < last.velocities.length; k++)
      if (Math.abs(last.velocities[k]) > 1.2e-7)
        return invalid(
          `points[${points.length - 1}].velocities: ${names[k]} ends at ${last.velocities[k]} rad/s, the end velocity must be 0 (allow_nonzero_velocity_at_trajectory_end)`,
        );
  if (!input.stop && input.startS !== undefined && input.startS + last.timeFromStartS < nowS)
    return {
      code: ErrorCode.OLD_HEADER_TIMESTAMP,
      text: `header.stamp: the trajectory ended ${(nowS - input.startS - last.timeFromStartS).toFixed(3)} s ago`,
    };
  return undefined;
}

function malformedPoint(
  point: TrajectoryPointInput,
  i: number,
  names: readonly string[],
  p: ControllerParameters,
): Verdict | undefined {
  if (point.effort.length > 0) return invalid(`points[${i}].effort: this controller takes no effort`);
  const { positions, velocities, accelerations } = point;
  if (positions.length === 0 && !(p.allowIntegrationInGoalTrajectories && velocities.length > 0))
    return invalid(
      `points[${i}].positions: empty${velocities.length ? ' (allow_integration_in_goal_trajectories is false)' : ''}`,
    );
  for (const [field, list] of [
    ['positions', positions],
    ['velocities', velocities],
    ['accelerations', accelerations],
  ] as const) {
    if (list.length === 0) continue;
    if (list.length !== names.length)
      return invalid(`points[${i}].${field}: expected ${names.length} values, got ${list.length}`);
    for (let k = 0; k < list.length; k++)
      if (!Number.isFinite(list[k]))
        return invalid(`points[${i}].${field}: ${names[k]} is ${list[k]}, expected a finite number`);
  }
  return undefined;
}

/** Slack of limit checks: rounding of a trajectory that was scaled to a limit. */
const slack = (limit: number) => limit * 1e-3 + 1e-9;

/**
 * First limit that a plan exceeds, on its way between points too. Corners of position-only (linear) plans have no
 * finite acceleration: the limiter rounds them.
 * @param bridge 1 when the first segment leads from the present command to the trajectory's first point, 0 when the
 * plan starts at that point. @param joining the bridge may be too fast: the limiter lets the joint catch up.
 */
export function overLimit(
  plan: JointPlan,
  joint: ControlledJoint,
  bridge: number,
  joining = false,
): Verdict | undefined {
  const start = plan.knots[0].timeS;
  for (const { segment, timeS, state } of plan.extremes()) {
    const where = `${joint.name} at ${(timeS - start).toFixed(3)} s (${segment < bridge ? 'on the way to its first point' : `after point ${segment - bridge}`})`;
    const { position, velocity, acceleration } = state;
    // A joint that already is outside may come back in.
    const lowest = Math.min(joint.lowerRad, plan.knots[0].position);
    const highest = Math.max(joint.upperRad, plan.knots[0].position);
    if (position < lowest - 1e-6 || position > highest + 1e-6)
      return invalid(
        `position limit: ${where}: ${position.toFixed(4)} rad is outside ${joint.lowerRad} .. ${joint.upperRad} rad`,
      );
    if (joining && segment < bridge) continue;
    if (Math.abs(velocity) > joint.velocityRadPerS + slack(joint.velocityRadPerS))
      return {
        ...invalid(
          `velocity limit: ${where}: ${Math.abs(velocity).toFixed(4)} rad/s exceeds ${joint.velocityRadPerS} rad/s`,
        ),
        tooFast: Math.abs(velocity) / joint.velocityRadPerS,
      };
    if (Math.abs(acceleration) > joint.accelerationRadPerS2 + slack(joint.accelerationRadPerS2))
      return {
        ...invalid(
          `acceleration limit: ${where}: ${Math.abs(acceleration).toFixed(4)} rad/s^2 exceeds ${joint.accelerationRadPerS2} rad/s^2`,
        ),
        tooFast: Math.sqrt(Math.abs(acceleration) / joint.accelerationRadPerS2),
      };
  }
  return undefined;
}
