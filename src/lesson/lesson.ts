import type { Profile } from '../arm/kinematics/profile.js';
import { preview, type Rollout } from '../arm/preview/preview.js';
import type { TrialTarget } from '../trial/trial_target.js';
import type { MotorLearner } from '../snn/motor_learner.js';
import type { Ledger } from '../synapses/synapses.js';
import { channelsFor, type Channels } from './channels.js';
import { compose, type Sequence } from './sequence.js';

/** How a lesson goes. */
export interface LessonOptions {
  /** Exposures, each from the meta-trained weights and followed by its one update: the last one counts (1: the paper). */
  updates?: number;
  /** The host rehearses the update before it is written (MotorLearner.rehearse). */
  rehearse?: boolean;
  /** Delta-rule steps on the readout after that (0: the paper). */
  refine?: number;
  /** Device time between the last write and the recall, s: hardware drifts meanwhile. */
  readAfterS?: number;
  /** The target is part of a longer motion. */
  stretch?: boolean;
  /** A clock in ms, for timeMs. */
  now?: () => number;
  /** Told before each stage, e.g. for feedback, with the recall before the lesson. */
  onStage?: (stage: 'exposure' | 'update' | 'recall' | 'preview', before: Rollout) => void;
}

/** What came of a lesson. */
export interface LessonResult {
  /** Recall before the lesson, against the target. */
  before: Rollout;
  /** Recall after it. */
  after: Rollout;
  /** Recalled velocities, steps x joints, rad/s on the trial's clock (a copy). */
  velocities: Float32Array;
  /** What the lesson spent; devicesTotal is the learner's. */
  spent: Ledger;
  timeMs: { exposure: number; update: number; recall: number; total: number };
}

/** What came of the lessons of a motion; all but the states is about the motion as a whole. */
export interface SequenceResult extends LessonResult {
  /** Synapses after each lesson (rows x columns of the crossbar): a motion of several lessons needs all of them. */
  states: Float32Array[];
}

/**
 * Teaches a motion, each of its lessons from the meta-trained weights, in order. Several lessons are several synaptic
 * states; hardware is written anew for each (`spent` holds what that costs) and ends in the state of the last.
 */
export function teachSequence(
  learner: MotorLearner,
  sequence: Sequence,
  profile: Profile,
  options: LessonOptions = {},
): SequenceResult {
  return completed(sequenceSteps(learner, sequence, profile, options));
}

/**
 * The same in small steps, so that a node can do other things between them (a step is one exposure, one update, one
 * refinement), or give up. What the learner knows is whole only at the end.
 */
export function* sequenceSteps(
  learner: MotorLearner,
  sequence: Sequence,
  profile: Profile,
  options: LessonOptions = {},
): Generator<undefined, SequenceResult> {
  const { whole, lessons } = sequence;
  const state = (): Float32Array => learner.synapses.read().slice();
  if (lessons.length === 1) {
    const result = yield* lessonSteps(learner, whole, profile, options);
    return { ...result, states: [state()] };
  }
  const spentBefore = structuredClone(learner.ledger);
  const untaught = learner.recall().slice();
  const before = preview(
    whole,
    compose(
      sequence,
      channelsOf(learner, sequence).map((c) => c.joints(untaught)),
    ),
    profile,
  );
  const states: Float32Array[] = [];
  const { onStage } = options;
  const results: LessonResult[] = [];
  for (const { target } of lessons) {
    if (results.length > 0) learner.forget();
    results.push(
      yield* lessonSteps(learner, target, profile, {
        ...options,
        ...(onStage ? { onStage: (stage) => onStage(stage, before) } : {}),
        stretch: true,
      }),
    );
    states.push(state());
  }
  const velocities = compose(
    sequence,
    results.map((r) => r.velocities),
  );
  const total = (key: keyof LessonResult['timeMs']): number =>
    results.reduce((sum, { timeMs }) => sum + timeMs[key], 0);
  return {
    before,
    after: preview(whole, velocities, profile),
    velocities,
    states,
    spent: difference(learner.ledger, spentBefore),
    timeMs: {
      exposure: total('exposure'),
      update: total('update'),
      recall: total('recall'),
      total: total('total'),
    },
  };
}

