/** What motor_learner makes of its parameters when it is configured. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Gate } from '../../arm/gate/gate.js';
import { profileNamed } from '../../arm/kinematics/profiles.js';
import { urdfProfile } from '../../arm/kinematics/urdf_profile.js';
import { type JointLimits, jointLimits } from '../../arm/limits/joint_limits.js';
import { readLimits, readRobotModel } from '../../files/arm_files.js';
import { weightsPath } from '../../files/models.js';
import { readMotorWeights } from '../../files/motor_weights.js';
import { InputError } from '../../input_error.js';
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
  const model = readRobotModel(values.robot_description_file || undefined);
  const profile =
    values.profile === 'urdf'
      ? urdfProfile(model, { learned: values.learned_joints, tcpLink: values.tcp_link })
      : profileNamed(values.profile);
  const manifest = weightsPath(values.weights || undefined, 'motor-default');
  const read = readMotorWeights(manifest);
  const { config } = read.weights;
  if (config.joints !== profile.learned)
    throw new InputError(
      {
        code: 'wrong-shape',
        field: 'config.joints',
        expected: `${profile.learned}, as profile ${profile.name}`,
        received: `${config.joints}`,
      },
      manifest,
    );
  const limits = readLimits(values.joint_limits || undefined);
  const commandJoints = values.command_joints.length ? values.command_joints : profile.joints;
  const gate = new Gate(model, profile, limits, values.tcp_link);
  const learner = new MotorLearner(read.weights, factory, values.seed);
  return {
    book: new LessonBook(
      learner,
      { name: read.manifest.name, manifest, sha256: read.manifest.sha256 },
      profile,
      gate,
    ),
    commandJoints,
    limits: jointLimits(model, commandJoints, limits),
  };
}

/** Folder that skills are kept in. */
export function skillsDirectory(parameter: string): string {
  return parameter || join(process.env.ROS_HOME ?? join(homedir(), '.ros'), 'oneshot_arm', 'skills');
}
