import type { JointLimits } from '../../arm/limits/joint_limits.js';
import {
  ActionOutput,
  type ArmOutput,
  type MotionSettings,
  TrajectoryOutput,
  type TrajectoryPort,
  VelocityOutput,
} from '../../motion/index.js';
import { ActionClient, type JointTrajectory, nowS, type RosNode, toSeconds } from '../../ros/index.js';
import { type FollowClient, followGoals } from './follow_goals.js';
import type { LearnerParameters } from './parameters.js';
import { trajectoryMessage } from './trajectory_message.js';

const controller = 'joint_trajectory_controller';
const action = `${controller}/follow_joint_trajectory`;

/** The ways to an arm, by parameter `output`; topics are remappable. */
export class ArmOutputs {
  private readonly trajectories;
  private readonly velocities;
  private readonly message: { layout: object; data: Float64Array } = {
    layout: { dim: [], data_offset: 0 },
    data: new Float64Array(0),
  };
  private client: FollowClient | undefined;
  /** Why a velocity guard ended the stream. */
  private refusal = '';

  constructor(private readonly node: RosNode<LearnerParameters>) {
    this.trajectories = node.publisher<JointTrajectory>(
      'trajectory_msgs/msg/JointTrajectory',
      `${controller}/joint_trajectory`,
    );
    this.velocities = node.publisher<{ layout: object; data: Float64Array }>(
      'std_msgs/msg/Float64MultiArray',
      'forward_velocity_controller/commands',
      'command',
    );
    if (node.parameters.get('output') === 'action') this.actionClient();
    node.subscribe<{ data: string }>('std_msgs/msg/String', 'velocity_guard/ended', 'default', ({ data }) => {
      this.refusal = `velocity_guard ended the stream: ${data}`;
    });
  }

  /** An output as the parameters say now. */
  make(limits: readonly JointLimits[]): ArmOutput {
    const { node, velocities, trajectories } = this;
    const { parameters } = node;
    const clocks = { nowS, now: () => node.now() };
    const listened = (publisher: { subscriptionCount: number; topic: string }): string =>
      publisher.subscriptionCount > 0 ? '' : `nobody listens on ${publisher.topic}`;
    const topic: TrajectoryPort = {
      unavailable: () => listened(trajectories),
      send: (motion, startS, stop) => trajectories.publish(trajectoryMessage(motion, startS, clocks, stop)),
    };
    switch (parameters.get('output')) {
      case 'topic':
        return new TrajectoryOutput(topic, limits);
      case 'action':
        return new ActionOutput(
          followGoals(this.actionClient(), action, clocks, () => ({
            pathRad: parameters.get('path_tolerance_rad'),
            goalRad: parameters.get('goal_tolerance_rad'),
            settleS: parameters.get('settle_s'),
          })),
          topic,
          limits,
        );
      case 'velocity':
        return new VelocityOutput(
          {
            unavailable: () => listened(velocities),
            begin: () => (this.refusal = ''),
            refusal: () => this.refusal,
            send: (velocity) => {
              this.message.data = velocity;
              velocities.publish(this.message);
            },
          },
          limits,
          parameters.get('stream_gain'),
        );
    }
  }

  /** Names of the nodes that hear the velocities; null where none are to be sent. */
  velocityListeners(): string[] | null {
    const { node, velocities } = this;
    return node.parameters.get('output') === 'velocity' ? node.subscribers(velocities) : null;
  }

  /** ROS time, s. */
  rosNowS(): number {
    return toSeconds(this.node.now());
  }

  /** Motions go out command by command: by velocities, or step by step as they are recalled. */
  get streamed(): boolean {
    const { parameters } = this.node;
    return parameters.get('output') === 'velocity' || parameters.get('recall') === 'online';
  }

  /** Settings of the motion core as the parameters say now. */
  settings(): MotionSettings {
    const p = this.node.parameters;
    return {
      startPolicy: p.get('start_policy'),
      startToleranceRad: p.get('start_tolerance_rad'),
      approachSpeed: p.get('approach_speed'),
      startDelayS: p.get('start_delay_s'),
      settleS: p.get('settle_s'),
      goalToleranceRad: p.get('goal_tolerance_rad'),
      trackingToleranceRad: p.get('tracking_tolerance_rad'),
      jointStateTimeoutS: p.get('joint_state_timeout_s'),
      jointStateMaxAgeS: p.get('joint_state_max_age_s'),
      heartbeatTimeoutS: p.get('heartbeat_timeout_s'),
      maxGapS: p.get('stream_max_gap_s'),
    };
  }

  private actionClient(): FollowClient {
    this.client ??= new ActionClient(this.node, 'control_msgs/action/FollowJointTrajectory', action);
    return this.client;
  }
}
