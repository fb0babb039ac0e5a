import fc from 'fast-check';
import { Random } from '../../kernels/random.js';
import { ConvexShape } from './convex.js';
import { distance } from './distance.js';
import { hullOf, meshCorners } from './mesh.js';

const [hx, hy, hz] = [0.1, 0.2, 0.3];
/** Corners of a box, and its twelve triangles by their numbers. */
const corners = Array.from({ length: 8 }, (_, k) => [k & 1 ? hx : -hx, k & 2 ? hy : -hy, k & 4 ? hz : -hz]);
const triangles = [
  [0, 1, 3, 0, 3, 2],
  [4, 5, 7, 4, 7, 6],
  [0, 1, 5, 0, 5, 4],
  [2, 3, 7, 2, 7, 6],
  [0, 2, 6, 0, 6, 4],
  [1, 3, 7, 1, 7, 5],
].flatMap((face) => [face.slice(0, 3), face.slice(3)]);

function binary(): Uint8Array {
  const data = new DataView(new ArrayBuffer(84 + 50 * triangles.length));
  data.setUint32(80, triangles.length, true);
  triangles.forEach((triangle, f) =>
    triangle.forEach((c, i) =>
      corners[c].forEach((x, k) => data.setFloat32(84 + 50 * f + 12 + 12 * i + 4 * k, x, true)),
    ),
  );
  return new Uint8Array(data.buffer);
}
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = `solid box\n${triangles
  .map(
    (t) =>
      `facet normal 0 0 0\n outer loop\n${t.map((c) => `  vertex ${corners[c].join(' ')}\n`).join('')} endloop\nendfacet\n`,
  )
  .join('')}endsolid box\n`;
const obj = `# a box\n${corners.map((c) => `v ${c.join(' ')}\n`).join('')}${triangles.map((t) => `f ${t.map((c) => `${c + 1}//1`).join(' ')}\n`).join('')}`;

const coordinate = fc.double({ min: -1, max: 1, noNaN: true });
const turn = fc.double({ min: -3, max: 3, noNaN: true });
const origin = fc.record({
  xyz: fc.tuple(coordinate, coordinate, coordinate),
  rpy: fc.tuple(turn, turn, turn),
});

test.each([
  ['box.stl', binary()],
  ['box.STL', bytes(text)],
  ['box.obj', bytes(obj)],
])('%s: the hull of a box is the box', (name, data) => {
  const hull = hullOf(meshCorners(data, name));
  expect(hull.points).toHaveLength(24);
  fc.assert(
    fc.property(origin, origin, (a, b) => {
      const ball = new ConvexShape({ kind: 'sphere', radius: 0.05, origin: b });
      const mesh = new ConvexShape({ kind: 'hull', ...hull, origin: a });
      const box = new ConvexShape({ kind: 'box', size: [2 * hx, 2 * hy, 2 * hz], origin: a });
      expect(distance(mesh, ball)).toBeCloseTo(distance(box, ball), 6);
      const scratch = new Float64Array(3);
      expect(mesh.lowest(scratch)).toBeCloseTo(box.lowest(scratch), 6);
    }),
    { numRuns: 200 },
  );
});

test('of many corners a hull remains that holds them all and is hardly larger', () => {
  const random = new Random(3);
  const ball = Float64Array.from(
    Array.from({ length: 4000 }, () => {
      const p = [random.gaussian(), random.gaussian(), random.gaussian()];
      return p.map((x) => (0.1 * x) / Math.hypot(...p));
    }).flat(),
  );
  const hull = hullOf(ball);
  expect(hull.points.length).toBeLessThan(3 * 200);
  expect(hull.skin).toBeLessThan(0.005);
  const zero = [0, 0, 0] as const;
  const mesh = new ConvexShape({ kind: 'hull', ...hull, origin: { xyz: zero, rpy: zero } });
  fc.assert(
    fc.property(origin, ({ xyz }) => {
      fc.pre(Math.hypot(...xyz) > 0.2);
      const point = new ConvexShape({ kind: 'sphere', radius: 0.01, origin: { xyz, rpy: zero } });
      const exact = Math.hypot(...xyz) - 0.11;
      const found = distance(mesh, point);
      expect(found).toBeLessThan(exact + 1e-3); // corners leave gaps in the ball
      expect(found).toBeGreaterThan(exact - 2 * hull.skin - 1e-9);
    }),
  );
});

test.each([
  ['arm.dae', bytes('<x/>'), /mesh arm.dae: expected an STL or OBJ file/],
  ['arm', bytes('v 1 2 3'), /an STL or OBJ file/],
  ['arm.stl', bytes('nothing'), /expected triangles/],
  ['arm.obj', bytes('v 1 2 x\n'), /finite coordinates/],
])('%s is refused', (name, data, message) => {
  expect(() => meshCorners(data, name)).toThrow(message);
});
