import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { InputError } from '../../input_error.js';
import { edscorbotJoints } from '../kinematics/edscorbot.js';
import type { Shape } from '../urdf/model.js';
import { parseUrdf } from '../urdf/parse.js';
import { LinkPoses } from '../urdf/poses.js';
import { ConvexShape } from './convex.js';
import { distance } from './distance.js';
import { CollisionBodies } from './self_collision.js';

type Primitive = Exclude<Shape, { kind: 'mesh' | 'hull' }>;
const coordinate = fc.double({ min: -1, max: 1, noNaN: true });
const side = fc.double({ min: 0.05, max: 0.8, noNaN: true });
const turn = fc.double({ min: -3, max: 3, noNaN: true });
const origin = fc.record({
  xyz: fc.tuple(coordinate, coordinate, coordinate),
  rpy: fc.tuple(turn, turn, turn),
});
const shape: fc.Arbitrary<Primitive> = fc.oneof(
  fc.record({ kind: fc.constant('box' as const), size: fc.tuple(side, side, side), origin }),
  fc.record({ kind: fc.constant('cylinder' as const), radius: side, length: side, origin }),
  fc.record({ kind: fc.constant('sphere' as const), radius: side, origin }),
);
const at = (kind: object, xyz: [number, number, number], rpy: [number, number, number] = [0, 0, 0]) =>
  new ConvexShape({ ...kind, origin: { xyz, rpy } } as unknown as Primitive);
const box = { kind: 'box', size: [0.2, 0.4, 0.6] };
const rod = { kind: 'cylinder', radius: 0.1, length: 1 };
const ball = { kind: 'sphere', radius: 0.1 };

/** Nearest point of a shape to a point: its own oracle, in the shape's frame. */
function project(primitive: Primitive, placed: ConvexShape, point: number[]): number[] {
  const m = placed.pose;
  const d = point.map((x, i) => x - m[9 + i]);
  const local = [0, 1, 2].map((c) => m[c] * d[0] + m[3 + c] * d[1] + m[6 + c] * d[2]);
  const clamp = (x: number, h: number) => Math.max(-h, Math.min(h, x));
  let p: number[];
  if (primitive.kind === 'box') p = local.map((x, i) => clamp(x, primitive.size[i] / 2));
  else if (primitive.kind === 'sphere') {
    const r = Math.hypot(...local);
    p = local.map((x) => (r > primitive.radius ? (x * primitive.radius) / r : x));
  } else {
    const r = Math.hypot(local[0], local[1]);
    const s = r > primitive.radius ? primitive.radius / r : 1;
    p = [local[0] * s, local[1] * s, clamp(local[2], primitive.length / 2)];
  }
  return [0, 1, 2].map((r) => m[9 + r] + m[3 * r] * p[0] + m[3 * r + 1] * p[1] + m[3 * r + 2] * p[2]);
}

test('distances that can be told by hand', () => {
  expect(distance(at(ball, [0, 0, 0]), at(ball, [0.5, 0, 0]))).toBeCloseTo(0.3, 9);
  expect(distance(at(box, [0, 0, 0]), at(box, [0.5, 0, 0]))).toBeCloseTo(0.3, 9);
  expect(distance(at(box, [0, 0, 0]), at(box, [0.5, 0.8, 0]))).toBeCloseTo(Math.hypot(0.3, 0.4), 9);
  expect(distance(at(box, [0, 0, 0]), at(ball, [0, 0, 1]))).toBeCloseTo(0.6, 9);
  expect(distance(at(rod, [0, 0, 0]), at(rod, [0.5, 0, 0], [Math.PI / 2, 0, 0]))).toBeCloseTo(0.3, 6);
  expect(distance(at(box, [0, 0, 0]), at(box, [0.1, 0.1, 0.1]))).toBe(0);
  expect(distance(at(box, [0, 0, 0]), at(box, [0, 0, 0]))).toBe(0);
});

test('distances equal those of alternating projections (von Neumann), for any two shapes', () => {
  fc.assert(
    fc.property(shape, shape, (a, b) => {
      const [sa, sb] = [new ConvexShape(a), new ConvexShape(b)];
      let p = [...a.origin.xyz] as number[];
      let q = p;
      for (let i = 0; i < 3000; i++) {
        const before = p;
        q = project(b, sb, p);
        p = project(a, sa, q);
        if (Math.hypot(...p.map((x, k) => x - before[k])) < 1e-9) break;
      }
      const apart = Math.hypot(...p.map((x, k) => x - q[k]));
      const found = distance(sa, sb);
      // Projections come down to the distance slowly: never below it.
      expect(found).toBeLessThanOrEqual(apart + 1e-7);
      expect(found).toBeGreaterThanOrEqual(apart - 5e-3);
      expect(distance(sb, sa)).toBeCloseTo(found, 6);
    }),
    { numRuns: 200 },
  );
});

test('the arm’s own links: free in ordinary postures, in contact when folded onto itself', () => {
  const model = parseUrdf(readFileSync(join(__dirname, '../../../urdf/edscorbot.urdf'), 'utf8'));
  const poses = new LinkPoses(model, edscorbotJoints);
  const bodies = new CollisionBodies(poses, [
    ['flange', 'left_finger'],
    ['flange', 'right_finger'],
    ['left_finger', 'right_finger'],
  ]);
  const contact = (q: number[]) => {
    poses.update(q);
    bodies.update();
    return bodies.contact(0.005);
  };
  const learned = (limit: number) => fc.double({ min: -limit, max: limit, noNaN: true });
  fc.assert(
    fc.property(learned(2.18), learned(1.2), (q1, q2) => expect(contact([q1, q2, 0, 0, 0])).toBeNull()),
  );
  const folded = contact([0, 0.9, -1.9, -1.5, 0]);
  expect(folded?.distance).toBeLessThan(0.005);
  expect(folded?.links).toContain('base');
  poses.update([0, 0, 0, 0, 0]);
  bodies.update();
  const { link, height } = bodies.lowest();
  expect(link).toBe('body');
  expect(height).toBeCloseTo(0.17, 9);
});

test('mesh shapes and unknown links are refused by name', () => {
  const mesh = parseUrdf(
    '<robot name="r"><link name="a"><collision><geometry><mesh filename="x.stl"/></geometry></collision></link></robot>',
  );
  expect(() => new CollisionBodies(new LinkPoses(mesh, []))).toThrow(
    /link a > collision 1 > mesh x\.stl: expected a box/,
  );
  const plain = parseUrdf('<robot name="r"><link name="a"/></robot>');
  expect(() => new CollisionBodies(new LinkPoses(plain, []), [['a', 'b']])).toThrow(InputError);
});
