import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LimitsConfig } from '../../arm/limits/config.js';
import { jointLimits } from '../../arm/limits/joint_limits.js';
import { movingJoints, type RobotModel } from '../../arm/urdf/model.js';
import { parseUrdf } from '../../arm/urdf/parse.js';
import { jointsTo, toolLink } from '../../arm/urdf/tool_link.js';
import type { ControlledJoint } from '../../controller/types.js';
import { readLimits } from '../../files/arm_files.js';
import { readArm } from '../../files/arms.js';
import { packageRoot } from '../../files/models.js';
import { InputError, reject } from '../../input_error.js';
import type { ParameterValues } from '../../ros/index.js';
import type { simulatorParameters } from './parameters.js';

/** The arm to simulate. */
export interface SimulatedRobot {
  urdf: string;
  model: RobotModel;
  joints: ControlledJoint[];
  limits: LimitsConfig;
  toolLink: string;
  /** Of the controlled joints, rad. */
  start: number[];
}

/** Limits where no file gives any: those of the description. */
const noLimits: LimitsConfig = { joints: {}, softMargin: 0, workspace: null, selfCollision: null };

/** What the parameters ask for. @throws InputError naming the parameter, or the file and what is wrong in it. */
export function simulatedRobot(values: ParameterValues<typeof simulatorParameters>): SimulatedRobot {
  if (values.arm) return namedRobot(values);
  const given = values.robot_description_file;
  const file = given || join(packageRoot(), 'urdf', 'edscorbot.urdf');
  const urdf = values.robot_description || text(file);
  const own = !given && !values.robot_description;
  try {
    const model = parseUrdf(urdf);
    const tool = values.tcp_link || toolLink(model);
    const names = values.joints.length ? values.joints : jointsTo(model, tool);
    if (names.length === 0) reject('empty', 'joints', `joints that move link ${tool}`, 'none');
    const limits = values.joint_limits || own ? readLimits(values.joint_limits || undefined) : noLimits;
    const joints = controlledJoints(model, names, limits, values.max_accelerations);
    return {
      urdf,
      model,
      joints,
      limits,
      toolLink: tool,
      start: startPositions(joints, values.initial_positions),
    };
  } catch (error) {
    throw error instanceof InputError && !own
      ? error.from(values.robot_description ? 'robot_description' : file)
      : error;
  }
}

/** The arm that parameter arm names. */
function namedRobot(values: ParameterValues<typeof simulatorParameters>): SimulatedRobot {
  for (const other of ['robot_description', 'robot_description_file'] as const)
    if (values[other]) reject('ambiguous', other, 'nothing beside parameter arm', values[other]);
  const { description, model, limits, tcpLink, profile } = readArm({
    arm: values.arm,
    tcpLink: values.tcp_link || undefined,
    limits: values.joint_limits || undefined,
  });
  const names = values.joints.length ? values.joints : movingJoints(model).map((j) => j.name);
  const joints = controlledJoints(model, names, limits, values.max_accelerations);
  const home = new Map(
    profile.joints.map((name, j) => [name, [...profile.startAngles, ...profile.heldAngles][j]]),
  );
  const fallback = startPositions(joints, []);
  return {
    urdf: description,
    model,
    joints,
    limits,
    toolLink: tcpLink,
    start: values.initial_positions.length
      ? startPositions(joints, values.initial_positions)
      : names.map((name, j) => home.get(name) ?? fallback[j]),
  };
}

function text(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    return reject(
      'unreadable',
      'robot_description_file',
      'a URDF that can be read',
      (error as Error).message,
    );
  }
}

/** Hard limits: of the description and the joint limits file, without the margin that planned motions keep. */
function controlledJoints(
  model: RobotModel,
  names: readonly string[],
  limits: LimitsConfig,
  accelerations: readonly number[],
): ControlledJoint[] {
  if (accelerations.length !== 0 && accelerations.length !== names.length)
    reject('wrong-length', 'max_accelerations', `${names.length} values`, accelerations);
  names.forEach((name, j) => {
    if (names.indexOf(name) !== j) reject('duplicate-joint', `joints[${j}]`, 'each joint once', name);
    const mimic = model.joints.find((joint) => joint.name === name)?.mimic;
    if (mimic)
      reject(
        'mimic-joint',
        `joints[${j}]`,
        'a joint that moves by itself',
        `${name}, which follows ${mimic.joint}`,
      );
  });
  return jointLimits(model, names, { ...limits, softMargin: 0 }).map((joint, j) => ({
    name: joint.name,
    lowerRad: joint.lower,
    upperRad: joint.upper,
    velocityRadPerS: joint.velocity,
    accelerationRadPerS2: accelerations[j] ?? joint.acceleration,
  }));
}

function startPositions(joints: readonly ControlledJoint[], given: readonly number[]): number[] {
  if (given.length === 0)
    return joints.map(({ lowerRad, upperRad }) =>
      lowerRad <= 0 && upperRad >= 0 ? 0 : (lowerRad + upperRad) / 2,
    );
  if (given.length !== joints.length)
    reject('wrong-length', 'initial_positions', `${joints.length} values`, given);
  joints.forEach((joint, j) => {
    if (!(given[j] >= joint.lowerRad && given[j] <= joint.upperRad))
      reject('out-of-range', `initial_positions[${j}]`, `${joint.lowerRad} to ${joint.upperRad}`, given[j]);
  });
  return [...given];
}
