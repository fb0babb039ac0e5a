import { reject } from '../../input_error.js';
import type { Profile } from '../kinematics/profile.js';
import { checkDuration } from './parse.js';
import { maxSamples, type JointTarget } from './target.js';

/** What a trajectory_msgs/JointTrajectory holds, plainly: times from its start, rows a point, the robot description's joint senses. */
export interface Waypoints {
  joints: readonly string[];
  /** s, strictly increasing, >= 0 */
  timesS: readonly number[];
  /** points x joints, rad; empty rows where only velocities are given */
  positions: readonly ArrayLike<number>[];
  /** points x joints, rad/s; empty or absent where only positions are given */
  velocities?: readonly ArrayLike<number>[];
}

/**
 * The target that waypoints describe. With positions: starts at the first of them, velocities (if given) shape the curve between.
 * With velocities alone: linear between points, integrated from the profile's start angles.
 * @throws InputError: unknown, duplicate or missing joint, row lengths, non-finite values, times that do not grow, too few or many points.
 */
export function targetFromWaypoints(waypoints: Waypoints, profile: Profile): JointTarget {
  const { joints, timesS: times, positions, velocities } = waypoints;
  const count = times.length;
  if (count < 2) reject('too-short', 'points', 'at least 2 points', `${count}`);
  if (count > maxSamples) reject('too-long', 'points', `at most ${maxSamples} points`, `${count}`);
  const columns = joints.map((name, c) => {
    const j = profile.joints.indexOf(name);
    if (j < 0) reject('unknown-joint', `joint_names[${c}]`, `one of ${profile.joints.join(', ')}`, name);
    return joints.indexOf(name) === c
      ? j
      : reject('duplicate-joint', `joint_names[${c}]`, 'each joint once', name);
  });
  const missing = profile.joints.slice(0, profile.learned).find((name) => !joints.includes(name));
  if (missing !== undefined)
    reject('missing-joint', 'joint_names', `${missing} among them`, joints.join(', ') || 'none');

  const hasPositions = positions.some((row) => row.length > 0);
  const hasVelocities = velocities?.some((row) => row.length > 0) ?? false;
  if (!hasPositions && !hasVelocities) reject('empty', 'points', 'positions or velocities', 'neither');
  const timesS = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    timesS[i] = times[i] - times[0];
    if (!Number.isFinite(times[i]) || times[i] < 0 || (i > 0 && !(times[i] > times[i - 1])))
      reject('not-increasing', `points[${i}].time_from_start`, 'times that grow, from 0 s on', times[i]);
  }
  checkDuration(timesS[count - 1]);

  const n = profile.learned;
  const read = (rows: readonly ArrayLike<number>[], field: string): Float64Array => {
    const out = new Float64Array(count * n);
    for (let i = 0; i < count; i++) {
      const row = rows[i] ?? [];
      if (row.length !== columns.length)
        reject('wrong-length', `points[${i}].${field}`, `${columns.length} values`, `${row.length}`);
      for (let c = 0; c < columns.length; c++) {
        if (!Number.isFinite(row[c]))
          reject('not-finite', `points[${i}].${field}[${c}]`, 'a finite number', row[c]);
        const j = columns[c];
        if (j < n) out[i * n + j] = profile.urdfSign[j] * row[c];
        else if (Math.abs(row[c] - (field === 'positions' ? rows[0][c] : 0)) > 1e-3)
          reject(
            'not-learned',
            `points[${i}].${field}[${c}]`,
            `${joints[c]} held still: it is not among the learned joints`,
            row[c],
          );
      }
    }
    return out;
  };
  const names = profile.joints.slice(0, n);
  const slopes = hasVelocities ? read(velocities!, 'velocities') : undefined;
  if (hasPositions)
    return { kind: 'joints', joints: names, timesS, angles: read(positions, 'positions'), slopes };
  const angles = new Float64Array(count * n);
  angles.set(profile.startAngles);
  for (let i = 1; i < count; i++)
    for (let j = 0; j < n; j++)
      angles[i * n + j] =
        angles[(i - 1) * n + j] +
        0.5 * (timesS[i] - timesS[i - 1]) * (slopes![(i - 1) * n + j] + slopes![i * n + j]);
  return { kind: 'joints', joints: names, timesS, angles, slopes };
}
