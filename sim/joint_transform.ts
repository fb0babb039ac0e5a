import type { Joint } from '../src/arm/urdf/model.js';

/** A rigid transform: translation in m, rotation as unit quaternion. */
export interface Transform {
  translation: [number, number, number];
  /** x, y, z, w. */
  rotation: [number, number, number, number];
}

/** Child frame in the parent frame with the joint at q (rad or m). */
export function jointTransform(joint: Joint, q: number): Transform {
  const origin = fromRpy(...joint.origin.rpy);
  const [ax, ay, az] = joint.axis;
  if (joint.type === 'prismatic') {
    const [dx, dy, dz] = rotate(origin, [ax * q, ay * q, az * q]);
    return {
      translation: [joint.origin.xyz[0] + dx, joint.origin.xyz[1] + dy, joint.origin.xyz[2] + dz],
      rotation: origin,
    };
  }
  if (joint.type === 'fixed') return { translation: [...joint.origin.xyz], rotation: origin };
  const s = Math.sin(q / 2);
  return {
    translation: [...joint.origin.xyz],
    rotation: multiply(origin, [ax * s, ay * s, az * s, Math.cos(q / 2)]),
  };
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
