import type { Judgement } from '../../arm/gate/gate.js';
import type { Scores } from '../../arm/preview/preview.js';
import type { Target } from '../../arm/target/target.js';
import type { Trajectory } from '../../arm/trajectory/trajectory.js';
import type { Goal, LessonMessage, RosNode, TeachFeedback, TeachGoal, TeachResult } from '../../ros/index.js';
import { InputError, reject } from '../../input_error.js';
import { executedScore } from './executed_score.js';
import type { Executor } from './executor.js';
import type { Configured } from './learner_topics.js';
import type { Lesson } from './lesson_book.js';
import { type Judging, LessonCanceled, type OnStage } from './lesson_types.js';
import { outcomeText, refusalText, scoreMessage, violationMessage } from './lesson_message.js';
import { type LearnerParameters, parameterTable } from './parameters.js';
import { wasShown } from './shown_motion.js';
import type { Performance } from './performance.js';
import { loadSkill } from './skill_service.js';

/** Refuses a goal whose lesson would be longer than the parameters of the same name may ask for. */
export function checkLength(goal: Pick<TeachGoal, 'updates' | 'refine_steps'>): void {
  for (const name of ['updates', 'refine_steps'] as const) {
    const [, most] = parameterTable[name].range;
    if (goal[name] > most) reject('too-many', name, `at most ${most}`, goal[name]);
  }
}

/** Most skills that follow each other as one motion. */
const mostSkills = 100;

/** What a lesson by topic has in place of a goal. */
const unattended = { name: '', updates: 0, refine_steps: 0, toleranceM: 0 };

/** What may be performed. */
type Motion = Judgement & { trajectory: Trajectory };

const accepted = (judgement: Judgement): judgement is Motion =>
  judgement.accepted && judgement.trajectory !== null;

const verdict = ({ after, judgement }: Lesson) => ({
  score: scoreMessage(after),
  gate_accepted: judgement.accepted,
  reasons: judgement.reasons.map(violationMessage),
});

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
  /** A lesson as a message; null: none. */
  message(lesson: Lesson | null): LessonMessage;
}

