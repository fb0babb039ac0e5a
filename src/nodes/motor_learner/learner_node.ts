/**
 * ROS face of the motor learner:
 *
 *   ~/teach (action), ~/target_trajectory, ~/target_path --> Teaching (LessonBook: lesson, gate) --> ~/lesson, ~/learned_trajectory, ~/activity
 *   ~/execute, execute in a goal ------------------------> Executor --> the arm's controller
 *   joint_states --> JointMonitor --> Executor             ~/stop, ~/reset, ~/heartbeat --> Executor
 */
import type { PathTarget, Target } from '../../arm/target/target.js';
import {
  createActionServer,
  type JointState,
  type JointTrajectory,
  type LessonMessage,
  type LifecycleHooks,
  type Path,
  type RosNode,
  type TeachFeedback,
  type TeachGoal,
  type TeachResult,
  toSeconds,
  type TriggerResponse,
} from '../../ros/index.js';
import { readTargetFile } from '../../files/target_file.js';
import type { SynapsesFactory } from '../../synapses/synapses.js';
import { ArmOutputs, nowMs } from './arm_outputs.js';
import { Executor } from './executor.js';
import { JointMonitor } from './joint_monitor.js';
import type { LearnerParameters } from './parameters.js';
import { approachMotion } from './approach.js';
import { setUp, skillsDirectory } from './setup.js';
import { type Configured, diagnosis, LearnerTopics, type LearnerView } from './learner_topics.js';
import { saveSkill } from './skill_service.js';
import { goalTarget, pathTarget, trajectoryTarget } from './target_message.js';
import { Teaching } from './teaching.js';

/** Most points of a goal: reading them holds the node up for about 40 us each. */
const longestGoal = 20_000;

export class LearnerNode {
  private configured: Configured | null = null;
  private active = false;
  private readonly outputs: ArmOutputs;
  private readonly topics: LearnerTopics;
  private readonly teaching: Teaching;
  private pending: Target | null = null;

  constructor(
    private readonly node: RosNode<LearnerParameters>,
    private readonly factory: SynapsesFactory,
  ) {
    this.outputs = new ArmOutputs(node);
    this.topics = new LearnerTopics(node);
    this.teaching = new Teaching({
      parameters: node.parameters,
      log: node.log,
      ready: () => this.ready(),
      publish: () => this.publish(),
      report: () => this.report(),
      message: () => this.message(),
    });
    this.listen();
    this.serve();
    node.timer(0.02, () => {
      this.configured?.executor.check();
      this.report();
      this.teachPending();
    });
    node.timer(0.2, () => this.report(true));
    node.diagnose('arm', () => diagnosis(this.view()));
    node.onStop(() => this.configured?.executor.shutdown());
  }

  /** What happens at the transitions of its lifecycle. */
  hooks(): LifecycleHooks {
    return {
      onConfigure: () => {
        const setup = setUp(this.node.parameters.all(), this.factory);
        const joints = new JointMonitor(setup.commandJoints);
        const executor = new Executor({
          joints,
          limits: setup.limits,
          settings: () => this.outputs.settings(),
          output: () => this.outputs.make(joints, setup.limits),
          approach: (from, to, speed) => approachMotion(setup, from, to, speed),
          nowMs,
          nowS: () => this.outputs.nowS(),
          onChange: () => this.report(),
          onTrouble: (message) => this.node.log.error(message),
        });
        this.configured = { ...setup, joints, executor };
        const { base, learner } = setup.book;
        this.node.log.info(
          `weights ${base.name} (${base.manifest}), ${learner.config.trainee.neurons} + ${learner.config.lsg.neurons} neurons, backend ${this.node.parameters.get('backend')}, joints ${setup.commandJoints.join(', ')}`,
        );
      },
      onActivate: () => {
        this.active = true;
        this.report();
        const file = this.node.parameters.get('target');
        if (file) this.pending = readTargetFile(file, (this.configured as Configured).book.profile).target;
      },
      onDeactivate: () => {
        this.active = false;
        this.configured?.executor.interruptMotion('deactivated');
        this.report();
      },
      onCleanup: () => {
        this.configured = null;
      },
    };
  }

