/**
 * ROS face of the motor learner:
 *
 *   ~/teach (action), ~/target_trajectory, ~/target_path --> Teaching (LessonBook: lesson, gate) --> ~/lesson, ~/learned_trajectory, ~/activity
 *   ~/execute, execute in a goal ------------------------> Executor --> the arm's controller
 *   joint_states --> MeasuredJoints --> MotionCore (Executor) ~/stop, ~/reset, ~/heartbeat --> Executor
 */
import type { Target, ToolTarget } from '../../arm/target/target.js';
import {
  createActionServer,
  type Diagnosis,
  type JointState,
  type JointTrajectory,
  type InspectMemoryRequest,
  type LifecycleHooks,
  type Path,
  nowS,
  type RosNode,
  type TeachFeedback,
  type TeachGoal,
  type TeachResult,
  toSeconds,
  type TriggerResponse,
} from '../../ros/index.js';
import { readTargetFile } from '../../files/target_file.js';
import { Random } from '../../kernels/random.js';
import { MeasuredJoints } from '../../motion/index.js';
import { ArmOutputs } from './arm_outputs.js';
import type { DescriptionTopic } from '../description_topic.js';
import { memoryDiagnosis, type MemoryState } from '../memory_diagnosis.js';
import { Executor } from './executor.js';
import { RecordingFiles } from './recording_files.js';
import { ShownMotion } from './shown_motion.js';
import { GuardWatch } from './guard_watch.js';
import { heldJoints, vetHeldJoints } from './held_joints.js';
import type { LearnerParameters } from './parameters.js';
import { approachMotion } from './approach.js';
import { inspectMemory } from './memory_service.js';
import { noLesson } from './lesson_message.js';
import { skillsFolder } from '../../skills/folder.js';
import { setUp } from './setup.js';
import { type Configured, diagnosis, LearnerTopics, type LearnerView } from './learner_topics.js';
import { onlineRecall } from './online_recall.js';
import { forgetSkill, renameSkill } from '../../skills/library.js';
import { exportedSkill, type SaveRequest, saveSkill, skillList } from './skill_service.js';
import { goalTarget, pathTarget, trajectoryTarget } from './target_message.js';
import { checkLength, Teaching } from './teaching.js';

/** Most points of a goal: reading them holds the node up for about 40 us each. */
const longestGoal = 20_000;

export class LearnerNode {
  private configured: Configured | null = null;
  private active = false;
  /** Brakes after its node was cleaned up. */
  private leaving: Executor | null = null;
  private readonly outputs: ArmOutputs;
  private readonly topics: LearnerTopics;
  private readonly teaching: Teaching;
  private readonly files: RecordingFiles;
  private readonly shown: ShownMotion;
  private pending: Target | null = null;
  private wasAlone = true;
  private endStream: (() => void) | undefined;

  constructor(
    private readonly node: RosNode<LearnerParameters>,
    private readonly description: DescriptionTopic,
  ) {
    this.outputs = new ArmOutputs(node);
    this.topics = new LearnerTopics(node);
    this.teaching = new Teaching({
      parameters: node.parameters,
      log: node.log,
      ready: () => this.ready(),
      publish: () => this.publish(),
      report: () => this.report(),
      message: (lesson) => this.topics.message(this.configured, lesson),
    });
    this.files = new RecordingFiles(node);
    this.shown = new ShownMotion(node, { ready: () => this.ready(), files: this.files });
    this.listen();
    this.serve();
    node.timer(0.02, () => {
      this.executor?.tick();
      if (this.leaving && !this.leaving.busy) this.leaving = null;
      this.streamWhileBusy();
      this.report();
      this.teachPending();
    });
    node.timer(0.2, () => this.report(true));
    node.diagnose('arm', () => diagnosis(this.view()));
    node.diagnose('name', () => this.alone());
    const guard = new GuardWatch((text) => node.log.warn(text));
    node.diagnose('velocity guard', () => guard.look(this.outputs.velocityListeners()));
    if (node.parameters.get('backend') === 'pcm')
      node.diagnose('memory', () => memoryDiagnosis(this.memory, performance.now()));
    node.onStop(async () => {
      // while the arm brakes: a thread that still computes would hold the end up
      void this.teaching.giveUp('the learner ends');
      await Promise.all([this.executor?.shutdown(), this.configured?.thread.close()]);
    });
  }

