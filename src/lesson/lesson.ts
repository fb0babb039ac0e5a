import type { Profile } from '../arm/kinematics/profile.js';
import { preview, type Rollout } from '../arm/preview/preview.js';
import type { TrialTarget } from '../arm/target/trial.js';
import type { MotorLearner } from '../snn/motor_learner.js';
import type { Ledger } from '../synapses/synapses.js';

/** How a lesson goes. */
export interface LessonOptions {
  /** Exposures, each followed by its one update (1: the paper). */
  updates?: number;
  /** Delta-rule steps on the readout after that (0: the paper). */
  refine?: number;
  /** Device time between the last write and the recall, s: hardware drifts meanwhile. */
  readAfterS?: number;
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

/** One lesson: the learner recalls (before), sees the target, changes its synapses, recalls again (after). */
export function teach(
  learner: MotorLearner,
  target: TrialTarget,
  profile: Profile,
  options: LessonOptions = {},
): LessonResult {
  const { updates = 1, refine = 0, readAfterS = 0, now = () => 0, onStage = () => {} } = options;
  const before = preview(target, learner.recall(), profile);
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
    lap();
    learner.expose(target);
    exposureMs += lap();
    onStage('update', before);
    lap();
    learner.update();
    updateMs += lap();
  }
  if (refine > 0) learner.refine(target, refine);
  updateMs += lap();
  learner.synapses.advance(readAfterS);
  onStage('recall', before);
  lap();
  const velocities = learner.recall().slice();
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

function difference(now: Ledger, before: Ledger): Ledger {
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
