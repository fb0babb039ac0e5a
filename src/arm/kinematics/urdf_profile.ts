import { reject } from '../../input_error.js';
import { movingJoints, type RobotModel } from '../urdf/model.js';
import { jointsTo } from '../urdf/tool_link.js';
import { Chain } from './chain.js';
import { Inverse } from './inverse.js';
import type { Profile } from './profile.js';

/** What a robot description leaves open. */
export interface UrdfProfileOptions {
  /** Joints the network controls, base first. */
  learned: readonly string[];
  /** The link whose origin is the tool-centre-point. */
  tcpLink: string;
  /** Frame of positions and poses (default: the root link). */
  baseLink?: string;
  /** Other joints that belong to the arm, and where they hold still (rad, default 0); default: the rest of the chain to tcpLink. */
  held?: readonly { joint: string; angle: number }[];
  /** Angles a trial starts from, rad (default: 0, or the middle of the range where 0 lies outside). */
  startAngles?: readonly number[];
}

/**
 * Kinematic profile of any arm, from its robot description, in the description's own joint senses. Inverse kinematics is
 * numeric (damped least squares from the angles nearby).
 * @throws InputError: unknown, fixed or repeated joints, learned joints that do not move the TCP, unknown TCP link.
 */
export function urdfProfile(model: RobotModel, options: UrdfProfileOptions): Profile {
  const { learned, tcpLink } = options;
  if (!model.links.has(tcpLink)) reject('unknown-link', 'tcp_link', `a link of robot ${model.name}`, tcpLink);
  if (options.baseLink !== undefined && !model.links.has(options.baseLink))
    reject('unknown-link', 'base_link', `a link of robot ${model.name}`, options.baseLink);
  if (
    options.baseLink !== undefined &&
    jointsTo(model, options.baseLink).some((name) => learned.includes(name))
  )
    reject('moving-link', 'base_link', 'a link that no learned joint moves', options.baseLink);
  const onTheWay = jointsTo(model, tcpLink);
  const moving = movingJoints(model);
  const held =
    options.held ?? onTheWay.filter((name) => !learned.includes(name)).map((joint) => ({ joint, angle: 0 }));
  const joints = [...learned, ...held.map((h) => h.joint)];
  joints.forEach((name, i) => {
    const field = i < learned.length ? `learned_joints[${i}]` : `held_joints[${i - learned.length}]`;
    if (!moving.some((j) => j.name === name))
      reject('unknown-joint', field, `a moving joint of robot ${model.name}`, name);
    if (joints.indexOf(name) !== i) reject('duplicate-joint', field, 'each joint once', name);
    if (i < learned.length && !onTheWay.includes(name))
      reject(
        'not-in-chain',
        field,
        `a joint between ${model.root} and ${tcpLink} (${onTheWay.join(', ')})`,
        name,
      );
  });
  if (learned.length === 0) reject('empty', 'learned_joints', 'at least one joint', 'none');
  const limits = learned.map((name) => {
    const { lower, upper } = moving.find((j) => j.name === name)!.limit!;
    return { lower: Math.max(lower, -2 * Math.PI), upper: Math.min(upper, 2 * Math.PI) };
  });
  const startAngles =
    options.startAngles ??
    limits.map(({ lower, upper }) => (lower <= 0 && upper >= 0 ? 0 : (lower + upper) / 2));
  startAngles.forEach((q, j) => {
    if (!(q >= limits[j].lower && q <= limits[j].upper))
      reject(
        'beyond-limit',
        `start_angles[${j}]`,
        `an angle from ${limits[j].lower} to ${limits[j].upper} rad`,
        q,
      );
  });
  const heldAngles = held.map((h) => h.angle);
  const chain = new Chain(model, joints, learned.length, heldAngles, tcpLink, options.baseLink);
  const n = learned.length;
  const whole = new Float64Array(6 * n);
  const point = new Float64Array(12);
  const [positions, poses] = [false, true].map((r) => new Inverse(chain, limits, startAngles, r));
  return {
    name: model.name,
    joints,
    learned: learned.length,
    startAngles,
    heldAngles,
    limits,
    urdfSign: joints.map(() => 1),
    forward(q, at, out, outAt) {
      chain.forward(q, at);
      for (let i = 0; i < 3; i++) out[outAt + i] = chain.pose[9 + i];
    },
    forwardAll(q, at, out, outAt) {
      chain.forwardAll(q, at);
      for (let i = 0; i < 3; i++) out[outAt + i] = chain.pose[9 + i];
    },
    pose(q, at, out, outAt) {
      chain.forward(q, at);
      for (let i = 0; i < 12; i++) out[outAt + i] = chain.pose[i];
    },
    jacobian(q, at, out, outAt) {
      chain.jacobian(q, at, whole);
      for (let i = 0; i < 3 * n; i++) out[outAt + i] = whole[i];
    },
    poseJacobian: (q, at, out, outAt) => chain.jacobian(q, at, out, outAt),
    inverse(p, at, near, nearAt, out, outAt) {
      for (let i = 0; i < 3; i++) point[9 + i] = p[at + i];
      return positions.solve(point, 0, near, nearAt, out, outAt).positionM;
    },
    inversePose: (pose, at, near, nearAt, out, outAt) => poses.solve(pose, at, near, nearAt, out, outAt),
  };
}
