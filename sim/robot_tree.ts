import { XMLParser } from 'fast-xml-parser';
import { reject } from '../src/input_error.js';

/** A joint of a robot description: origin in m and rad (roll, pitch, yaw), axis in the joint's frame. */
export interface TreeJoint {
  name: string;
  type: 'fixed' | 'revolute' | 'continuous' | 'prismatic';
  parent: string;
  child: string;
  xyz: [number, number, number];
  rpy: [number, number, number];
  axis: [number, number, number];
  lower: number;
  upper: number;
  velocity: number;
}

/** A rigid transform: translation in m, rotation as unit quaternion. */
export interface Transform {
  translation: [number, number, number];
  /** x, y, z, w. */
  rotation: [number, number, number, number];
}

type Attributes = Record<string, string | undefined>;
interface UrdfJoint {
  name: string;
  type: string;
  parent: Attributes;
  child: Attributes;
  origin?: Attributes;
  axis?: Attributes;
  limit?: Attributes;
}

/** Joints of a URDF, in file order. Throws InputError for what is no URDF. */
export function readRobotTree(urdf: string): TreeJoint[] {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    isArray: (name) => name === 'joint',
  });
  const robot = (parser.parse(urdf) as { robot?: { joint?: UrdfJoint[] } }).robot;
  if (!robot?.joint) reject('not-urdf', 'robot_description', 'a URDF with joints', urdf);
  return robot.joint.map((j) => {
    const type = j.type as TreeJoint['type'];
    if (!['fixed', 'revolute', 'continuous', 'prismatic'].includes(type))
      reject('unknown-type', `joint "${j.name}"`, 'a fixed, revolute, continuous or prismatic joint', j.type);
    const number = (text: string | undefined, otherwise: number) =>
      text === undefined ? otherwise : Number(text);
    return {
      name: j.name,
      type,
      parent: j.parent.link ?? '',
      child: j.child.link ?? '',
      xyz: triple(j.origin?.xyz, [0, 0, 0]),
      rpy: triple(j.origin?.rpy, [0, 0, 0]),
      axis: triple(j.axis?.xyz, [1, 0, 0]),
      lower: type === 'continuous' ? -Infinity : number(j.limit?.lower, 0),
      upper: type === 'continuous' ? Infinity : number(j.limit?.upper, 0),
      velocity: number(j.limit?.velocity, Infinity),
    };
  });
}

/** Child frame in the parent frame with the joint at q (rad or m). */
export function jointTransform(joint: TreeJoint, q: number): Transform {
  const origin = fromRpy(...joint.rpy);
  const [ax, ay, az] = joint.axis;
  if (joint.type === 'prismatic') {
    const [dx, dy, dz] = rotate(origin, [ax * q, ay * q, az * q]);
    return { translation: [joint.xyz[0] + dx, joint.xyz[1] + dy, joint.xyz[2] + dz], rotation: origin };
  }
  if (joint.type === 'fixed') return { translation: joint.xyz, rotation: origin };
  const s = Math.sin(q / 2);
  return { translation: joint.xyz, rotation: multiply(origin, [ax * s, ay * s, az * s, Math.cos(q / 2)]) };
}

type Quaternion = Transform['rotation'];

function fromRpy(roll: number, pitch: number, yaw: number): Quaternion {
  const [sr, cr] = [Math.sin(roll / 2), Math.cos(roll / 2)];
  const [sp, cp] = [Math.sin(pitch / 2), Math.cos(pitch / 2)];
  const [sy, cy] = [Math.sin(yaw / 2), Math.cos(yaw / 2)];
  return [
    sr * cp * cy - cr * sp * sy,
    cr * sp * cy + sr * cp * sy,
    cr * cp * sy - sr * sp * cy,
    cr * cp * cy + sr * sp * sy,
  ];
}

function multiply([ax, ay, az, aw]: Quaternion, [bx, by, bz, bw]: Quaternion): Quaternion {
  return [
    aw * bx + ax * bw + ay * bz - az * by,
    aw * by - ax * bz + ay * bw + az * bx,
    aw * bz + ax * by - ay * bx + az * bw,
    aw * bw - ax * bx - ay * by - az * bz,
  ];
}

function rotate([x, y, z, w]: Quaternion, [vx, vy, vz]: [number, number, number]): [number, number, number] {
  const [tx, ty, tz] = [2 * (y * vz - z * vy), 2 * (z * vx - x * vz), 2 * (x * vy - y * vx)];
  return [vx + w * tx + (y * tz - z * ty), vy + w * ty + (z * tx - x * tz), vz + w * tz + (x * ty - y * tx)];
}

function triple(text: string | undefined, otherwise: [number, number, number]): [number, number, number] {
  if (text === undefined) return otherwise;
  const values = text.trim().split(/\s+/).map(Number);
  if (values.length !== 3 || !values.every(Number.isFinite))
    reject('not-a-vector', 'xyz or rpy', 'three numbers', text);
  return values as [number, number, number];
}
