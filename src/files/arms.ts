import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { Gate } from '../arm/gate/gate.js';
import type { Profile } from '../arm/kinematics/profile.js';
import { profileNamed } from '../arm/kinematics/profiles.js';
import { urdfProfile } from '../arm/kinematics/urdf_profile.js';
import type { LimitsConfig } from '../arm/limits/config.js';
import { movingJoints, type RobotModel } from '../arm/urdf/model.js';
import { parseUrdf } from '../arm/urdf/parse.js';
import { jointsTo, toolLink } from '../arm/urdf/tool_link.js';
import { InputError, reject } from '../input_error.js';
import { readLimits } from './arm_files.js';
import { readText } from './json_file.js';
import { withHulls } from './meshes.js';
import type { ModelName } from './models.js';
import { packageRoot } from './ros_environment.js';
import { parseWith } from './validate.js';

/** Most joints that can learn at once: the channels of motor-arm. */
export const mostJoints = 7;

/** Which arm: what a user says. Nothing: the ED-Scorbot as in the paper, base and shoulder learning. */
export interface ArmChoice {
  /** Name of a packaged arm, or a robot description: FILE.urdf or FILE.xacro. */
  arm?: string;
  /** Link whose origin is the tool-centre-point. */
  tcpLink?: string;
  /** Link in whose frame positions and poses are given. */
  baseLink?: string;
  /** Joints that learn, base first. */
  joints?: readonly string[];
  /** Joint limits, YAML. */
  limits?: string;
}

/** An arm, ready for lessons. */
export interface Arm {
  name: string;
  profile: Profile;
  model: RobotModel;
  /** URDF text, and the file it is from. */
  description: string;
  path: string;
  /** File of its joint limits; none where it has none. */
  limitsPath?: string;
  /** A motion to try, in the package. */
  example?: string;
  limits: LimitsConfig;
  tcpLink: string;
  /** Frame of tool paths. */
  baseLink: string;
  gate: Gate;
  /** Packaged weights that suit it. */
  weights: ModelName;
}

const entry = z.strictObject({
  urdf: z.string(),
  joint_limits: z.string(),
  tcp_link: z.string(),
  joints: z.array(z.string()).optional(),
  home: z.record(z.string(), z.number()),
  example: z.string(),
});
const table = z.record(z.string(), entry);

/** The packaged arms (config/arms.yaml). */
function packagedArms(): z.infer<typeof table> {
  const path = join(packageRoot(), 'config', 'arms.yaml');
  return parseWith(table, parse(readText(path)), path);
}

/** Names of the packaged arms. */
export function armNames(): string[] {
  return Object.keys(packagedArms());
}

/** Reads an arm. @throws InputError naming the option or file and what is wrong. */
export function readArm(choice: ArmChoice = {}): Arm {
  if (choice.arm === undefined && !choice.joints && !choice.tcpLink && !choice.baseLink)
    return paperArm(choice);
  const name = choice.arm ?? 'edscorbot';
  const arms = packagedArms();
  const packaged = Object.hasOwn(arms, name) ? arms[name] : undefined;
  if (!packaged && !/[/\\.]/.test(name) && !existsSync(name))
    reject(
      'unknown-arm',
      '--arm',
      `one of ${Object.keys(arms).join(', ')}, or a file NAME.urdf or NAME.xacro`,
      name,
    );
  const path = packaged ? join(packageRoot(), packaged.urdf) : resolve(name);
  const limitsPath = choice.limits ?? (packaged && join(packageRoot(), packaged.joint_limits));
  return assemble(
    packaged ? name : basename(name).replace(/\.(urdf|xacro|xml)+$/g, ''),
    path,
    robotDescription(path),
    limitsPath,
    {
      tcpLink: packaged?.tcp_link,
      joints: packaged?.joints,
      home: packaged?.home,
      example: packaged?.example,
      ...defined(choice),
    },
  );
}

