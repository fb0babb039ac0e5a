import { Trajectory } from '../../arm/trajectory/trajectory.js';

/**
 * The same motion for other joints in another order: joints that the motion does not have hold still at `held(name)`, joints
 * that are not wanted are left out.
 */
export function selectJoints(
  trajectory: Trajectory,
  joints: readonly string[],
  held: (joint: string) => number,
): Trajectory {
  const rows = trajectory.timesS.length;
  const [from, to] = [trajectory.joints.length, joints.length];
  const [positions, velocities, accelerations] = [0, 0, 0].map(() => new Float64Array(rows * to));
  joints.forEach((name, c) => {
    const source = trajectory.joints.indexOf(name);
    for (let i = 0; i < rows; i++) {
      positions[i * to + c] = source < 0 ? held(name) : trajectory.positions[i * from + source];
      if (source < 0) continue;
      velocities[i * to + c] = trajectory.velocities[i * from + source];
      accelerations[i * to + c] = trajectory.accelerations[i * from + source];
    }
  });
  return new Trajectory(joints, trajectory.timesS, positions, velocities, accelerations);
}
