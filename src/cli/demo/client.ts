import type { Profile } from '../../arm/kinematics/profile.js';
import type { Target } from '../../arm/target/target.js';
import {
  ActionClient,
  type JointState,
  type JointTrajectory,
  type LearnerStatusMessage,
  pickJoints,
  RosNode,
  type TeachFeedback,
  type TeachGoal,
  type TeachResult,
  toSeconds,
} from '../../ros/index.js';
import { teachGoal } from '../teach/goal.js';

/** A motion as it was commanded and measured. */
export interface Performance {
  /** s, first to last point of the commanded trajectory. */
  durationS: number;
  /** s after the motion's start. */
  timesS: number[];
  /** samples x joints of the profile, rad, as in /joint_states. */
  urdfAngles: number[];
}

/** The demo's own ROS node: teaches, and measures what the arm did. */
export class DemoClient {
  private readonly states: { timeS: number; angles: number[] }[] = [];
  private readonly commands: { startS: number; message: JointTrajectory }[] = [];
  private readonly teacher: ActionClient<TeachGoal, TeachResult, TeachFeedback>;
  private status: LearnerStatusMessage | undefined;
  private recording = false;

  private constructor(
    readonly node: RosNode<Record<string, never>>,
    private readonly profile: Profile,
  ) {
    this.teacher = new ActionClient(node, 'oneshot_arm_msgs/action/Teach', '/motor_learner/teach');
    node.subscribe<LearnerStatusMessage>(
      'oneshot_arm_msgs/msg/LearnerStatus',
      '/motor_learner/status',
      'latched',
      (message) => (this.status = message),
    );
    node.subscribe<JointState>('sensor_msgs/msg/JointState', '/joint_states', 'sensor', (message) => {
      const angles = pickJoints(message.name, message.position, this.profile.joints);
      if (!angles) return;
      if (!this.recording) this.states.length = 0;
      this.states.push({ timeS: toSeconds(message.header.stamp), angles });
    });
    node.subscribe<JointTrajectory>(
      'trajectory_msgs/msg/JointTrajectory',
      '/joint_trajectory_controller/joint_trajectory',
      'default',
      (message) => {
        const stampS = toSeconds(message.header.stamp);
        this.commands.push({ startS: stampS || toSeconds(this.node.now()), message });
      },
    );
  }

  static async start(profile: Profile): Promise<DemoClient> {
    const node = await RosNode.start({ name: 'oneshot_arm_demo', argv: [], parameters: {} });
    return new DemoClient(node as RosNode<Record<string, never>>, profile);
  }

  /** What is still missing before a lesson can be given; empty when nothing is. */
  missing(): string[] {
    const missing = [];
    if (this.states.length === 0) missing.push('/joint_states of the arm');
    if (!this.teacher.available) missing.push('action /motor_learner/teach');
    if (!this.status?.joint_states_fresh) missing.push('a learner that hears the arm');
    return missing;
  }

  /** Fully qualified names of the nodes in the graph. */
  nodes(): string[] {
    return this.node.rcl
      .getNodeNamesAndNamespaces()
      .map(({ name, namespace }) => `${namespace === '/' ? '' : namespace}/${name}`)
      .filter((name) => !name.slice(name.lastIndexOf('/') + 1).startsWith('_'))
      .sort();
  }

  /** One lesson, performed if the learner's gate accepts it; joint states are recorded meanwhile. */
  async teach(target: Target, name: string, onStage: (stage: string) => void): Promise<TeachResult> {
    this.recording = true;
    let stage = '';
    const goal = teachGoal(target, this.profile, { name, execute: true });
    const { outcome } = this.teacher.send(goal, (feedback) => {
      if (feedback.stage !== stage) onStage((stage = feedback.stage));
    });
    const { end, result } = await outcome;
    if (!result) throw new Error(`the lesson was ${end}`);
    return result;
  }

  /** The recorded performance of a learned trajectory; null where none was commanded. */
  performance(learned: JointTrajectory): Performance | null {
    const durationS = toSeconds(learned.points.at(-1)!.time_from_start);
    const command = this.commands.findLast(({ message }) => message.points.length === learned.points.length);
    if (!command) return null;
    const from = this.states.findLastIndex((s) => s.timeS <= command.startS);
    const during = this.states
      .slice(Math.max(0, from))
      .filter((s, i, all) => i === 0 || s.timeS > all[i - 1].timeS);
    return {
      durationS,
      timesS: during.map((s) => s.timeS - command.startS),
      urdfAngles: during.flatMap((s) => s.angles),
    };
  }
}
