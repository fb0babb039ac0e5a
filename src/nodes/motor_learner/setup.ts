/** What motor_learner makes of its parameters when it is configured. */
import type { JointLimits } from '../../arm/limits/joint_limits.js';
import { readWeightsFor } from '../../files/weights_for_arm.js';
import type { ParameterValues } from '../../ros/index.js';
import { MotorLearner } from '../../snn/motor_learner.js';
import type { SynapsesFactory } from '../../synapses/synapses.js';
import { commandedArm } from '../arm_parameters.js';
import { LessonBook } from './lesson_book.js';
import type { LearnerParameters } from './parameters.js';

export interface Setup {
  book: LessonBook;
  /** Commanded joints and their limits, in the controller's order. */
  commandJoints: readonly string[];
  limits: readonly JointLimits[];
  /** Frame of tool paths. */
  frame: string;
}

/**
 * Reads weights, robot description and limits. @param description heard on the topic, where no arm is named.
 * @throws InputError naming the file and field that is wrong.
 */
export function setUp(
  values: ParameterValues<LearnerParameters>,
  factory: SynapsesFactory,
  description: string,
): Setup {
  const { arm, commandJoints, limits } = commandedArm(values, description);
  const { profile, gate, weights: suitable } = arm;
  const { manifest, header, weights } = readWeightsFor(
    { profile, weights: suitable },
    values.weights || undefined,
  );
  const learner = new MotorLearner(weights, factory, values.seed);
  return {
    book: new LessonBook(learner, { name: header.name, manifest, sha256: header.sha256 }, profile, gate),
    commandJoints,
    limits,
    frame: values.base_frame || arm.baseLink,
  };
}
