import type { Gate, Judgement } from '../../arm/gate/gate.js';
import type { Profile } from '../../arm/kinematics/profile.js';
import type { Executed } from '../../arm/preview/executed.js';
import type { Scores } from '../../arm/preview/preview.js';
import type { Target } from '../../arm/target/target.js';
import type { TrialTarget } from '../../trial/trial_target.js';
import { InputError, reject } from '../../input_error.js';
import type { MotorNetworkConfig } from '../../snn/motor_network.js';
import type { LessonThread } from './lesson_thread.js';
import type { MemoryAnswer, MemoryQuestion } from './memory_view.js';
import type { ComparedTexts, Judging, KeptState, LessonStage, Taught, Teachings } from './lesson_types.js';

/** Weights that a learner was made of. */
export interface Base {
  name: string;
  manifest: string;
  sha256: string;
}

/** A lesson that was given, and what the gate says of it. */
export interface Lesson extends Taught {
  name: string;
  /** The last performance, measured, and why it is not what was predicted (empty where it is). */
  executed: (Executed & { shortcoming: string }) | null;
  /** When the synapses were written, ms on this thread's clock. */
  writtenAtMs: number;
}

export interface LessonOptions extends Teachings {
  name: string;
  onStage: (stage: LessonStage, before: Scores) => void;
  /** Ends the lesson early. */
  signal: AbortSignal;
}

/** Has lessons given, keeps the last one, brings skills back. Each lesson starts from the meta-trained weights. */
export class LessonBook {
  current: Lesson | null = null;

  /** @param gate for what is judged at once: approaches, and motions from where the arm is. */
  constructor(
    readonly thread: Pick<LessonThread, 'ask'>,
    readonly base: Base,
    readonly config: MotorNetworkConfig,
    readonly profile: Profile,
    readonly gate: Gate,
  ) {}

  /** Whether a target can be taught. @throws InputError where arm or encoder cannot do it. */
  async prepare(target: Target): Promise<void> {
    await this.thread.ask({ kind: 'prepare', target });
  }

  /**
   * The lessons of a motion. What was learned before is gone then, whatever goes wrong.
   * @throws LessonCanceled, Error where the recall is not finite; InputError where the target cannot be taught: then nothing changed.
   */
  async teach(target: Target, options: LessonOptions): Promise<Lesson> {
    const { name, onStage, signal, ...teachings } = options;
    const before = this.current;
    this.current = null;
    try {
      const taught = await this.thread.ask({ kind: 'teach', target, options: teachings }, signal, onStage);
      return (this.current = { ...taught, name, executed: null, writtenAtMs: performance.now() });
    } catch (error) {
      if (error instanceof InputError) this.current = before;
      throw error;
    }
  }

  /** What the gate says of velocities (steps x joints) for a target. */
  judge(target: TrialTarget, velocities: Float32Array, options: Judging): Promise<Judgement> {
    return this.thread.ask({ kind: 'judge', target, velocities, options });
  }

  /** The current lesson beside other ways of performing its motion. @throws InputError: no lesson. */
  async compare(): Promise<ComparedTexts> {
    if (!this.current) return reject('no-lesson', 'lesson', 'a lesson first', 'none');
    const { name, target, after, executed } = this.current;
    const lesson = { name, target, recalled: after.angles, executed: executed?.knots ?? null };
    return this.thread.ask({ kind: 'compare', lesson });
  }

  /** What the current lesson's memory holds at an age, and what is recalled from it. @throws InputError: no lesson, no memory. */
  async memory(question: MemoryQuestion): Promise<MemoryAnswer> {
    if (!this.current) return reject('no-lesson', 'lesson', 'a lesson first', 'none');
    return this.thread.ask({ kind: 'memory', question });
  }

  /** Back to the meta-trained weights, no lesson. */
  async forget(): Promise<void> {
    this.current = null;
    await this.thread.ask({ kind: 'forget' });
  }

  /** What a skill of the current lesson keeps. @throws InputError where there is none, or where it is several skills. */
  kept(): NonNullable<Taught['kept']> {
    if (!this.current)
      throw new InputError({
        code: 'no-lesson',
        field: 'skill',
        expected: 'a lesson first',
        received: 'none',
      });
    return (
      this.current.kept ?? reject('several-skills', 'skill', 'a motion that was taught', this.current.name)
    );
  }

  /**
   * Makes saved skills the current lesson: one, or several that follow each other as one motion.
   * @param joinRad how far a joint may begin from where the skill before ends, rad. @throws InputError where one begins elsewhere: then nothing changed.
   */
  async restore(skills: KeptState[], joinRad: number, options: Judging): Promise<Lesson> {
    const taught = await this.thread.ask({ kind: 'restore', skills, joinRad, options });
    const name = skills.map((s) => s.name).join(' + ');
    return (this.current = { ...taught, name, executed: null, writtenAtMs: performance.now() });
  }
}
