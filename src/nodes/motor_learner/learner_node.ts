/**
 * ROS face of the motor learner:
 *
 *   ~/teach (action), ~/target_trajectory, ~/target_path --> LessonBook (lesson, gate) --> ~/lesson, ~/learned_trajectory, ~/activity
 *   ~/execute, execute in a goal ------------------------> Executor --> the arm's controller
 *   joint_states --> JointMonitor --> Executor             ~/stop, ~/reset, ~/heartbeat --> Executor
 */
import { scoreExecuted } from '../../arm/preview/executed.js';
import type { Target } from '../../arm/target/target.js';
import type { Trajectory } from '../../arm/trajectory/trajectory.js';
import {
  createActionServer,
  type Goal,
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
import { Executor, type Performance } from './executor.js';
import { JointMonitor } from './joint_monitor.js';
import type { Judging, Lesson } from './lesson_book.js';
import { outcomeText, refusalText, scoreMessage, violationMessage } from './lesson_message.js';
import type { LearnerParameters } from './parameters.js';
import { approachMotion } from './approach.js';
import { setUp, skillsDirectory } from './setup.js';
import { type Configured, diagnosis, LearnerTopics, type LearnerView } from './learner_topics.js';
import { loadSkill, saveSkill } from './skill_service.js';
import { pathTarget, trajectoryTarget } from './target_message.js';

/** Most points of a goal: reading them holds the node up for about 40 us each. */
const longestGoal = 20_000;

/** What a lesson by topic has in place of a goal. */
const unattended = { name: '', updates: 0, refine_steps: 0 };

type TeachingGoal = Goal<TeachGoal, TeachFeedback>;

export class LearnerNode {
  private configured: Configured | null = null;
  private active = false;
  private learning = false;
  private lastReason = '';
  private readonly outputs: ArmOutputs;
  private readonly topics: LearnerTopics;
  private pending: Target | null = null;

  constructor(
    private readonly node: RosNode<LearnerParameters>,
    private readonly factory: SynapsesFactory,
  ) {
    this.outputs = new ArmOutputs(node);
    this.topics = new LearnerTopics(node);
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
      (m) => void this.teachByTopic(() => trajectoryTarget(m, this.ready().book.profile)),
    );
    node.subscribe<Path>(
      'nav_msgs/msg/Path',
      '~/target_path',
      'default',
      (m) => void this.teachByTopic(() => this.pathTarget(m, 0)),
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
      execute: (goal) => this.teachByGoal(goal),
      failed: (error) => ({ success: false, message: error.message, lesson: this.message() }),
    });
    const trigger = (name: string, work: () => string | Promise<string>): void =>
      node.service<object, TriggerResponse>('std_srvs/srv/Trigger', name, async () => ({
        success: true,
        message: await work(),
      }));
    trigger('~/execute', () => this.executeByService());
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
      this.loadSkill(name),
    );
  }

  private ready(): Configured {
    if (!this.configured || !this.active) throw new Error(`${this.node.name} is not active`);
    return this.configured;
  }

  private async teachByGoal(
    goal: TeachingGoal,
  ): Promise<{ end: 'succeeded' | 'aborted' | 'canceled'; result: TeachResult }> {
    const feedback = (stage: string, progress: number, lesson?: Partial<Lesson>, message = ''): void =>
      goal.feedback({
        stage,
        progress,
        before: scoreMessage(lesson?.before),
        after: scoreMessage(lesson?.after),
        message,
      });
    const result = (success: boolean, message: string): TeachResult => ({
      success,
      message,
      lesson: this.message(),
    });
    feedback('validating', 0);
    const { executor, book } = this.ready();
    const { request } = goal;
    const target = this.goalTarget(request);
    await this.atRest(executor, 'a new lesson begins');
    if (goal.signal.aborted)
      return { end: goal.cancelRequested ? 'canceled' : 'aborted', result: result(false, goal.reason) };

    const stages = ['exposure', 'update', 'recall', 'preview'];
    const lesson = this.teach(target, request, (stage, before) =>
      feedback(stage, stages.indexOf(stage) / stages.length, { before }),
    );
    const { accepted } = lesson.judgement;
    feedback('preview', 1, lesson, accepted ? 'accepted' : `refused: ${refusalText(lesson)}`);
    if (!request.execute) return { end: 'succeeded', result: result(true, outcomeText(lesson)) };

    const motion = this.motionOf(lesson);
    if (!motion)
      return { end: 'aborted', result: result(false, `learned, not performed: ${refusalText(lesson)}`) };
    const performance = await executor.perform(motion, goal.signal, (stage, progress) =>
      feedback(stage, progress, lesson),
    );
    this.score(lesson, performance);
    this.publish();
    if (performance.ok && book.current === lesson)
      return { end: 'succeeded', result: result(true, outcomeText(lesson)) };
    this.lastReason = performance.message;
    return {
      end: goal.cancelRequested ? 'canceled' : 'aborted',
      result: result(false, `learned, not performed to its end: ${performance.message}`),
    };
  }

  private async teachByTopic(
    target: () => Target,
    execute: boolean = this.node.parameters.get('execute_topic_targets'),
  ): Promise<void> {
    try {
      const { executor } = this.ready();
      const checked = target();
      await this.atRest(executor, 'a new lesson begins');
      const lesson = this.teach(checked, unattended);
      this.node.log.info(outcomeText(lesson));
      if (!execute) return;
      const motion = this.motionOf(lesson);
      if (!motion) throw new Error(`learned, not performed: ${refusalText(lesson)}`);
      const { ok } = await this.performAndScore(lesson, motion);
      if (ok) this.node.log.info(outcomeText(lesson));
    } catch (error) {
      this.lastReason = (error as Error).message;
      this.node.log.warn(`target refused: ${this.lastReason}`);
      this.report();
    }
  }

  /** Gives the lesson of parameter `target`, once, when the arm is there to perform it. */
  private teachPending(): void {
    const { pending, configured } = this;
    if (!pending || !this.active || !configured || configured.executor.refusal() !== '') return;
    if (this.outputs.make(configured.joints, configured.limits).unavailable() !== '') return;
    this.pending = null;
    void this.teachByTopic(() => pending, true);
  }

  /** One lesson, published. A failure of the lesson itself (not of the input) stops the arm: what it knows is not to be trusted. */
  private teach(
    target: Target,
    wanted: { name: string; updates: number; refine_steps: number },
    onStage: (
      stage: 'exposure' | 'update' | 'recall' | 'preview',
      before: Lesson['before'],
    ) => void = () => {},
  ): Lesson {
    const { book, executor } = this.ready();
    const p = this.node.parameters;
    const trial = book.prepare(target);
    this.learning = true;
    try {
      const lesson = book.teach(trial, {
        ...this.judging(),
        name: wanted.name,
        updates: wanted.updates || p.get('updates'),
        refineSteps: wanted.refine_steps || p.get('refine_steps'),
        readAfterS: p.get('read_after_s'),
        nowMs,
        onStage,
      });
      this.lastReason = lesson.judgement.accepted ? '' : refusalText(lesson);
      return lesson;
    } catch (error) {
      book.forget();
      executor.stop(`the lesson failed: ${(error as Error).message}`);
      throw error;
    } finally {
      this.learning = false;
      this.publish();
    }
  }

  private async executeByService(): Promise<string> {
    const { book, executor } = this.ready();
    const lesson = book.current;
    if (!lesson) throw new Error('nothing was learned yet');
    const motion = this.motionOf(lesson);
    if (!motion) throw new Error(`refused: ${refusalText(lesson)}`);
    const refusal = executor.refusal();
    if (refusal) throw new Error(refusal);
    return new Promise((resolve, reject) => {
      const started = (): void =>
        resolve(`performing ${lesson.name || 'the lesson'} in ${motion.durationS.toFixed(2)} s`);
      this.performAndScore(lesson, motion, started).then(
        (performance) => (performance.ok ? started() : reject(new Error(performance.message))),
        reject,
      );
    });
  }

  private async performAndScore(
    lesson: Lesson,
    motion: Trajectory,
    onStart: () => void = () => {},
  ): Promise<Performance> {
    const performance = await this.ready().executor.perform(motion, undefined, onStart);
    this.score(lesson, performance);
    if (!performance.ok) {
      this.lastReason = performance.message;
      this.node.log.warn(`not performed to its end: ${performance.message}`);
    }
    this.publish();
    return performance;
  }

  /** The motion that may be performed for a lesson, or null where the gate lets none through. */
  private motionOf(lesson: Lesson): Trajectory | null {
    if (lesson.judgement.accepted) return lesson.judgement.trajectory;
    if (this.node.parameters.get('on_refusal') !== 'target') return null;
    const own = this.ready().book.judge(lesson.target, lesson.target.velocities, this.judging());
    if (own.accepted) this.node.log.warn("the recall was refused: the target's own trajectory is performed");
    return own.accepted ? own.trajectory : null;
  }

  private score(lesson: Lesson, performance: Performance): void {
    const { book, commandJoints } = this.ready();
    const { profile } = book;
    lesson.executed = null;
    if (!performance.ok || performance.timesS.length < 2) return;
    const [n, width] = [profile.joints.length, commandJoints.length];
    const urdfAngles = new Float64Array(performance.timesS.length * n);
    profile.joints.forEach((name, j) => {
      const column = commandJoints.indexOf(name);
      const held = j < profile.learned ? 0 : profile.urdfSign[j] * profile.heldAngles[j - profile.learned];
      for (let i = 0; i < performance.timesS.length; i++)
        urdfAngles[i * n + j] = column < 0 ? held : performance.angles[i * width + column];
    });
    lesson.executed = scoreExecuted(
      lesson.target,
      { timesS: performance.timesS, urdfAngles },
      lesson.judgement.stepTimesS,
      profile,
    );
  }

  private async loadSkill(name: string): Promise<object> {
    const { book, executor } = this.ready();
    const skill = loadSkill(book, this.skills(), name);
    await this.atRest(executor, 'a skill is loaded');
    const lesson = book.restore(name, skill.synapses, skill.target, skill.updates, this.judging());
    this.publish();
    return {
      success: true,
      message: outcomeText(lesson),
      score: scoreMessage(lesson.after),
      gate_accepted: lesson.judgement.accepted,
      reasons: lesson.judgement.reasons.map(violationMessage),
    };
  }

  private skills(): string {
    return skillsDirectory(this.node.parameters.get('skills_directory'));
  }

  private async atRest(executor: Executor, why: string): Promise<void> {
    executor.interruptMotion(why);
    await executor.rest();
  }

  private goalTarget(goal: TeachGoal): Target {
    const [joints, poses] = [goal.trajectory.points.length, goal.path.poses.length];
    if (joints > 0 && poses > 0) throw new Error('goal: expected a trajectory or a path, got both');
    if (joints === 0 && poses === 0)
      throw new Error('goal: expected a trajectory or a path, got neither (empty)');
    return poses > 0
      ? this.pathTarget(goal.path, goal.path_dt)
      : trajectoryTarget(goal.trajectory, this.ready().book.profile);
  }

  private pathTarget(path: Path, dtS: number): Target {
    const p = this.node.parameters;
    return pathTarget(path, dtS || p.get('path_dt'), p.get('base_frame'));
  }

  private judging(): Judging {
    const p = this.node.parameters;
    return {
      timeScaling: p.get('time_scaling'),
      maxTcpErrorM: p.get('max_tcp_error_m'),
      maxTimeScaling: p.get('max_time_scaling'),
    };
  }

  private view(): LearnerView {
    const { configured, active, learning, lastReason } = this;
    return { configured, active, learning, lastReason };
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