/** The same from a description's text (of the topic robot_description). @param source named in errors. */
export function armOfDescription(text: string, choice: ArmChoice, source = 'robot_description'): Arm {
  return assemble('', source, text, choice.limits, defined(choice));
}

/** Text of a URDF; xacro is expanded by the xacro command. */
function robotDescription(path: string): string {
  if (!path.endsWith('.xacro')) return readText(path);
  readText(path); // a file that is not there is told first
  const { status, stdout, stderr, error } = spawnSync('xacro', [path], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (error || status !== 0)
    throw new InputError(
      {
        code: 'no-xacro',
        field: '--arm',
        expected: 'a URDF, or the xacro command of an installed ROS 2 to make one (xacro FILE > arm.urdf)',
        received: error
          ? `no command xacro (${(error as NodeJS.ErrnoException).code})`
          : stderr.trim().split('\n').pop(),
      } as never,
      path,
    );
  return stdout;
}

interface Wanted {
  tcpLink?: string;
  baseLink?: string;
  joints?: readonly string[];
  home?: Record<string, number>;
  example?: string;
}

function assemble(
  name: string,
  path: string,
  description: string,
  limitsPath: string | undefined,
  wanted: Wanted,
): Arm {
  try {
    const limits =
      limitsPath === undefined
        ? { joints: {}, softMargin: 0, workspace: null, selfCollision: null }
        : readLimits(limitsPath);
    const model = withHulls(parseUrdf(description), path, limits);
    const tcpLink = wanted.tcpLink ?? toolLink(model);
    const joints = wanted.joints ?? learnable(model, tcpLink);
    if (joints.length > mostJoints)
      reject(
        'too-many',
        '--joints',
        `at most ${mostJoints} joints that learn`,
        `${joints.length}: ${joints.join(', ')}`,
      );
    const { home = {} } = wanted;
    const chain = model.links.has(tcpLink) ? jointsTo(model, tcpLink) : [];
    const profile = urdfProfile(model, {
      learned: joints,
      tcpLink,
      baseLink: wanted.baseLink,
      held: chain.filter((j) => !joints.includes(j)).map((joint) => ({ joint, angle: home[joint] ?? 0 })),
      startAngles: joints.every((j) => home[j] !== undefined) ? joints.map((j) => home[j]) : undefined,
    });
    return {
      name: name || model.name,
      profile,
      model,
      description,
      path,
      limitsPath,
      example: wanted.example,
      limits,
      tcpLink,
      baseLink: wanted.baseLink ?? model.root,
      gate: new Gate(model, profile, limits, tcpLink),
      weights: 'motor-arm',
    };
  } catch (error) {
    throw error instanceof InputError ? error.from(path) : error;
  }
}

/** The ED-Scorbot with the paper's kinematics. */
function paperArm(choice: ArmChoice): Arm {
  const path = join(packageRoot(), 'urdf', 'edscorbot.urdf');
  const description = readText(path);
  const model = parseUrdf(description);
  const profile = profileNamed('edscorbot_paper');
  const limits = readLimits(choice.limits);
  return {
    name: 'edscorbot_paper',
    profile,
    model,
    description,
    path,
    limitsPath: choice.limits,
    limits,
    tcpLink: 'end_effector',
    baseLink: model.root,
    gate: new Gate(model, profile, limits),
    weights: 'motor-default',
  };
}

/** Joints on the way to the tool that turn and are free to. */
function learnable(model: RobotModel, tcpLink: string): string[] {
  if (!model.links.has(tcpLink))
    reject(
      'unknown-link',
      '--tcp-link',
      `a link of robot ${model.name}: ${[...model.links.keys()].join(', ')}`,
      tcpLink,
    );
  const moving = new Map(movingJoints(model).map((j) => [j.name, j]));
  const chain = jointsTo(model, tcpLink).filter((name) => moving.get(name)?.type !== 'prismatic');
  if (chain.length === 0)
    reject('empty', '--tcp-link', `a link that joints move, of robot ${model.name}`, tcpLink);
  return chain;
}

function defined<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as Partial<T>;
}