/**
 * The motion of a sequence as synaptic states perform it: each is written, then recalled. @param states one a lesson; null: what
 * the learner recalls as it is.
 */
export function recallSequence(
  learner: MotorLearner,
  sequence: Sequence,
  states: readonly Float32Array[] | null,
): Float32Array {
  return recallEach(learner, sequence, (k) => {
    if (states) learner.restore(states[k]);
    return learner.recall();
  });
}

/** The motion of a sequence. @param recall what the network recalls for each of its lessons, on the network's outputs. */
export function recallEach(
  learner: MotorLearner,
  sequence: Sequence,
  recall: (lesson: number) => Float32Array,
): Float32Array {
  return compose(
    sequence,
    channelsOf(learner, sequence).map((channels, k) => channels.joints(recall(k))),
  );
}

function channelsOf({ config }: MotorLearner, { lessons }: Sequence): Channels[] {
  return lessons.map(({ target }) => channelsFor(config, target, target.startAngles, lessons.length > 1));
}

/** One lesson: the learner recalls (before), sees the target, changes its synapses, recalls again (after). */
export function teach(
  learner: MotorLearner,
  target: TrialTarget,
  profile: Profile,
  options: LessonOptions = {},
): LessonResult {
  return completed(lessonSteps(learner, target, profile, options));
}

function completed<T>(steps: Generator<undefined, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

function* lessonSteps(
  learner: MotorLearner,
  target: TrialTarget,
  profile: Profile,
  options: LessonOptions,
): Generator<undefined, LessonResult> {
  const {
    updates = 1,
    rehearse,
    refine = 0,
    readAfterS = 0,
    now = () => 0,
    onStage = () => {},
    stretch,
  } = options;
  const channels = channelsFor(learner.config, target, target.startAngles, stretch);
  const before = preview(target, channels.joints(learner.recall()), profile);
  const spentBefore = structuredClone(learner.ledger);
  let exposureMs = 0;
  let updateMs = 0;
  let mark = now();
  const lap = (): number => {
    const previous = mark;
    mark = now();
    return mark - previous;
  };
  for (let k = 0; k < updates; k++) {
    onStage('exposure', before);
    yield;
    lap();
    learner.expose(channels.shown);
    exposureMs += lap();
    onStage('update', before);
    yield;
    lap();
    if (rehearse) learner.rehearse(channels.shown);
    learner.update();
    updateMs += lap();
  }
  const refinement = learner.refineSteps(channels.shown, refine);
  for (let over = false; !over; updateMs += lap()) {
    yield;
    lap();
    over = refinement.next().done ?? true;
  }
  learner.synapses.advance(readAfterS);
  onStage('recall', before);
  yield;
  lap();
  const velocities = channels.joints(learner.recall());
  const recallMs = lap();
  onStage('preview', before);
  const after = preview(target, velocities, profile);
  return {
    before,
    after,
    velocities,
    spent: difference(learner.ledger, spentBefore),
    timeMs: {
      exposure: exposureMs,
      update: updateMs,
      recall: recallMs,
      total: exposureMs + updateMs + recallMs,
    },
  };
}

/** What was spent between two states of a ledger. */
export function difference(now: Ledger, before: Ledger): Ledger {
  return {
    devicesTotal: now.devicesTotal,
    devicesWritten: now.devicesWritten - before.devicesWritten,
    pulses: now.pulses - before.pulses,
    mvms: now.mvms - before.mvms,
    energyJ: {
      program: now.energyJ.program - before.energyJ.program,
      read: now.energyJ.read - before.energyJ.read,
    },
  };
}
