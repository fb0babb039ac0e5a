import { toUrdf, type Profile } from '../arm/kinematics/profile.js';
import type { JointTarget, Target, ToolTarget } from '../arm/target/target.js';
import {
  fromSeconds,
  header,
  type JointTrajectory,
  type Path,
  type TeachGoal,
  toTrajectoryMessage,
} from './index.js';

/** The goal of motor_learner's `~/teach` action for a target; updates and refineSteps 0 leave them to the learner. */
export function teachGoal(
  target: Target,
  profile: Profile,
  options: { name: string; execute: boolean; updates?: number; refineSteps?: number },
): TeachGoal {
  const empty = { trajectory: toTrajectoryMessage({ joints: [], timesS: [] }), path: path([], []) };
  return {
    ...empty,
    ...(target.kind === 'joints' ? { trajectory: trajectory(target, profile) } : { path: pathOf(target) }),
    path_dt: 0,
    name: options.name,
    updates: options.updates ?? 0,
    refine_steps: options.refineSteps ?? 0,
    execute: options.execute,
  };
}

/** Positions of the learned joints in the robot description's senses. */
function trajectory(target: JointTarget, profile: Profile): JointTrajectory {
  const n = target.joints.length;
  const all = new Array<number>(profile.joints.length);
  const positions = new Float64Array(target.timesS.length * n);
  for (let i = 0; i < target.timesS.length; i++) {
    toUrdf(profile, target.angles, i * n, 'angles', all);
    for (let j = 0; j < n; j++) positions[i * n + j] = all[j];
  }
  return toTrajectoryMessage({ joints: target.joints, timesS: target.timesS, positions });
}

function pathOf(target: ToolTarget): Path {
  return path(target.timesS, target.points, target.kind === 'poses' ? target.orientations : undefined);
}

/** Poses in the learner's own frame, stamped with their times after the path's start; without orientations (all 0) they are positions. */
function path(timesS: ArrayLike<number>, points: ArrayLike<number>, q?: ArrayLike<number>): Path {
  return {
    header: header(),
    poses: Array.from(timesS, (t, i) => ({
      header: header(fromSeconds(t)),
      pose: {
        position: { x: points[3 * i], y: points[3 * i + 1], z: points[3 * i + 2] },
        orientation: q
          ? { x: q[4 * i], y: q[4 * i + 1], z: q[4 * i + 2], w: q[4 * i + 3] }
          : { x: 0, y: 0, z: 0, w: 0 },
      },
    })),
  };
}
