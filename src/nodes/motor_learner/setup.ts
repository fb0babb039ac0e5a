/** What motor_learner makes of its parameters when it is configured. */
import { Gate } from '../../arm/gate/gate.js';
import { profileNamed } from '../../arm/kinematics/profiles.js';
import { type JointLimits, jointLimits } from '../../arm/limits/joint_limits.js';
import { readLimits, readRobotModel } from '../../files/arm_files.js';
import { type Arm, readArm } from '../../files/arms.js';
import { readWeightsFor } from '../../files/weights_for_arm.js';
import type { ParameterValues } from '../../ros/index.js';
import { MotorLearner } from '../../snn/motor_learner.js';
import type { SynapsesFactory } from '../../synapses/synapses.js';
import { LessonBook } from './lesson_book.js';
import type { LearnerParameters } from './parameters.js';

export interface Setup {
  book: LessonBook;
  /** Commanded joints and their limits, in the controller's order. */
  commandJoints: readonly string[];
  limits: readonly JointLimits[];
}

/** Reads weights, robot description and limits. @throws InputError naming the file and field that is wrong. */
export function setUp(values: ParameterValues<LearnerParameters>, factory: SynapsesFactory): Setup {
  const { profile, model, limits, gate, weights: suitable } = armOf(values);
  const { manifest, header, weights } = readWeightsFor(
    { profile, weights: suitable },
    values.weights || undefined,
  );
  const commandJoints = values.command_joints.length ? values.command_joints : profile.joints;
  const learner = new MotorLearner(weights, factory, values.seed);
  return {
    book: new LessonBook(learner, { name: header.name, manifest, sha256: header.sha256 }, profile, gate),
    commandJoints,
    limits: jointLimits(model, commandJoints, limits),
  };
}

/** The arm that the parameters name. */
function armOf(
  values: ParameterValues<LearnerParameters>,
): Pick<Arm, 'profile' | 'model' | 'limits' | 'gate' | 'weights'> {
  const { arm, profile: name, robot_description_file: file } = values;
  const choice = {
    tcpLink: values.tcp_link || undefined,
    baseLink: values.base_link || undefined,
    joints: values.learned_joints.length ? values.learned_joints : undefined,
    limits: values.joint_limits || undefined,
  };
  if (arm || name === 'urdf') return readArm({ ...choice, arm: arm || file || 'edscorbot' });
  const model = readRobotModel(file || undefined);
  const profile = profileNamed(name);
  const limits = readLimits(choice.limits);
  return {
    profile,
    model,
    limits,
    gate: new Gate(model, profile, limits, choice.tcpLink),
    weights: 'motor-default',
  };
}
