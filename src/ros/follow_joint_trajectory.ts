/**
 * ROS face of a JointTrajectoryController core: the topics and the action that ros2_controllers'
 * joint_trajectory_controller and forward_velocity_controller have, under their names.
 *
 *   joint_trajectory_controller/joint_trajectory         subscribed
 *   joint_trajectory_controller/follow_joint_trajectory  action server
 *   joint_trajectory_controller/controller_state         published
 *   forward_velocity_controller/commands                 subscribed
 *
 * A goal is always accepted and then, if it is bad, aborted at once with error_code and error_string: a rejection would
 * not say why. A bad goal or trajectory leaves the running one alone; a good one aborts it.
 */
import type { JointTrajectoryController } from '../controller/joint_trajectory_controller.js';
import type { NamedTolerance } from '../controller/tolerances.js';
import { ErrorCode, type GoalOutcome, type TrajectoryInput, type Verdict } from '../controller/types.js';
import { carryByCdr } from './carried_by_cdr.js';
import type { Floats, Header, JointTrajectory, JointTrajectoryPoint } from './messages.js';
import type { RosNode } from './node.js';
import type { ParameterTable } from './parameters.js';
import { loadRcl, type PlainMessage, type RclServerGoal } from './rcl.js';
import { stopFrame } from './convert.js';
import { fromSeconds, type RosTime, toNanoseconds, toSeconds } from './time.js';

const TYPE = 'control_msgs/action/FollowJointTrajectory';

interface FollowGoal {
  trajectory: JointTrajectory;
  multi_dof_trajectory?: { points: unknown[] };
  path_tolerance: NamedTolerance[];
  goal_tolerance: NamedTolerance[];
  goal_time_tolerance: RosTime;
}

/** What the adapter needs besides the core. */
export interface ControllerFaceOptions {
  /** The monotonic clock of the core's calls, s. */
  nowS: () => number;
  /** Goals, refusals and ends, for the log and status topics. */
  onEvent?: (event: { level: 'info' | 'warn'; text: string }) => void;
  /** Hz of feedback and controller_state. */
  stateRateHz?: number;
  /** Asked before any motion is taken; a non-empty answer refuses it (an arm that is not homed, ...). */
  veto?: () => string;
}

