import type { Gate, Judgement } from '../../arm/gate/gate.js';
import type { Profile } from '../../arm/kinematics/profile.js';
import type { Executed } from '../../arm/preview/executed.js';
import { preview, type Rollout } from '../../arm/preview/preview.js';
import type { Target } from '../../arm/target/target.js';
import type { TrialTarget } from '../../trial/trial_target.js';
import { InputError, reject } from '../../input_error.js';
import { channelsFor } from '../../lesson/channels.js';
import { sequenceSteps } from '../../lesson/lesson.js';
import { lessonsOf, type Sequence } from '../../lesson/sequence.js';
import type { MotorLearner } from '../../snn/motor_learner.js';
import { emptyLedger, type Ledger } from '../../synapses/synapses.js';

/** Weights that a learner was made of. */
export interface Base {
  name: string;
  manifest: string;
  sha256: string;
}

/** A lesson that was given, and what the gate says of it. */
export interface Lesson {
  name: string;
  target: TrialTarget;
  /** Lessons that the motion took. */
  lessons: number;
  updates: number;
  before: Rollout;
  after: Rollout;
  spent: Ledger;
  timeMs: { exposure: number; update: number; recall: number; total: number };
  judgement: Judgement;
  /** The last performance, measured, and why it is not what was predicted (empty where it is). */
  executed: (Executed & { shortcoming: string }) | null;
}

export interface LessonOptions {
  name: string;
  updates: number;
  refineSteps: number;
  readAfterS: number;
  timeScaling: boolean;
  maxTimeScaling: number;
  maxTcpErrorM: number;
  maxTcpErrorOfExtent: number;
  nowMs: () => number;
  onStage: (stage: 'exposure' | 'update' | 'recall' | 'preview', before: Rollout) => void;
  /** Ends the lesson early. */
  signal: AbortSignal;
}

/** A lesson that was ended before it was over. */
export class LessonCanceled extends Error {}

/** Runs steps to their end and lets the process do other things between them. @throws LessonCanceled where the signal aborts. */
async function piecemeal<T>(steps: Generator<undefined, T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    if (signal.aborted) throw new LessonCanceled(`the lesson was given up: ${String(signal.reason)}`);
    const step = steps.next();
    if (step.done) return step.value;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** What the gate is asked. */
export type Judging = Pick<
  LessonOptions,
  'timeScaling' | 'maxTimeScaling' | 'maxTcpErrorM' | 'maxTcpErrorOfExtent'
>;

/** Gives lessons, keeps the last one, brings skills back. Each lesson starts from the meta-trained weights. */
export class LessonBook {
  current: Lesson | null = null;
  private fresh = true;

  constructor(
    readonly learner: MotorLearner,
    readonly base: Base,
    readonly profile: Profile,
    readonly gate: Gate,
  ) {}

  /** A target as lessons of the network. @throws InputError where arm or encoder cannot do it. */
  prepare(target: Target): Sequence {
    return lessonsOf(target, this.profile, this.learner.config);
  }

  /**
   * The lessons of a motion, step by step. Whatever goes wrong, there is no current lesson then.
   * @throws LessonCanceled, Error where the recall is not finite.
   */
  async teach(sequence: Sequence, options: LessonOptions): Promise<Lesson> {
    this.forget();
    this.fresh = false;
    const { updates, refineSteps, readAfterS, nowMs, onStage, signal } = options;
    const steps = sequenceSteps(this.learner, sequence, this.profile, {
      updates,
      refine: refineSteps,
      readAfterS,
      now: nowMs,
      onStage,
    });
    const result = await piecemeal(steps, signal);
    if (!result.velocities.every(Number.isFinite)) throw new Error('the recall is not finite');
    const target = sequence.whole;
    const lesson: Lesson = {
      name: options.name,
      target,
      lessons: sequence.lessons.length,
      updates,
      before: result.before,
      after: result.after,
      spent: result.spent,
      timeMs: result.timeMs,
      judgement: this.judge(target, result.velocities, options),
      executed: null,
    };
    this.current = lesson;
    return lesson;
  }

  /** What the gate says of velocities (steps x joints) for a target. */
  judge(target: TrialTarget, velocities: Float32Array, options: Judging): Judgement {
    return this.gate.judge(target, velocities, {
      allowTimeScaling: options.timeScaling,
      maxTimeScale: options.maxTimeScaling,
      maxTcpErrorMeanM: options.maxTcpErrorM > 0 ? options.maxTcpErrorM : Infinity,
      maxTcpErrorOfExtent: options.maxTcpErrorOfExtent > 0 ? options.maxTcpErrorOfExtent : Infinity,
    });
  }

  /** Back to the meta-trained weights, no lesson. */
  forget(): void {
    this.current = null;
    if (!this.fresh) this.learner.forget();
    this.fresh = true;
  }

  /** Synapses of the current lesson (a copy). @throws InputError where there is none, or where the motion took several. */
  synapses(): Float32Array {
    if (!this.current)
      throw new InputError({
        code: 'no-lesson',
        field: 'skill',
        expected: 'a lesson first',
        received: 'none',
      });
    if (this.current.lessons > 1)
      reject('several-lessons', 'skill', 'a motion of one lesson', `one of ${this.current.lessons}`);
    return this.learner.synapses.read().slice();
  }

  /** Makes a saved skill the current lesson. */
  restore(
    name: string,
    synapses: Float32Array,
    target: TrialTarget,
    updates: number,
    options: Judging,
  ): Lesson {
    this.forget();
    const channels = channelsFor(this.learner.config, target, target.startAngles);
    const before = preview(target, channels.joints(this.learner.recall()), this.profile);
    this.fresh = false;
    this.learner.restore(synapses);
    const velocities = channels.joints(this.learner.recall());
    const after = preview(target, velocities, this.profile);
    this.current = {
      name,
      target,
      lessons: 1,
      updates,
      before,
      after,
      spent: emptyLedger(this.learner.ledger.devicesTotal),
      timeMs: { exposure: 0, update: 0, recall: 0, total: 0 },
      judgement: this.judge(target, velocities, options),
      executed: null,
    };
    return this.current;
  }
}
