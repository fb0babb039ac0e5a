/** What motor_learner makes of its parameters when it is configured. */
import type { JointLimits } from '../../arm/limits/joint_limits.js';
import { readWeightsFor } from '../../files/weights_for_arm.js';
import type { ParameterValues } from '../../ros/index.js';
import { commandedArm } from '../arm_parameters.js';
import { LessonBook } from './lesson_book.js';
import { type LessonThread, lessonThread } from './lesson_thread.js';
import type { LearnerParameters } from './parameters.js';

export interface Setup {
  book: LessonBook;
  /** Where lessons are given. */
  thread: LessonThread;
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
export function setUp(values: ParameterValues<LearnerParameters>, description: string): Setup {
  const { arm, commandJoints, limits } = commandedArm(values, description);
  const { profile, gate, weights: suitable } = arm;
  const { manifest, header, weights } = readWeightsFor(
    { profile, weights: suitable },
    values.weights || undefined,
  );
  const thread = lessonThread({ values, description, weights });
  thread.warmUp();
  const base = { name: header.name, manifest, sha256: header.sha256 };
  return {
    book: new LessonBook(thread, base, weights.config, profile, gate),
    thread,
    commandJoints,
    limits,
    frame: values.base_frame || arm.baseLink,
  };
}
