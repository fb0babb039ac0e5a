import type { Gate, Judgement } from '../../arm/gate/gate.js';
import type { Profile } from '../../arm/kinematics/profile.js';
import { preview } from '../../arm/preview/preview.js';
import type { Target } from '../../arm/target/target.js';
import type { OtherLesson } from '../../compare/performed.js';
import type { TrialTarget } from '../../trial/trial_target.js';
import { checkJoins, joinMotions } from '../../lesson/join.js';
import {
  difference,
  type LessonOptions,
  recallSequence,
  sequenceSteps,
  teachSequence,
} from '../../lesson/lesson.js';
import { capacityOf, lastShare, lessonsOf, type Sequence, sequenceOf } from '../../lesson/sequence.js';
import type { MotorLearner } from '../../snn/motor_learner.js';
import { emptyLedger } from '../../synapses/synapses.js';
import { activityOf } from './activity.js';
import { comparisonText, liveComparison } from './comparison.js';
import { type Held, memoryAt, type MemoryAnswer } from './memory_view.js';
import {
  type Compared,
  type ComparedTexts,
  type Judging,
  type KeptState,
  LessonCanceled,
  type LessonRequest,
  type OnStage,
  type SynapseState,
  type Taught,
  type Teachings,
} from './lesson_types.js';

/** A learner on other synapses, and what its lessons are called. */
export interface Beside {
  method: string;
  learner: MotorLearner;
}

/** Shares of what one lesson holds that a motion is cut by where its error is above the tolerance. */
const finerShares = [0.6, 0.4, 0.27, 0.2];

/**
 * Where lessons are given, one after another, each from the meta-trained weights; targets are prepared and motions judged
 * between the steps of one. It knows no threads: lesson_worker.ts puts it into one.
 */
export class LessonRoom {
  private last: Promise<unknown> = Promise.resolve();
  private fresh = true;
  /** What the synapses hold; null: nothing, or several skills as one motion. */
  private held: Held | null = null;
  /** How the last lesson was given; null: there is none, or it was kept as a skill. */
  private given: ({ sequence: Sequence } & LessonOptions) | null = null;

  constructor(
    private readonly learner: MotorLearner,
    private readonly profile: Profile,
    private readonly gate: Gate,
    /** A clock, ms. */
    private readonly nowMs: () => number,
    /** Makes a learner on other synapses, to compare lessons with. */
    private readonly beside?: () => Promise<Beside>,
  ) {}

  /** Answers a request, as LessonAnswers says. @throws InputError, LessonCanceled, Error where the recall is not finite. */
  async answer(
    request: LessonRequest,
    signal: AbortSignal,
    onStage: OnStage,
  ): Promise<Taught | Judgement | ComparedTexts | MemoryAnswer | null> {
    switch (request.kind) {
      case 'prepare':
        this.prepare(request.target);
        return null;
      case 'judge':
        return this.judge(request.target, request.velocities, request.options);
      case 'compare':
        return this.inTurn(() => this.compare(request.lesson));
      case 'teach':
        return this.inTurn(() => this.teach(request.target, request.options, signal, onStage));
      case 'memory':
        return this.inTurn(() => memoryAt(this.learner, this.held, this.profile, request.question));
      case 'restore':
        return this.inTurn(() => this.restore(request));
      case 'forget':
        return this.inTurn(() => (this.forget(), null));
    }
  }

  private inTurn<T>(work: () => T | Promise<T>): Promise<T> {
    const mine = this.last.then(work);
    this.last = mine.catch(() => undefined);
    return mine;
  }

  private prepare(target: Target) {
    return lessonsOf(target, this.profile, this.learner.config);
  }

  /** As few lessons as hold the motion, and more where the error is above the tolerance: the fewest within it, else the best. */
  private async teach(
    wanted: Target,
    { toleranceM, ...teachings }: Teachings,
    signal: AbortSignal,
    onStage: OnStage,
  ): Promise<Taught> {
    if (signal.aborted) throw new LessonCanceled(signal.reason);
    const { learner, profile } = this;
    const fewest = this.prepare(wanted); // what cannot be taught changes nothing
    const { cycles } = capacityOf(learner.config);
    const finer = (share: number): Sequence =>
      lessonsOf(wanted, profile, learner.config, '', true, share * cycles);
    let best: { taught: Taught; sequence: Sequence } | undefined;
    let last: Taught | undefined;
    this.forget();
    const spentBefore = structuredClone(learner.ledger);
    const give = async (sequence: Sequence): Promise<Taught> =>
      (last = await this.give(sequence, teachings, signal, onStage));
    for (const share of toleranceM > 0 ? [1, ...finerShares] : [1]) {
      const sequence = share === 1 ? fewest : finer(share);
      if (sequence.lessons.length === best?.sequence.lessons.length) continue;
      const taught = await give(sequence);
      if (!best || taught.after.tcpErrorMeanM < best.taught.after.tcpErrorMeanM) best = { taught, sequence };
      if (best.taught.after.tcpErrorMeanM <= toleranceM) break;
    }
    if (!best) throw new Error('no lesson was given');
    // the synapses hold what was taught last
    const taught = last === best.taught ? best.taught : await give(best.sequence);
    return { ...taught, spent: difference(learner.ledger, spentBefore) };
  }

