import type { MeasuredJoints } from '../../motion/index.js';
import {
  type ActivityMessage,
  type Diagnosis,
  fromSeconds,
  header,
  type JointTrajectory,
  type LearnerStatusMessage,
  type LessonMessage,
  nowS,
  type RosNode,
} from '../../ros/index.js';
import type { Executor } from './executor.js';
import type { Lesson } from './lesson_book.js';
import { lessonMessage, motionMessage, noLesson } from './lesson_message.js';
import type { LearnerParameters } from './parameters.js';
import type { Setup } from './setup.js';

/** What a configured learner has. */
export interface Configured extends Setup {
  joints: MeasuredJoints;
  /** Joints of the arm that are not commanded. */
  held: MeasuredJoints;
  executor: Executor;
}

/** What status and diagnostics tell about. */
export interface LearnerView {
  configured: Configured | null;
  active: boolean;
  learning: boolean;
  /** Why the last lesson or motion was refused. */
  lastReason: string;
}

/** The learner's state in a word: LearnerStatus.msg lists them. */
export function learnerState({ configured, active, learning }: LearnerView): string {
  if (!configured || !active) return 'inactive';
  if (learning) return 'learning';
  if (configured.executor.state !== 'idle') return configured.executor.state;
  return configured.book.current ? 'ready' : 'idle';
}

/** What the learner publishes of itself. */
export class LearnerTopics {
  private readonly lessons;
  private readonly learned;
  private readonly activity;
  private readonly status;
  private readonly comparison;
  private lastStatus = '';

  constructor(private readonly node: RosNode<LearnerParameters>) {
    this.lessons = node.publisher<LessonMessage>('oneshot_arm_msgs/msg/Lesson', '~/lesson', 'latched');
    this.learned = node.publisher<JointTrajectory>(
      'trajectory_msgs/msg/JointTrajectory',
      '~/learned_trajectory',
      'latched',
    );
    this.activity = node.publisher<ActivityMessage>('oneshot_arm_msgs/msg/Activity', '~/activity', 'latched');
    this.comparison = node.publisher<{ data: string }>('std_msgs/msg/String', '~/comparison', 'latched');
    this.status = node.publisher<LearnerStatusMessage>(
      'oneshot_arm_msgs/msg/LearnerStatus',
      '~/status',
      'latched',
    );
  }

  /** A lesson as a message. */
  message(configured: Configured | null, lesson: Lesson | null): LessonMessage {
    if (!configured || !lesson) return noLesson();
    const { base, profile } = configured.book;
    const p = this.node.parameters;
    return lessonMessage(lesson, {
      base,
      profile,
      backend: p.get('backend'),
      frame: configured.frame,
      stamp: this.node.now(),
    });
  }

  /** Publishes the current lesson, or that there is none. */
  publish(configured: Configured): void {
    const lesson = configured.book.current;
    this.lessons.publish(this.message(configured, lesson));
    this.learned.publish(motionMessage(lesson?.judgement.trajectory ?? null));
    if (lesson) this.activity.publish({ header: header(this.node.now()), ...lesson.activity });
  }

  /** What ~/compare does: the current lesson beside the other ways, published as JSON and told in words. @throws InputError: no lesson. */
  async compare({ book }: Configured): Promise<string> {
    const { text, json } = await book.compare();
    this.comparison.publish({ data: json });
    return text;
  }

  /** Publishes the status where it changed, or always. */
  report(view: LearnerView, always: boolean): void {
    const { configured } = view;
    const state = learnerState(view);
    const stopReason = configured?.executor.stopReason ?? '';
    const reason = stopReason || view.lastReason;
    const fresh = configured !== null && configured.executor.watch() === '';
    const startS = configured?.executor.motionStartRosS ?? 0;
    const summary = `${state} ${reason} ${fresh} ${startS}`;
    if (!always && summary === this.lastStatus) return;
    this.lastStatus = summary;
    this.status.publish({
      header: header(this.node.now()),
      state,
      stop_latched: stopReason !== '',
      reason,
      has_lesson: (configured?.book.current ?? null) !== null,
      joint_states_fresh: fresh,
      joint_state_age_s: configured?.joints.ageS(nowS()) ?? Infinity,
      motion_start: fromSeconds(startS),
      output: this.node.parameters.get('output'),
    });
  }
}

/** What /diagnostics tells of the learner. */
export function diagnosis(view: LearnerView): Diagnosis {
  const { configured } = view;
  const wrong = configured ? configured.executor.stopReason || configured.executor.watch() : '';
  const lesson = configured?.book.current;
  const state = learnerState(view);
  return {
    level: wrong ? 'warn' : 'ok',
    message: wrong || state,
    values: {
      state,
      weights: configured?.book.base.name ?? '',
      joint_state_age_s: configured?.joints.ageS(nowS()).toFixed(3) ?? '',
      ...(lesson && {
        lesson_ms: lesson.timeMs.total.toFixed(1),
        lessons: lesson.lessons,
        tcp_error_mean_m: lesson.after.tcpErrorMeanM.toFixed(4),
        tcp_error_max_m: lesson.after.tcpErrorMaxM.toFixed(4),
        accepted: lesson.judgement.accepted,
        devices_written: lesson.spent.devicesWritten,
        ...(lesson.executed && { executed_tcp_error_mean_m: lesson.executed.tcpErrorMeanM.toFixed(4) }),
      }),
    },
  };
}
