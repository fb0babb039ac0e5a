import { Gate } from '../arm/gate/gate.js';
import { profileNamed } from '../arm/kinematics/profiles.js';
import { type JointLimits, jointLimits } from '../arm/limits/joint_limits.js';
import { readLimits, readRobotModel } from '../files/arm_files.js';
import { type Arm, readArm } from '../files/arms.js';
import type { ParameterTable, ParameterValues } from '../ros/index.js';

/** Parameters of every node that commands an arm: which one, and which of its joints. */
export const armParameters = {
  arm: {
    type: 'string',
    default: '',
    doc: 'a packaged arm (edscorbot, six_axis, seven_axis, desk_arm) or a file NAME.urdf or NAME.xacro; empty: as robot_description_file and profile say',
    readOnly: true,
  },
  profile: {
    type: 'string',
    default: 'edscorbot_paper',
    doc: 'kinematics that targets are scored with where no arm is named: edscorbot_paper, edscorbot, or urdf (from the robot description)',
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
    doc: 'URDF; empty: urdf/edscorbot.urdf of the package',
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
  arm: Pick<Arm, 'profile' | 'model' | 'limits' | 'gate' | 'weights'>;
  /** Commanded joints and their limits, in the controller's order. */
  commandJoints: readonly string[];
  limits: readonly JointLimits[];
}

/** Reads robot description and limits. @throws InputError naming the parameter or file and what is wrong. */
export function commandedArm(values: ParameterValues<typeof armParameters>): CommandedArm {
  const arm = armOf(values);
  const { profile, model, limits } = arm;
  const commandJoints = values.command_joints.length ? values.command_joints : profile.joints;
  return { arm, commandJoints, limits: jointLimits(model, commandJoints, limits) };
}

function armOf(values: ParameterValues<typeof armParameters>): CommandedArm['arm'] {
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