  private listen(): void {
    const { node } = this;
    node.subscribe<JointState>('sensor_msgs/msg/JointState', 'joint_states', 'sensor', (m) =>
      this.configured?.joints.receive(m.name, m.position, m.velocity, toSeconds(m.header.stamp), nowMs()),
    );
    node.subscribe('std_msgs/msg/Empty', '~/heartbeat', 'default', () =>
      this.configured?.executor.heartbeat(),
    );
    node.subscribe<JointTrajectory>(
      'trajectory_msgs/msg/JointTrajectory',
      '~/target_trajectory',
      'default',
      (m) => void this.teaching.byTopic(() => trajectoryTarget(m, this.ready().book.profile)),
    );
    node.subscribe<Path>(
      'nav_msgs/msg/Path',
      '~/target_path',
      'default',
      (m) => void this.teaching.byTopic(() => this.pathTarget(m, 0)),
    );
  }

  private serve(): void {
    const { node } = this;
    createActionServer<LearnerParameters, TeachGoal, TeachResult, TeachFeedback>(node, {
      type: 'oneshot_arm_msgs/action/Teach',
      name: '~/teach',
      limits: [
        { field: 'trajectory.points', element: 'trajectory_msgs/msg/JointTrajectoryPoint', max: longestGoal },
        { field: 'path.poses', element: 'geometry_msgs/msg/PoseStamped', max: longestGoal },
      ],
      execute: (goal) =>
        this.teaching.byGoal(goal, (request) =>
          goalTarget(request, this.ready().book.profile, (path, dtS) => this.pathTarget(path, dtS)),
        ),
      failed: (error) => ({ success: false, message: error.message, lesson: this.message() }),
    });
    const trigger = (name: string, work: () => string | Promise<string>): void =>
      node.service<object, TriggerResponse>('std_srvs/srv/Trigger', name, async () => ({
        success: true,
        message: await work(),
      }));
    trigger('~/execute', () => this.teaching.perform());
    trigger('~/stop', () => {
      if (!this.configured) return 'nothing is configured, nothing moves';
      this.configured.executor.stop('stop was asked for');
      return 'stopping; ~/reset makes it ready again';
    });
    trigger('~/reset', () => {
      const refusal = this.configured?.executor.reset() ?? '';
      if (refusal) throw new Error(refusal);
      return 'ready';
    });
    trigger('~/forget', () => {
      this.ready().book.forget();
      this.publish();
      return 'back to the meta-trained weights';
    });
    node.service<{ name: string }, object>('oneshot_arm_msgs/srv/SaveSkill', '~/save_skill', ({ name }) =>
      saveSkill(this.ready().book, this.skills(), name),
    );
    node.service<{ name: string }, object>('oneshot_arm_msgs/srv/LoadSkill', '~/load_skill', ({ name }) =>
      this.teaching.loadSkill(name, this.skills()),
    );
  }

  private ready(): Configured {
    if (!this.configured || !this.active) throw new Error(`${this.node.name} is not active`);
    return this.configured;
  }

  /** Gives the lesson of parameter `target`, once, when the arm is there to perform it. */
  private teachPending(): void {
    const { pending, configured } = this;
    if (!pending || !this.active || !configured || configured.executor.refusal() !== '') return;
    if (this.outputs.make(configured.joints, configured.limits).unavailable() !== '') return;
    this.pending = null;
    void this.teaching.byTopic(() => pending, true);
  }

  private skills(): string {
    return skillsDirectory(this.node.parameters.get('skills_directory'));
  }

  private pathTarget(path: Path, dtS: number): PathTarget {
    const p = this.node.parameters;
    return pathTarget(path, dtS || p.get('path_dt'), p.get('base_frame'));
  }

  private view(): LearnerView {
    const { configured, active, teaching } = this;
    return { configured, active, learning: teaching.learning, lastReason: teaching.lastReason };
  }

  private message(): LessonMessage {
    return this.topics.message(this.configured);
  }

  private publish(): void {
    if (this.configured) this.topics.publish(this.configured);
    this.report();
  }

  private report(always = false): void {
    this.topics.report(this.view(), always);
  }
}
