/** Lessons as the node and the thread that gives them tell each other of: plain data. */
import type { Judgement } from '../../arm/gate/gate.js';
import type { Rollout, Scores } from '../../arm/preview/preview.js';
import type { Target } from '../../arm/target/target.js';
import type { Span } from '../../lesson/sequence.js';
import type { TrialTarget } from '../../trial/trial_target.js';
import type { ActivityMessage } from '../../ros/index.js';
import type { AnalogReadout, Ledger, MemoryCondition } from '../../synapses/synapses.js';
import type { MemoryQuestion } from './memory_view.js';

/** What the trainee's synapses are after a lesson: all that a recall needs. */
export interface SynapseState {
  /** rows x columns of the crossbar, as a product uses them. */
  weights: Float32Array;
  analog: AnalogReadout | null;
}

/** What happened inside the networks: the message without its header. */
export type NetworkActivity = Omit<ActivityMessage, 'header'>;

/** What came of a lesson, or of a skill that was loaded. */
export interface Taught {
  target: TrialTarget;
  /** Lessons that the motion took. */
  lessons: number;
  updates: number;
  before: Rollout;
  after: Rollout;
  spent: Ledger;
  timeMs: { exposure: number; update: number; recall: number; total: number };
  judgement: Judgement;
  /** What a skill of it keeps; null for several skills in one motion. */
  kept: Pick<KeptState, 'states' | 'spans'> | null;
  /** Of the last lesson. */
  synapses: SynapseState;
  /** Of a memory that ages, when the recall was over. */
  memory: MemoryCondition | null;
  activity: NetworkActivity;
}

/** What the gate is asked. */
export interface Judging {
  timeScaling: boolean;
  maxTimeScaling: number;
  maxTcpErrorM: number;
  maxTcpErrorOfExtent: number;
  maxOrientationErrorRad: number;
}

/** How a lesson goes. */
export interface Teachings extends Judging {
  updates: number;
  refineSteps: number;
  readAfterS: number;
  /** A motion that is recalled with a larger mean error is cut into more lessons, m; 0: as few as hold it, whatever the error. */
  toleranceM: number;
}

/** A skill as it is brought back: no exposure. */
export interface KeptState {
  name: string;
  /** Synapses, rows x columns of the crossbar, and stretch of the motion of each of its lessons. */
  states: readonly Float32Array[];
  spans: readonly Span[];
  target: TrialTarget;
  updates: number;
}

/** A lesson that is to be compared with other ways of performing its motion. */
export interface Compared {
  name: string;
  target: TrialTarget;
  /** steps x joints, rad. */
  recalled: Rollout['angles'];
  /** (steps + 1) x joints, rad, as measured; null where nothing was performed. */
  executed: Float64Array | null;
}

/** What ~/compare answers and ~/comparison publishes. */
export interface ComparedTexts {
  /** A line a motion. */
  text: string;
  /** A LiveComparison. */
  json: string;
}

/** What is asked of the thread. */
export type LessonRequest =
  | { kind: 'prepare'; target: Target }
  | { kind: 'teach'; target: Target; options: Teachings }
  | { kind: 'judge'; target: TrialTarget; velocities: Float32Array; options: Judging }
  /** Several are performed as one motion; joinRad: how far one may begin from where the one before ends. */
  | { kind: 'restore'; skills: KeptState[]; joinRad: number; options: Judging }
  | { kind: 'compare'; lesson: Compared }
  | { kind: 'memory'; question: MemoryQuestion }
  | { kind: 'forget' };

export type LessonStage = 'exposure' | 'update' | 'recall' | 'preview';

/** Told at each stage, with the scores of the recall before the lesson. */
export type OnStage = (stage: LessonStage, before: Scores) => void;

/** A lesson that was ended before it was over. */
export class LessonCanceled extends Error {
  constructor(reason: unknown) {
    super(`the lesson was given up: ${String(reason)}`);
  }
}
