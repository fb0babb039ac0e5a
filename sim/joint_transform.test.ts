import type { Joint } from '../src/arm/urdf/model';
import { jointTransform, type Transform } from './joint_transform';

const joint = (type: Joint['type'], axis: [number, number, number]): Joint => ({
  name: 'j',
  type,
  parent: 'a',
  child: 'b',
  origin: { xyz: [0.1, -0.2, 0.3], rpy: [0.4, -0.5, 0.6] },
  axis,
  limit: null,
  mimic: null,
});

type Vector = [number, number, number];

/** Rotation about an axis by Rodrigues' formula. */
function turned([x, y, z]: Vector, [ax, ay, az]: readonly number[], angle: number): Vector {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const along = (ax * x + ay * y + az * z) * (1 - c);
  return [
    x * c + (ay * z - az * y) * s + ax * along,
    y * c + (az * x - ax * z) * s + ay * along,
    z * c + (ax * y - ay * x) * s + az * along,
  ];
}

/** A point of the child frame in the parent frame, by the URDF's definition: fixed-axis roll, pitch, yaw. */
function oracle(j: Joint, q: number, point: Vector): Vector {
  let p = point;
  if (j.type === 'prismatic') p = p.map((x, i) => x + j.axis[i] * q) as Vector;
  else if (j.type !== 'fixed') p = turned(p, j.axis, q);
  const [roll, pitch, yaw] = j.origin.rpy;
  p = turned(turned(turned(p, [1, 0, 0], roll), [0, 1, 0], pitch), [0, 0, 1], yaw);
  return p.map((x, i) => x + j.origin.xyz[i]) as Vector;
}

/** A point through a transform: v + 2 r x (r x v + w v). */
function through({ translation, rotation: [x, y, z, w] }: Transform, [px, py, pz]: Vector): Vector {
  const [ux, uy, uz] = [y * pz - z * py + w * px, z * px - x * pz + w * py, x * py - y * px + w * pz];
  return [
    translation[0] + px + 2 * (y * uz - z * uy),
    translation[1] + py + 2 * (z * ux - x * uz),
    translation[2] + pz + 2 * (x * uy - y * ux),
  ];
}

test.each([
  ['revolute', [0, 1, 0], 0.7],
  ['continuous', [0, 0, -1], -2.5],
  ['prismatic', [0, -1, 0], 0.016],
  ['fixed', [1, 0, 0], 0.3],
] as const)('%s', (type, axis, q) => {
  const j = joint(type, [...axis]);
  const transform = jointTransform(j, q);
  expect(Math.hypot(...transform.rotation)).toBeCloseTo(1, 12);
  for (const point of [
    [0, 0, 0],
    [1, 0, 0],
    [0.3, -0.7, 2],
  ] as Vector[]) {
    const wanted = oracle(j, q, point);
    through(transform, point).forEach((value, i) => expect(value).toBeCloseTo(wanted[i], 12));
  }
});
