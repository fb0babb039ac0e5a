import type { Target } from '../../arm/target/target.js';
import type { Trajectory } from '../../arm/trajectory/trajectory.js';
import type { Goal, LessonMessage, RosNode, TeachFeedback, TeachGoal, TeachResult } from '../../ros/index.js';
import { nowMs } from './arm_outputs.js';
import { executedScore } from './executed_score.js';
import type { Executor } from './executor.js';
import type { Configured } from './learner_topics.js';
import type { Judging, Lesson } from './lesson_book.js';
import { outcomeText, refusalText, scoreMessage, violationMessage } from './lesson_message.js';
import type { LearnerParameters } from './parameters.js';
import type { Performance } from './performance.js';
import { loadSkill } from './skill_service.js';

/** What a lesson by topic has in place of a goal. */
const unattended = { name: '', updates: 0, refine_steps: 0 };

type TeachingGoal = Goal<TeachGoal, TeachFeedback>;

export interface TeachingOptions {
  parameters: RosNode<LearnerParameters>['parameters'];
  log: RosNode<LearnerParameters>['log'];
  /** @throws Error where the node is not active. */
  ready(): Configured;
  /** Publishes lesson, motion and status. */
  publish(): void;
  /** Publishes the status. */
  report(): void;
  /** The current lesson as a message. */
  message(): LessonMessage;
}

/** Lessons from their request to their end: at rest, taught, judged, performed, scored, published. */
export class Teaching {
  /** A lesson is being computed. */
  learning = false;
  /** Why the last lesson or motion was refused; empty where it was not. */
  lastReason = '';

  constructor(private readonly options: TeachingOptions) {}

  /** What ~/teach does: validates, learns, judges and, where asked, performs. */
  async byGoal(
    goal: TeachingGoal,
    readTarget: (request: TeachGoal) => Target,
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
      lesson: this.options.message(),
    });
    feedback('validating', 0);
    const { executor, book, commandJoints } = this.options.ready();
    const { request } = goal;
    const target = readTarget(request);
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
    lesson.executed = executedScore(lesson, performance, book.profile, commandJoints);
    this.options.publish();
    if (performance.ok && book.current === lesson)
      return { end: 'succeeded', result: result(true, outcomeText(lesson)) };
    this.lastReason = performance.message;
    return {
      end: goal.cancelRequested ? 'canceled' : 'aborted',
      result: result(false, `learned, not performed to its end: ${performance.message}`),
    };
  }

  /** A target nobody waits for: what goes wrong is logged and told by the status. */
  async byTopic(
    target: () => Target,
    execute: boolean = this.options.parameters.get('execute_topic_targets'),
  ): Promise<void> {
    try {
      const { executor } = this.options.ready();
      const checked = target();
      await this.atRest(executor, 'a new lesson begins');
      const lesson = this.teach(checked, unattended);
      this.options.log.info(outcomeText(lesson));
      if (!execute) return;
      const motion = this.motionOf(lesson);
      if (!motion) throw new Error(`learned, not performed: ${refusalText(lesson)}`);
      const { ok } = await this.performAndScore(lesson, motion);
      if (ok) this.options.log.info(outcomeText(lesson));
    } catch (error) {
      this.lastReason = (error as Error).message;
      this.options.log.warn(`target refused: ${this.lastReason}`);
      this.options.report();
    }
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
    const { book, executor } = this.options.ready();
    const p = this.options.parameters;
    const sequence = book.prepare(target);
    this.learning = true;
    try {
      const lesson = book.teach(sequence, {
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
      this.options.publish();
    }
  }

  /** What ~/execute does: resolves once the motion begins, or with why it does not. */
  async perform(): Promise<string> {
    const { book, executor } = this.options.ready();
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
    const { executor, book, commandJoints } = this.options.ready();
    const performance = await executor.perform(motion, undefined, onStart);
    lesson.executed = executedScore(lesson, performance, book.profile, commandJoints);
    if (!performance.ok) {
      this.lastReason = performance.message;
      this.options.log.warn(`not performed to its end: ${performance.message}`);
    }
    this.options.publish();
    return performance;
  }

  /** The motion that may be performed for a lesson, or null where the gate lets none through. */
  private motionOf(lesson: Lesson): Trajectory | null {
    if (lesson.judgement.accepted) return lesson.judgement.trajectory;
    if (this.options.parameters.get('on_refusal') !== 'target') return null;
    const own = this.options.ready().book.judge(lesson.target, lesson.target.velocities, this.judging());
    if (own.accepted)
      this.options.log.warn("the recall was refused: the target's own trajectory is performed");
    return own.accepted ? own.trajectory : null;
  }

  /** What ~/load_skill does. */
  async loadSkill(name: string, directory: string): Promise<object> {
    const { book, executor } = this.options.ready();
    const skill = loadSkill(book, directory, name);
    await this.atRest(executor, 'a skill is loaded');
    const lesson = book.restore(name, skill.synapses, skill.target, skill.updates, this.judging());
    this.options.publish();
    return {
      success: true,
      message: outcomeText(lesson),
      score: scoreMessage(lesson.after),
      gate_accepted: lesson.judgement.accepted,
      reasons: lesson.judgement.reasons.map(violationMessage),
    };
  }

  private async atRest(executor: Executor, why: string): Promise<void> {
    executor.interruptMotion(why);
    await executor.rest();
  }

  private judging(): Judging {
    const p = this.options.parameters;
    return {
      timeScaling: p.get('time_scaling'),
      maxTcpErrorM: p.get('max_tcp_error_m'),
      maxTimeScaling: p.get('max_time_scaling'),
    };
  }
}
