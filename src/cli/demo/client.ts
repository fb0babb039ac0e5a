import type { Profile } from '../../arm/kinematics/profile.js';
import type { Target } from '../../arm/target/target.js';
import {
  ActionClient,
  type JointState,
  type LearnerStatusMessage,
  pickJoints,
  RosNode,
  type TeachFeedback,
  type TeachGoal,
  type TeachResult,
} from '../../ros/index.js';
import { teachGoal } from '../../ros/teach_goal.js';

/** The demo's own ROS node: sees the graph come up, and teaches. */
export class DemoClient {
  private readonly teacher: ActionClient<TeachGoal, TeachResult, TeachFeedback>;
  private status: LearnerStatusMessage | undefined;
  private armHeard = false;

  private constructor(
    readonly node: RosNode<Record<string, never>>,
    private readonly profile: Profile,
  ) {
    this.teacher = new ActionClient(node, 'oneshot_arm_msgs/action/Teach', 'motor_learner/teach');
    node.subscribe<LearnerStatusMessage>(
      'oneshot_arm_msgs/msg/LearnerStatus',
      'motor_learner/status',
      'latched',
      (message) => (this.status = message),
    );
    node.subscribe<JointState>('sensor_msgs/msg/JointState', 'joint_states', 'sensor', (message) => {
      this.armHeard ||= pickJoints(message.name, message.position, this.profile.joints) !== null;
    });
  }

  static async start(profile: Profile): Promise<DemoClient> {
    const node = await RosNode.start({ name: 'oneshot_arm_demo', argv: [], parameters: {} });
    return new DemoClient(node as RosNode<Record<string, never>>, profile);
  }

  /** What is still missing before a lesson can be given; empty when nothing is. */
  missing(): string[] {
    const missing = [];
    if (!this.armHeard) missing.push('joint_states of the arm');
    if (!this.teacher.available) missing.push('action motor_learner/teach');
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

  /** One lesson, performed if the learner's gate accepts it. */
  async teach(target: Target, name: string, onStage: (stage: string) => void): Promise<TeachResult> {
    let stage = '';
    const goal = teachGoal(target, this.profile, { name, execute: true });
    const { outcome } = this.teacher.send(goal, (feedback) => {
      if (feedback.stage !== stage) onStage((stage = feedback.stage));
    });
    const { end, result } = await outcome;
    if (!result) throw new Error(`the lesson was ${end}`);
    return result;
  }
}