/** Lessons from their request to their end: at rest, taught, judged, performed, scored, published. */
export class Teaching {
  /** A lesson is being computed. */
  learning = false;
  /** Why the last lesson or motion was refused; empty where it was not. */
  lastReason = '';
  private running = new AbortController();
  private lessons: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: TeachingOptions) {}

  /** What ~/teach does with a goal that was checked: learns, judges and, where asked, performs. */
  async byGoal(
    goal: TeachingGoal,
    target: Target,
  ): Promise<{ end: 'succeeded' | 'aborted' | 'canceled'; result: TeachResult }> {
    const feedback = (
      stage: string,
      progress: number,
      lesson?: { before: Scores; after?: Scores },
      message = '',
    ): void =>
      goal.feedback({
        stage,
        progress,
        before: scoreMessage(lesson?.before),
        after: scoreMessage(lesson?.after),
        message,
      });
    let lesson: Lesson | null = null;
    const result = (success: boolean, message: string): TeachResult => ({
      success,
      message,
      lesson: this.options.message(lesson),
    });
    feedback('validating', 0);
    const { executor } = this.options.ready();
    const { request } = goal;
    if (!goal.signal.aborted) await this.atRest(executor, 'a new lesson begins');
    if (goal.signal.aborted)
      return { end: goal.cancelRequested ? 'canceled' : 'aborted', result: result(false, goal.reason) };

    const stages = ['exposure', 'update', 'recall', 'preview'];
    try {
      lesson = await this.teach(
        target,
        { ...request, toleranceM: wasShown(request) ? this.options.parameters.get('record_tolerance_m') : 0 },
        (stage, before) => feedback(stage, stages.indexOf(stage) / stages.length, { before }),
        goal.signal,
      );
    } catch (error) {
      if (!(error instanceof LessonCanceled)) throw error;
      return { end: goal.cancelRequested ? 'canceled' : 'aborted', result: result(false, error.message) };
    }
    // a stop that waits goes first: the lesson has just been published, and the result is as long
    await new Promise((resolve) => setImmediate(resolve));
    feedback(
      'preview',
      1,
      lesson,
      lesson.judgement.accepted ? 'accepted' : `refused: ${refusalText(lesson)}`,
    );
    if (!request.execute) return { end: 'succeeded', result: result(true, outcomeText(lesson)) };

    const motion = await this.motionOf(lesson);
    if (!motion)
      return { end: 'aborted', result: result(false, `learned, not performed: ${refusalText(lesson)}`) };
    const performance = await this.performAndScore(
      lesson,
      motion,
      (stage, progress) => feedback(stage, progress, lesson as Lesson),
      goal.signal,
    );
    if (performance.ok && !lesson.executed?.shortcoming)
      return { end: 'succeeded', result: result(true, outcomeText(lesson)) };
    return {
      end: goal.cancelRequested ? 'canceled' : 'aborted',
      result: result(
        false,
        performance.ok ? outcomeText(lesson) : `learned, not performed to its end: ${performance.message}`,
      ),
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
      const lesson = await this.teach(checked, unattended);
      this.options.log.info(outcomeText(lesson));
      if (!execute) return;
      const motion = await this.motionOf(lesson);
      if (!motion) throw new Error(`learned, not performed: ${refusalText(lesson)}`);
      const { ok } = await this.performAndScore(lesson, motion, () => {});
      if (ok) this.options.log.info(outcomeText(lesson));
    } catch (error) {
      this.lastReason = (error as Error).message;
      this.options.log.warn(`target refused: ${this.lastReason}`);
      this.options.report();
    }
  }

  /** Gives up the lesson that is being computed, if there is one; resolves when none is. */
  async giveUp(reason: string): Promise<void> {
    this.running.abort(reason);
    await this.lessons;
  }

  /** One lesson after another: a new one gives up the one before. */
  private teach(...lesson: Parameters<Teaching['teachNow']>): Promise<Lesson> {
    this.running.abort('a new lesson begins');
    const mine = (this.running = new AbortController());
    const [target, wanted, onStage, signal] = lesson;
    const either = signal ? AbortSignal.any([mine.signal, signal]) : mine.signal;
    const taught = this.lessons.then(() => this.teachNow(target, wanted, onStage, either));
    this.lessons = taught.catch(() => undefined);
    return taught;
  }

  /** One lesson, published. A failure of the lesson itself (not of the input) stops the arm: what it knows is not to be trusted. */
  private async teachNow(
    target: Target,
    wanted: { name: string; updates: number; refine_steps: number; toleranceM: number },
    onStage: OnStage = () => {},
    signal: AbortSignal = this.running.signal,
  ): Promise<Lesson> {
    const { book, executor } = this.options.ready();
    const p = this.options.parameters;
    this.learning = true;
    this.options.report();
    try {
      const lesson = await book.teach(target, {
        ...this.judging(),
        name: wanted.name,
        updates: wanted.updates || p.get('updates'),
        refineSteps: wanted.refine_steps || p.get('refine_steps'),
        readAfterS: p.get('read_after_s'),
        toleranceM: wanted.toleranceM,
        onStage,
        signal,
      });
      this.lastReason = lesson.judgement.accepted ? '' : refusalText(lesson);
      return lesson;
    } catch (error) {
      if (!(error instanceof LessonCanceled || error instanceof InputError))
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
    const motion = await this.motionOf(lesson);
    if (!motion) throw new Error(`refused: ${refusalText(lesson)}`);
    const refusal = executor.refusal();
    if (refusal) throw new Error(refusal);
    return new Promise((resolve, reject) => {
      const started = (): void =>
        resolve(`performing ${lesson.name || 'the lesson'} in ${motion.trajectory.durationS.toFixed(2)} s`);
      this.performAndScore(lesson, motion, started).then(
        (performance) => (performance.ok ? started() : reject(new Error(performance.message))),
        reject,
      );
    });
  }

  private async performAndScore(
    lesson: Lesson,
    motion: Motion,
    onStage: (stage: 'approaching' | 'executing', progress: number) => void,
    signal?: AbortSignal,
  ): Promise<Performance> {
    const { executor, book, commandJoints } = this.options.ready();
    const p = this.options.parameters;
    this.lastReason = '';
    const performance = await executor.perform(motion.trajectory, signal, onStage);
    lesson.executed = executedScore(lesson, motion, performance, book.profile, commandJoints, {
      deviationM: p.get('execution_tolerance_m') || Infinity,
      delayS: p.get('execution_delay_s') || Infinity,
    });
    this.lastReason = performance.ok ? (lesson.executed?.shortcoming ?? '') : performance.message;
    if (!performance.ok) this.options.log.warn(`not performed to its end: ${performance.message}`);
    else if (this.lastReason) this.options.log.warn(`not performed as predicted: ${this.lastReason}`);
    this.options.publish();
    return performance;
  }

  /** The motion that may be performed for a lesson, or null where the gate lets none through. */
  private async motionOf(lesson: Lesson): Promise<Motion | null> {
    if (accepted(lesson.judgement)) return lesson.judgement;
    if (this.options.parameters.get('on_refusal') !== 'target') return null;
    const { book } = this.options.ready();
    const own = await book.judge(lesson.target, lesson.target.velocities, this.judging());
    if (!accepted(own)) return null;
    this.options.log.warn("the recall was refused: the target's own trajectory is performed");
    return own;
  }

  /** What ~/load_skill does. */
  async loadSkill(name: string, directory: string): Promise<object> {
    const lesson = await this.restore([name], directory);
    return { success: true, message: outcomeText(lesson), ...verdict(lesson) };
  }

  /** What ~/execute_skills does: brings skills back without an exposure and performs them as one motion, as ~/execute does. */
  async performSkills(names: readonly string[], directory: string): Promise<object> {
    if (names.length === 0) reject('empty', 'names', 'at least one skill', 'none');
    if (names.length > mostSkills) reject('too-many', 'names', `at most ${mostSkills}`, names.length);
    const lesson = await this.restore(names, directory);
    const answer = { duration_s: lesson.judgement.trajectory?.durationS ?? 0, ...verdict(lesson) };
    try {
      return { success: true, message: await this.perform(), ...answer };
    } catch (error) {
      return { success: false, message: (error as Error).message, ...answer };
    }
  }

  private async restore(names: readonly string[], directory: string): Promise<Lesson> {
    const { book, executor } = this.options.ready();
    const skills = names.map((name) => loadSkill(book, directory, name));
    await this.giveUp('a skill is loaded');
    await this.atRest(executor, 'a skill is loaded');
    try {
      return await book.restore(skills, this.options.parameters.get('skill_join_rad'), this.judging());
    } finally {
      this.options.publish();
    }
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
      maxTcpErrorOfExtent: p.get('max_tcp_error_of_extent'),
      maxOrientationErrorRad: p.get('max_orientation_error_rad'),
      maxTimeScaling: p.get('max_time_scaling'),
    };
  }
}