  /** What happens at the transitions of its lifecycle. */
  hooks(): LifecycleHooks {
    return {
      onConfigure: () => {
        if (this.leaving) throw new Error('the arm still moves: it is braking');
        const setup = setUp(this.node.parameters.all(), this.description.text());
        const { limits, commandJoints, book } = setup;
        const joints = new MeasuredJoints(
          commandJoints,
          limits.map((l) => l.velocity),
        );
        const held = new MeasuredJoints(heldJoints(setup));
        const parameters = this.node.parameters;
        const noise = new Random(parameters.get('seed'), 0x0a11);
        const executor = new Executor({
          joints,
          limits,
          settings: this.outputs.settings(),
          output: () => this.outputs.make(limits),
          approach: (from, to, speed) => approachMotion(setup, from, to, speed, held),
          vet: (motion) =>
            vetHeldJoints(motion, setup, held, nowS(), parameters.get('joint_state_timeout_s')),
          source: (motion, performed) =>
            parameters.get('recall') === 'online'
              ? onlineRecall(book, motion, performed, parameters.get('phase_stop_rad'), noise.uint32())
              : null,
          nowS,
          rosNowS: () => this.outputs.rosNowS(),
          onChange: () => this.report(),
          onTrouble: (message) => this.node.log.error(message),
          sink: this.files.sink,
        });
        this.files.joints = commandJoints;
        this.configured = { ...setup, joints, held, executor };
        const { base, config } = setup.book;
        this.node.log.info(
          `weights ${base.name} (${base.manifest}), ${config.trainee.neurons} + ${config.lsg.neurons} neurons, backend ${this.node.parameters.get('backend')}, joints ${setup.commandJoints.join(', ')}`,
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
        void this.teaching.giveUp('deactivated');
        this.configured?.executor.interruptMotion('deactivated');
        this.report();
      },
      onCleanup: () => {
        void this.configured?.thread.close();
        if (this.configured?.executor.busy) this.leaving = this.configured.executor;
        this.configured = null;
      },
    };
  }

  private listen(): void {
    const { node } = this;
    node.subscribe<JointState>('sensor_msgs/msg/JointState', 'joint_states', 'sensor', (m) => {
      const stampS = toSeconds(m.header.stamp);
      const rosNowS = this.outputs.rosNowS();
      this.configured?.joints.receive(m.name, m.position, m.velocity, stampS, nowS(), rosNowS);
      this.configured?.held.receive(m.name, m.position, m.velocity, stampS, nowS(), rosNowS);
    });
    node.parameters.onChange(() => this.configured?.executor.configure(this.outputs.settings()));
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
    const targets = new WeakMap<TeachGoal, Target>();
    createActionServer<LearnerParameters, TeachGoal, TeachResult, TeachFeedback>(node, {
      type: 'oneshot_arm_msgs/action/Teach',
      name: '~/teach',
      limits: [
        { field: 'trajectory.points', max: longestGoal },
        { field: 'path.poses', max: longestGoal },
      ],
      // a goal that could not be taught leaves the one that runs alone
      check: async (request) => {
        const { book } = this.ready();
        checkLength(request);
        const target = this.goalTarget(request);
        targets.set(request, target);
        await book.prepare(target);
      },
      execute: (goal) => this.teaching.byGoal(goal, targets.get(goal.request) as Target),
      failed: (error) => ({ success: false, message: error.message, lesson: noLesson() }),
    });
    const trigger = (name: string, work: () => string | Promise<string>): void =>
      node.service<object, TriggerResponse>('std_srvs/srv/Trigger', name, async () => ({
        success: true,
        message: await work(),
      }));
    trigger('~/execute', () => this.teaching.perform());
    trigger('~/compare', () => this.topics.compare(this.ready()));
    trigger('~/stop', () => {
      if (!this.configured) return 'nothing is configured, nothing moves';
      const trouble = this.configured.executor.stop('stop was asked for');
      if (trouble) throw new Error(`stopped for good, but the arm could not be told: ${trouble}`);
      return 'stopping; ~/reset makes it ready again';
    });
    trigger('~/reset', () => {
      const refusal = this.configured?.executor.reset() ?? '';
      if (refusal) throw new Error(refusal);
      return 'ready';
    });
    trigger('~/forget', async () => {
      const { book, executor } = this.ready();
      await this.teaching.giveUp('it is forgotten');
      executor.interruptMotion('the lesson is forgotten');
      await executor.rest();
      await book.forget();
      this.publish();
      return 'back to the meta-trained weights';
    });
    node.service<InspectMemoryRequest, object>('oneshot_arm_msgs/srv/InspectMemory', '~/memory', (request) =>
      inspectMemory(this.ready().book, request),
    );
    node.service<SaveRequest, object>('oneshot_arm_msgs/srv/SaveSkill', '~/save_skill', (request) =>
      saveSkill(this.ready().book, this.skills(), request, this.node.parameters.get('backend')),
    );
    node.service('oneshot_arm_msgs/srv/ListSkills', '~/list_skills', () =>
      skillList(this.ready().book, this.skills()),
    );
    node.service<{ name: string }, object>('oneshot_arm_msgs/srv/LoadSkill', '~/load_skill', ({ name }) =>
      this.teaching.loadSkill(name, this.skills()),
    );
    node.service<{ names: string[] }, object>(
      'oneshot_arm_msgs/srv/ExecuteSkills',
      '~/execute_skills',
      ({ names }) => this.teaching.performSkills(names, this.skills()),
    );
    node.service<{ name: string; new_name: string }, TriggerResponse>(
      'oneshot_arm_msgs/srv/RenameSkill',
      '~/rename_skill',
      (request) => {
        renameSkill(this.skills(), request.name, request.new_name);
        return { success: true, message: `${request.name} is now ${request.new_name}` };
      },
    );
    node.service<{ name: string }, object>('oneshot_arm_msgs/srv/ExportSkill', '~/export_skill', ({ name }) =>
      exportedSkill(this.skills(), name),
    );
    node.service<{ name: string }, TriggerResponse>(
      'oneshot_arm_msgs/srv/ForgetSkill',
      '~/forget_skill',
      ({ name }) => {
        forgetSkill(this.skills(), name);
        return { success: true, message: `${name} is forgotten` };
      },
    );
  }

  /** Ticks at the rate of the stream while commands go out one by one. */
  private streamWhileBusy(): void {
    const wanted = this.outputs.streamed && (this.executor?.busy ?? false);
    if (wanted === (this.endStream !== undefined)) return;
    this.endStream?.();
    this.endStream = wanted
      ? this.node.timer(1 / this.node.parameters.get('stream_rate_hz'), () => this.executor?.tick())
      : undefined;
  }

  /** What the last lesson left in the emulated memory. */
  private get memory(): MemoryState | null {
    const lesson = this.configured?.book.current;
    if (!lesson?.memory) return null;
    return { condition: lesson.memory, spent: lesson.spent, writtenAtMs: lesson.writtenAtMs };
  }

  /** What moves the arm, or still slows it down. */
  private get executor(): Executor | null {
    return this.configured?.executor ?? this.leaving;
  }

  private ready(): Configured {
    if (!this.configured || !this.active) throw new Error(`${this.node.name} is not active`);
    return this.configured;
  }

  /** Gives the lesson of parameter `target`, once, when the arm is there to perform it. */
  private teachPending(): void {
    const { pending, configured } = this;
    if (!pending || !this.active || !configured || configured.executor.refusal() !== '') return;
    if (this.outputs.make(configured.limits).unavailable() !== '') return;
    this.pending = null;
    void this.teaching.byTopic(() => pending, true);
  }

  /** Two learners of one name hear the same goals, and both move the arm. */
  private alone(): Diagnosis {
    const { name, namesakes, log } = this.node;
    const alone = namesakes < 2;
    if (!alone && this.wasAlone)
      log.error(
        `${namesakes} nodes are named ${name} in this domain: each performs the goals of all; end one`,
      );
    this.wasAlone = alone;
    return {
      level: alone ? 'ok' : 'error',
      message: alone ? 'alone' : `${namesakes} nodes are named ${name}`,
      values: { nodes: namesakes },
    };
  }

  private skills(): string {
    return skillsFolder(this.node.parameters.get('skills_directory'));
  }

  private pathTarget(path: Path, dtS: number): ToolTarget {
    const p = this.node.parameters;
    const { book, frame } = this.ready();
    const { profile } = book;
    const orientation = profile.inversePose ? p.get('path_orientation') : 'ignore';
    return pathTarget(path, dtS || p.get('path_dt'), frame, orientation);
  }

  private goalTarget(goal: TeachGoal): Target {
    const { profile } = this.ready().book;
    return this.shown.target(goal) ?? goalTarget(goal, profile, (path, dtS) => this.pathTarget(path, dtS));
  }

  private view(): LearnerView {
    const { configured, active, teaching } = this;
    return { configured, active, learning: teaching.learning, lastReason: teaching.lastReason };
  }

  private publish(): void {
    this.files.published(this.configured?.book.current ?? null);
    if (this.configured) this.topics.publish(this.configured);
    this.report();
  }

  private report(always = false): void {
    this.topics.report(this.view(), always);
  }
}