/** Attaches the topics and the action to a node. */
export function attachControllerFace<T extends ParameterTable>(
  node: RosNode<T>,
  core: JointTrajectoryController,
  options: ControllerFaceOptions,
): void {
  const { nowS, onEvent = () => {} } = options;
  const names = core.joints.map((j) => j.name);
  const goals = new Map<RclServerGoal, number>();
  const rcl = loadRcl();
  carryByCdr(TYPE);

  const follow = (
    message: JointTrajectory,
    finished: (outcome: GoalOutcome) => void,
    goal?: FollowGoal,
  ): number | Verdict => {
    const refused = options.veto?.();
    if (refused) return { code: ErrorCode.INVALID_GOAL, text: refused };
    if (goal?.multi_dof_trajectory?.points.length)
      return { code: ErrorCode.INVALID_GOAL, text: 'multi_dof_trajectory: not supported' };
    const input = toInput(message, nowS(), node.now());
    return core.follow(
      input,
      nowS(),
      finished,
      goal && {
        path: goal.path_tolerance,
        goal: goal.goal_tolerance,
        goalTimeS: toSeconds(goal.goal_time_tolerance),
      },
    );
  };

  node.subscribe<JointTrajectory>(
    'trajectory_msgs/msg/JointTrajectory',
    'joint_trajectory_controller/joint_trajectory',
    'default',
    (message) => {
      const answer = follow(message, (o) =>
        onEvent({
          level: o.status === 'succeeded' ? 'info' : 'warn',
          text: `trajectory ${o.status}: ${o.text}`,
        }),
      );
      if (typeof answer === 'number')
        onEvent({ level: 'info', text: `trajectory of ${message.points.length} points taken` });
      else onEvent({ level: 'warn', text: `trajectory refused: ${answer.text}` });
    },
  );

  const execute = (handle: RclServerGoal): Promise<PlainMessage> =>
    new Promise((resolve) => {
      const finish = (o: GoalOutcome): void => {
        goals.delete(handle);
        if (handle.isActive) {
          if (o.status === 'succeeded') handle.succeed();
          else if (o.status === 'canceled' && handle.isCancelRequested) handle.canceled();
          else handle.abort();
        }
        onEvent({ level: o.status === 'succeeded' ? 'info' : 'warn', text: `goal ${o.status}: ${o.text}` });
        resolve({ error_code: o.code, error_string: o.text });
      };
      const goal = handle.request.toPlainObject(true) as unknown as FollowGoal;
      const answer = follow(goal.trajectory, finish, goal);
      if (typeof answer === 'number') {
        goals.set(handle, answer);
        onEvent({ level: 'info', text: `goal of ${goal.trajectory.points.length} points taken` });
      } else finish({ status: 'aborted', ...answer });
    });

  const server = new rcl.ActionServer(
    node.rcl,
    TYPE,
    'joint_trajectory_controller/follow_joint_trajectory',
    execute,
    () => rcl.GoalResponse.ACCEPT,
    undefined,
    (handle) => {
      // The state becomes CANCELING only after this answer.
      setImmediate(() => {
        const id = goals.get(handle);
        if (id !== undefined) core.cancel(id);
      });
      return rcl.CancelResponse.ACCEPT;
    },
  );
  node.onStop(() => server.destroy());

  let complaints = 0;
  node.subscribe<{ data: Floats }>(
    'std_msgs/msg/Float64MultiArray',
    'forward_velocity_controller/commands',
    'default',
    (message) => {
      const refused = options.veto?.();
      const ignored = refused ? { text: refused } : core.commandVelocity(message.data, nowS());
      // A stream of bad commands is reported once a while, not at its own rate.
      if (!ignored) complaints = 0;
      else if (complaints++ % 200 === 0)
        onEvent({ level: 'warn', text: `velocity command ignored: ${ignored.text}` });
    },
  );

  const statePublisher = node.publisher<PlainMessage>(
    'control_msgs/msg/JointTrajectoryControllerState',
    'joint_trajectory_controller/controller_state',
    'default',
  );
  node.timer(1 / (options.stateRateHz ?? 20), () => {
    const { state } = core;
    const time = fromSeconds(state.timeFromStartS);
    const none: number[] = [];
    const point = (positions: Floats, velocities: Floats, accelerations: Floats): JointTrajectoryPoint => ({
      positions: Array.from(positions),
      velocities: Array.from(velocities),
      accelerations: Array.from(accelerations),
      effort: none,
      time_from_start: time,
    });
    const stamped: Header = { stamp: node.now(), frame_id: '' };
    const desired = point(state.desiredPosition, state.desiredVelocity, state.desiredAcceleration);
    const actual = point(state.actualPosition, state.actualVelocity, none);
    const error = point(state.errorPosition, state.errorVelocity, none);
    statePublisher.publish({
      header: stamped,
      joint_names: names,
      reference: desired,
      feedback: actual,
      error,
      output: point(state.commandPosition, state.commandVelocity, none),
      speed_scaling_factor: 1,
    });
    for (const handle of goals.keys())
      if (handle.isActive && !handle.isCancelRequested)
        handle.publishFeedback({ header: stamped, joint_names: names, desired, actual, error });
  });
}

/** A trajectory message as the core's input; its stamp, if any, moved to the monotonic clock. */
export function toInput(message: JointTrajectory, nowS: number, rosNow: RosTime): TrajectoryInput {
  const { stamp } = message.header;
  const startS =
    stamp.sec === 0 && stamp.nanosec === 0
      ? undefined
      : nowS + Number(toNanoseconds(stamp) - toNanoseconds(rosNow)) * 1e-9;
  return {
    jointNames: [...message.joint_names],
    points: message.points.map((p) => ({
      positions: p.positions,
      velocities: p.velocities,
      accelerations: p.accelerations,
      effort: p.effort,
      timeFromStartS: toSeconds(p.time_from_start),
    })),
    startS,
    stop: message.header.frame_id === stopFrame,
  };
}
