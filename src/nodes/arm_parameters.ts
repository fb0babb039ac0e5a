import { Gate } from '../arm/gate/gate.js';
import { profileNamed } from '../arm/kinematics/profiles.js';
import { type JointLimits, jointLimits } from '../arm/limits/joint_limits.js';
import { readLimits, readRobotModel } from '../files/arm_files.js';
import { type Arm, armOfDescription, readArm } from '../files/arms.js';
import type { ParameterTable, ParameterValues } from '../ros/index.js';

/** Parameters of every node that commands an arm: which one, and which of its joints. */
export const armParameters = {
  arm: {
    type: 'string',
    default: '',
    doc: 'a packaged arm (edscorbot, six_axis, seven_axis, desk_arm) or a file NAME.urdf or NAME.xacro; empty: as robot_description_file, profile or topic robot_description say',
    readOnly: true,
  },
  profile: {
    type: 'string',
    default: 'edscorbot_paper',
    doc: 'kinematics that targets are scored with where no arm is named: edscorbot_paper, edscorbot, or urdf (from robot_description_file or, where that is empty, the topic robot_description)',
    readOnly: true,
  },
  learned_joints: {
    type: 'string[]',
    default: [],
    doc: 'joints the network controls, base first, at most 7; empty: all on the way to tcp_link',
    readOnly: true,
  },
  tcp_link: {
    type: 'string',
    default: '',
    doc: "link of the robot description whose origin is the tool-centre-point; empty: the arm's own",
    readOnly: true,
  },
  base_link: {
    type: 'string',
    default: '',
    doc: 'link in whose frame tool paths are given; empty: the root link',
    readOnly: true,
  },
  robot_description_file: {
    type: 'string',
    default: '',
    doc: 'URDF; empty: urdf/edscorbot.urdf of the package, or with profile urdf the topic robot_description',
    readOnly: true,
  },
  robot_description_timeout_s: {
    type: 'double',
    default: 15,
    range: [0, 600],
    doc: 'how long a start waits for the topic robot_description where it is needed, s',
    readOnly: true,
  },
  joint_limits: {
    type: 'string',
    default: '',
    doc: 'joint limits, YAML; empty: config/joint_limits.yaml of the package',
    readOnly: true,
  },
  command_joints: {
    type: 'string[]',
    default: [],
    doc: "joints that are commanded, in the controller's order; empty: those of the profile",
    readOnly: true,
  },
} as const satisfies ParameterTable;

/** An arm as these parameters name it. */
export interface CommandedArm {
  arm: Pick<Arm, 'profile' | 'model' | 'limits' | 'gate' | 'weights' | 'baseLink' | 'tcpLink' | 'example'>;
  /** Commanded joints and their limits, in the controller's order. */
  commandJoints: readonly string[];
  limits: readonly JointLimits[];
}

/** Whether the robot description comes from the topic: kinematics from a description, and none is named. */
export function describedByTopic(values: ParameterValues<typeof armParameters>): boolean {
  return values.profile === 'urdf' && !values.arm && !values.robot_description_file;
}

/**
 * Reads robot description and limits. @param description heard on the topic, where none is named.
 * @throws InputError naming the parameter or file and what is wrong.
 */
export function commandedArm(
  values: ParameterValues<typeof armParameters>,
  description: string,
): CommandedArm {
  const arm = armOf(values, description);
  const { profile, model, limits } = arm;
  const commandJoints = values.command_joints.length ? values.command_joints : profile.joints;
  return { arm, commandJoints, limits: jointLimits(model, commandJoints, limits) };
}

function armOf(values: ParameterValues<typeof armParameters>, description: string): CommandedArm['arm'] {
  const { arm, profile: name, robot_description_file: file } = values;
  const choice = {
    tcpLink: values.tcp_link || undefined,
    baseLink: values.base_link || undefined,
    joints: values.learned_joints.length ? values.learned_joints : undefined,
    limits: values.joint_limits || undefined,
  };
  if (describedByTopic(values)) return armOfDescription(description, choice);
  if (arm || name === 'urdf') return readArm({ ...choice, arm: arm || file });
  const model = readRobotModel(file || undefined);
  const profile = profileNamed(name);
  const limits = readLimits(choice.limits);
  return {
    profile,
    model,
    limits,
    gate: new Gate(model, profile, limits, choice.tcpLink),
    baseLink: model.root,
    tcpLink: choice.tcpLink ?? 'end_effector',
    weights: 'motor-default',
  };
}
