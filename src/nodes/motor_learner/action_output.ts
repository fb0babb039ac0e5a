import type { Trajectory } from '../../arm/trajectory/trajectory.js';
import {
  type ActionClient,
  fromSeconds,
  type JointTrajectory,
  type RosTime,
  type SentGoal,
} from '../../ros/index.js';
import type { MotionEnd, MotionOutput } from './output.js';
import { trajectoryMessage, type TrajectoryTopic } from './topic_output.js';

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

/** Drives a joint_trajectory_controller by its action: it tells how the motion ended, and why. */
export class ActionOutput implements MotionOutput {
  private goal: SentGoal<FollowResult> | undefined;

  constructor(
    private readonly client: FollowClient,
    private readonly actionName: string,
    private readonly clock: Pick<TrajectoryTopic, 'now' | 'nowMs'>,
    private readonly tolerances: () => ActionTolerances,
  ) {}

  unavailable(): string {
    return this.client.available ? '' : `no action server ${this.actionName}`;
  }

  async perform(motion: Trajectory, startMs: number): Promise<MotionEnd> {
    const goal = this.send(motion, startMs);
    const { end, result } = await goal.outcome;
    if (this.goal === goal) this.goal = undefined;
    if (end === 'succeeded') return { ok: true, message: '' };
    const name = errorNames[String(result?.error_code)] ?? end;
    return { ok: false, message: `${name}${result?.error_string ? `: ${result.error_string}` : ''}` };
  }

  brake(stopping: Trajectory): void {
    if (!this.goal) return;
    const interrupted = this.goal;
    // a stopping motion takes the goal's place, which brakes within limits; where it is refused, cancel
    const stop = this.send(stopping, -Infinity);
    stop.outcome.then(
      ({ end }) => end !== 'succeeded' && interrupted.cancel(),
      () => interrupted.cancel(),
    );
  }

  close(): void {
    this.goal?.cancel();
    this.goal = undefined;
  }

  private send(motion: Trajectory, startMs: number): SentGoal<FollowResult> {
    const { pathRad, goalRad, settleS } = this.tolerances();
    const all = (position: number): Tolerance[] =>
      position > 0 ? motion.joints.map((name) => ({ name, position, velocity: 0, acceleration: 0 })) : [];
    this.goal = this.client.send({
      trajectory: trajectoryMessage(motion, startMs, this.clock),
      path_tolerance: all(pathRad),
      goal_tolerance: all(goalRad),
      goal_time_tolerance: fromSeconds(settleS),
    });
    return this.goal;
  }
}
