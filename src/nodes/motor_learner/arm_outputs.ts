import type { JointLimits } from '../../arm/limits/joint_limits.js';
import { ActionClient, type JointTrajectory, type RosNode, toSeconds } from '../../ros/index.js';
import { ActionOutput, type FollowClient } from './action_output.js';
import type { ExecutorSettings } from './executor_options.js';
import type { JointMonitor } from './joint_monitor.js';
import type { MotionOutput } from './output.js';
import type { LearnerParameters } from './parameters.js';
import { TopicOutput } from './topic_output.js';
import { VelocityOutput } from './velocity_output.js';

const controller = 'joint_trajectory_controller';
const action = `${controller}/follow_joint_trajectory`;

/** Monotonic ms. */
export const nowMs = (): number => performance.now();

/** The ways to an arm, by parameter `output`; topics are remappable. */
export class ArmOutputs {
  private readonly trajectories;
  private readonly velocities;
  private client: FollowClient | undefined;

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
  }

  /** An output as the parameters say now. */
  make(joints: JointMonitor, limits: readonly JointLimits[]): MotionOutput {
    const { node } = this;
    const { parameters } = node;
    const topic = { publisher: this.trajectories, now: () => node.now(), nowMs };
    switch (parameters.get('output')) {
      case 'topic':
        return new TopicOutput(topic);
      case 'action':
        return new ActionOutput(this.actionClient(), action, topic, () => ({
          pathRad: parameters.get('path_tolerance_rad'),
          goalRad: parameters.get('goal_tolerance_rad'),
          settleS: parameters.get('settle_s'),
        }));
      case 'velocity':
        return new VelocityOutput({
          publisher: this.velocities,
          joints,
          limits,
          nowMs,
          every: (periodS, callback) => node.timer(periodS, callback),
          settings: () => ({
            rateHz: parameters.get('stream_rate_hz'),
            gain: parameters.get('stream_gain'),
            maxGapS: parameters.get('stream_max_gap_s'),
          }),
        });
    }
  }

  /** ROS time, s. */
  nowS(): number {
    return toSeconds(this.node.now());
  }

  /** Settings of the executor as the parameters say now. */
  settings(): ExecutorSettings {
    const p = this.node.parameters;
    return {
      startPolicy: p.get('start_policy'),
      startToleranceRad: p.get('start_tolerance_rad'),
      approachSpeed: p.get('approach_speed'),
      startDelayS: p.get('start_delay_s'),
      settleS: p.get('settle_s'),
      goalToleranceRad: p.get('goal_tolerance_rad'),
      jointStateTimeoutS: p.get('joint_state_timeout_s'),
      jointStateMaxAgeS: p.get('joint_state_max_age_s'),
      heartbeatTimeoutS: p.get('heartbeat_timeout_s'),
    };
  }

  private actionClient(): FollowClient {
    this.client ??= new ActionClient(this.node, 'control_msgs/action/FollowJointTrajectory', action);
    return this.client;
  }
}
