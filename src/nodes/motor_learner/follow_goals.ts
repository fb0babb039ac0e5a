import type { Trajectory } from '../../arm/trajectory/trajectory.js';
import type { GoalPort } from '../../motion/index.js';
import { type ActionClient, fromSeconds, type JointTrajectory, type RosTime } from '../../ros/index.js';
import { type Clocks, trajectoryMessage } from './trajectory_message.js';

interface Tolerance {
  name: string;
  position: number;
  velocity: number;
  acceleration: number;
}
/** control_msgs/action/FollowJointTrajectory goal. */
export interface FollowGoal {
  trajectory: JointTrajectory;
  path_tolerance: Tolerance[];
  goal_tolerance: Tolerance[];
  goal_time_tolerance: RosTime;
}
/** control_msgs/action/FollowJointTrajectory result. */
export interface FollowResult {
  error_code: number;
  error_string: string;
}
export type FollowClient = ActionClient<FollowGoal, FollowResult, object>;

/** What an action goal demands; 0 = the controller's own. */
export interface ActionTolerances {
  pathRad: number;
  goalRad: number;
  settleS: number;
}

const errorNames: Record<string, string> = {
  '-1': 'INVALID_GOAL',
  '-2': 'INVALID_JOINTS',
  '-3': 'OLD_HEADER_TIMESTAMP',
  '-4': 'PATH_TOLERANCE_VIOLATED',
  '-5': 'GOAL_TOLERANCE_VIOLATED',
};

/** Motions as goals of a FollowJointTrajectory action. */
export function followGoals(
  client: FollowClient,
  actionName: string,
  clocks: Clocks,
  tolerances: () => ActionTolerances,
): GoalPort {
  return {
    unavailable: () => (client.available ? '' : `no action server ${actionName}`),
    cancelAll: () => client.cancelAll(),
    send(motion: Trajectory, startS: number, ended: (ok: boolean, reason: string) => void, stop) {
      const { pathRad, goalRad, settleS } = tolerances();
      const all = (position: number): Tolerance[] =>
        position > 0 ? motion.joints.map((name) => ({ name, position, velocity: 0, acceleration: 0 })) : [];
      const goal = client.send({
        trajectory: trajectoryMessage(motion, startS, clocks, stop),
        path_tolerance: all(pathRad),
        goal_tolerance: all(goalRad),
        goal_time_tolerance: fromSeconds(settleS),
      });
      goal.outcome.then(
        ({ end, result }) => ended(end === 'succeeded', goalText(end, result)),
        (error: Error) => ended(false, error.message || 'the goal could not be sent'),
      );
      return { cancel: () => goal.cancel() };
    },
  };
}

/** How a goal ended, in words: never empty. */
export function goalText(end: string, result: FollowResult | null): string {
  if (end === 'rejected') return 'the controller rejected the goal (its log says why)';
  const name = result && result.error_code !== 0 ? errorNames[String(result.error_code)] : undefined;
  const text = result?.error_string ? `: ${result.error_string}` : '';
  return `${name ?? end}${text || (name || end === 'succeeded' ? '' : ' by the controller, which gave no reason')}`;
}