  private async give(
    sequence: Sequence,
    { updates, refineSteps, readAfterS, ...judging }: Omit<Teachings, 'toleranceM'>,
    signal: AbortSignal,
    onStage: OnStage,
  ): Promise<Taught> {
    this.forget();
    this.fresh = false;
    const steps = sequenceSteps(this.learner, sequence, this.profile, {
      updates,
      refine: refineSteps,
      readAfterS,
      now: this.nowMs,
      onStage,
    });
    try {
      const { before, after, velocities, states, spent, timeMs } = await piecemeal(steps, signal);
      if (!velocities.every(Number.isFinite)) throw new Error('the recall is not finite');
      this.held = { sequence, states };
      this.given = { sequence, updates, refine: refineSteps, readAfterS };
      const target = sequence.whole;
      const judgement = this.judge(target, velocities, judging);
      const lessons = sequence.lessons.length;
      const kept = { states, spans: sequence.lessons.map(({ fromS, toS }) => ({ fromS, toS })) };
      return {
        target,
        lessons,
        updates,
        before,
        after,
        spent,
        timeMs,
        judgement,
        kept,
        ...this.state(lastShare(kept.spans, target.durationS)),
      };
    } catch (error) {
      this.forget();
      throw error;
    }
  }

  private restore({ skills, joinRad, options }: Extract<LessonRequest, { kind: 'restore' }>): Taught {
    const { learner, profile } = this;
    const joined = (recalls: readonly Float32Array[]) => {
      const parts = skills.map(({ name, target }, i) => ({ name, target, velocities: recalls[i] }));
      return parts.length > 1 ? joinMotions(parts, profile) : parts[0];
    };
    checkJoins(skills, profile, joinRad);
    this.forget();
    const untaught = joined(skills.map((skill) => this.recalled(skill, null)));
    const before = preview(untaught.target, untaught.velocities, profile);
    this.fresh = false;
    const { target, velocities } = joined(skills.map((skill) => this.recalled(skill, skill.states)));
    const [{ spans, states }] = skills;
    if (skills.length === 1)
      this.held = { sequence: sequenceOf(target, profile, learner.config, spans), states };
    return {
      target,
      lessons: skills.reduce((sum, { states }) => sum + states.length, 0),
      updates: Math.max(...skills.map((s) => s.updates)),
      before,
      after: preview(target, velocities, profile),
      spent: emptyLedger(learner.ledger.devicesTotal),
      timeMs: { exposure: 0, update: 0, recall: 0, total: 0 },
      judgement: this.judge(target, velocities, options),
      kept: skills.length === 1 ? { states: skills[0].states, spans: skills[0].spans } : null,
      ...this.state(lastShare(skills[skills.length - 1].spans, target.durationS)),
    };
  }

  /** What synaptic states (null: those that the learner has) recall of a skill's motion. */
  private recalled({ target, spans }: KeptState, states: readonly Float32Array[] | null): Float32Array {
    const { learner, profile } = this;
    return recallSequence(learner, sequenceOf(target, profile, learner.config, spans), states);
  }

  private async compare(lesson: Compared): Promise<ComparedTexts> {
    const comparison = liveComparison(lesson, this.profile, await this.elsewhere());
    return { text: comparisonText(comparison), json: JSON.stringify(comparison) };
  }

  private judge(target: TrialTarget, velocities: Float32Array, options: Judging): Judgement {
    return this.gate.judge(target, velocities, {
      allowTimeScaling: options.timeScaling,
      maxTimeScale: options.maxTimeScaling,
      maxTcpErrorMeanM: options.maxTcpErrorM > 0 ? options.maxTcpErrorM : Infinity,
      maxTcpErrorOfExtent: options.maxTcpErrorOfExtent > 0 ? options.maxTcpErrorOfExtent : Infinity,
      maxOrientationErrorMeanRad:
        options.maxOrientationErrorRad > 0 ? options.maxOrientationErrorRad : Infinity,
    });
  }

  /** @param motionShare of the motion that the last lesson holds. */
  private state(motionShare: number): Pick<Taught, 'synapses' | 'memory' | 'activity'> {
    const { synapses } = this.learner;
    const state: SynapseState = { weights: synapses.read().slice(), analog: synapses.analog() };
    return {
      synapses: state,
      memory: synapses.condition?.() ?? null,
      activity: activityOf(this.learner, motionShare),
    };
  }

  /** The last lesson, given to a new learner on other synapses: the same however often it is asked for. */
  private async elsewhere(): Promise<OtherLesson[]> {
    if (!this.given || !this.beside) return [];
    const { method, learner } = await this.beside();
    const { sequence, ...options } = this.given;
    return [{ method, recalled: teachSequence(learner, sequence, this.profile, options).after.angles }];
  }

  private forget(): void {
    this.held = null;
    this.given = null;
    if (!this.fresh) this.learner.forget();
    this.fresh = true;
  }
}

/** Runs steps to their end and lets other requests be answered between them. @throws LessonCanceled where the signal aborts. */
async function piecemeal<T>(steps: Generator<undefined, T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    if (signal.aborted) throw new LessonCanceled(signal.reason);
    const step = steps.next();
    if (step.done) return step.value;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
