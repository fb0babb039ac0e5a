/** Targets out of messages, checked; InputError names the field of the message. */
import type { Profile } from '../../arm/kinematics/profile.js';
import { checkDuration, poseTarget } from '../../arm/target/parse.js';
import { maxSamples, type JointTarget, type Target, type ToolTarget } from '../../arm/target/target.js';
import { targetFromWaypoints } from '../../arm/target/waypoints.js';
import { reject } from '../../input_error.js';
import { type JointTrajectory, type Path, type TeachGoal, toSeconds } from '../../ros/index.js';

/** The target of a trajectory_msgs/JointTrajectory. */
export function trajectoryTarget(message: JointTrajectory, profile: Profile): JointTarget {
  const { points } = message;
  if (points.length > maxSamples)
    reject('too-long', 'points', `at most ${maxSamples} points`, `${points.length}`);
  return targetFromWaypoints(
    {
      joints: message.joint_names,
      timesS: points.map((p) => toSeconds(p.time_from_start)),
      positions: points.map((p) => p.positions),
      velocities: points.map((p) => p.velocities),
    },
    profile,
  );
}

/** The target of a goal: its trajectory or its path, whichever is given. @param readPath reads a path of poses dtS apart. */
export function goalTarget(
  goal: TeachGoal,
  profile: Profile,
  readPath: (path: Path, dtS: number) => ToolTarget,
): Target {
  const [joints, poses] = [goal.trajectory.points.length, goal.path.poses.length];
  if (joints > 0 && poses > 0) throw new Error('goal: expected a trajectory or a path, got both');
  if (joints === 0 && poses === 0)
    throw new Error('goal: expected a trajectory or a path, got neither (empty)');
  return poses > 0 ? readPath(goal.path, goal.path_dt) : trajectoryTarget(goal.trajectory, profile);
}

/** Whether the orientations of a path count: auto counts them where one says something (is neither 0 nor the identity). */
export const pathOrientations = ['auto', 'use', 'ignore'] as const;
export type PathOrientation = (typeof pathOrientations)[number];

/** The target of a nav_msgs/Path in `frame`; poses without stamps are pathDtS apart. */
export function pathTarget(
  message: Path,
  pathDtS: number,
  frame: string,
  orientation: PathOrientation = 'auto',
): ToolTarget {
  const { poses } = message;
  const count = poses.length;
  if (count < 2) reject('too-short', 'path.poses', 'at least 2 poses', `${count}`);
  if (count > maxSamples) reject('too-long', 'path.poses', `at most ${maxSamples} poses`, `${count}`);
  const given = message.header.frame_id;
  if (given !== '' && given !== frame)
    reject('wrong-frame', 'path.header.frame_id', `"${frame}" or nothing`, given);
  const stamps = poses.map((p) => toSeconds(p.header.stamp));
  const stamped = stamps.some((s) => s !== stamps[0]);
  if (!stamped && !(pathDtS > 0 && Number.isFinite(pathDtS)))
    reject('not-positive', 'path_dt', 'a number of seconds above 0', pathDtS);
  const timesS = new Float64Array(count);
  const rows = new Float64Array(7 * count);
  for (let i = 0; i < count; i++) {
    timesS[i] = stamped ? stamps[i] - stamps[0] : i * pathDtS;
    if (i > 0 && !(timesS[i] > timesS[i - 1]))
      reject('not-increasing', `path.poses[${i}].header.stamp`, 'times that grow', timesS[i]);
    const { x, y, z } = poses[i].pose.position;
    for (const [k, axis] of (['x', 'y', 'z'] as const).entries()) {
      const value = [x, y, z][k];
      if (!Number.isFinite(value))
        reject('not-finite', `path.poses[${i}].pose.position.${axis}`, 'a finite number', value);
      rows[7 * i + k] = value;
    }
    const q = poses[i].pose.orientation;
    rows.set([q.x, q.y, q.z, q.w], 7 * i + 3);
  }
  checkDuration(timesS[count - 1]);
  const says = poses.some(({ pose: { orientation: q } }) => q.x !== 0 || q.y !== 0 || q.z !== 0);
  if (orientation === 'use' || (orientation === 'auto' && says))
    return poseTarget(timesS, rows, (i) => `path.poses[${i}].pose.orientation`);
  return {
    kind: 'path',
    timesS,
    points: Float64Array.from({ length: 3 * count }, (_, k) => rows[7 * Math.floor(k / 3) + (k % 3)]),
  };
}
