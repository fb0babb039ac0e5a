import fc from 'fast-check';
import {
  edscorbot,
  edscorbotPaper,
  forwardAll,
  paperGeometry,
  surfaceOf,
  urdfGeometry,
} from './edscorbot.js';
import { fromUrdf, toUrdf } from './profile.js';
import { profileNamed, profileNames } from './profiles.js';
import { surfaceInverse, surfacePoint } from './surface.js';

const angle = (limit: number) => fc.double({ min: -limit, max: limit, noNaN: true });

/** The release's formula as ../shared/recipes/oracle/meta_train_jax.py has it. */
function releaseTcp(q1: number, q2: number): number[] {
  const [a1, a234, d1, d23] = [0.05, 0.87, 0.3585, -0.033];
  const r = a1 + a234 * Math.cos(-q2);
  return [
    r * Math.cos(-q1) - d23 * Math.sin(-q1),
    r * Math.sin(-q1) + d23 * Math.cos(-q1),
    d1 - a234 * Math.sin(-q2),
  ];
}

/** The robot description's tree as a product of homogeneous matrices (mathjs). */
async function urdfTree(): Promise<(q: number[]) => number[]> {
  const { cos, sin, matrix, multiply } = await import('mathjs');
  const translate = (x: number, y: number, z: number) =>
    matrix([
      [1, 0, 0, x],
      [0, 1, 0, y],
      [0, 0, 1, z],
      [0, 0, 0, 1],
    ]);
  const rotateY = (t: number) =>
    matrix([
      [cos(t), 0, sin(t), 0],
      [0, 1, 0, 0],
      [-sin(t), 0, cos(t), 0],
      [0, 0, 0, 1],
    ]);
  const rotateZ = (t: number) =>
    matrix([
      [cos(t), -sin(t), 0, 0],
      [sin(t), cos(t), 0, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 1],
    ]);
  return ([q1, q2, q3, q4]) => {
    const chain = [
      translate(0, 0, 0.17),
      rotateZ(0.411898 + q1),
      translate(0.05, -0.096, 0.1885),
      rotateY(-0.383972 + q2),
      translate(0.3, 0.021, 0),
      rotateY(0.20944 - q3),
      translate(0.25, 0.058, 0),
      rotateY(-q4),
      translate(0.054, -0.024, 0),
      translate(0.17, 0, 0),
    ].reduce((a, b) => multiply(a, b));
    return [0, 1, 2].map((i) => chain.get([i, 3]));
  };
}

test('the paper profile is the release formula', () => {
  const p = new Float64Array(3);
  fc.assert(
    fc.property(angle(Math.PI), angle(Math.PI), (q1, q2) => {
      edscorbotPaper.forward([q1, q2], 0, p, 0);
      releaseTcp(q1, q2).forEach((x, i) => expect(p[i]).toBeCloseTo(x, 12));
    }),
  );
});

test('the urdf geometry is the product of the tree transforms, with all four positioning joints', async () => {
  const urdfTcp = await urdfTree();
  const p = new Float64Array(3);
  fc.assert(
    fc.property(fc.tuple(angle(2), angle(1.4), angle(1.9), angle(1.5)), (q) => {
      forwardAll(urdfGeometry, q, 0, p);
      urdfTcp(q).forEach((x, i) => expect(p[i]).toBeCloseTo(x, 12));
      edscorbot.forward(q, 0, p, 0);
      urdfTcp([q[0], q[1], 0, 0]).forEach((x, i) => expect(p[i]).toBeCloseTo(x, 12));
    }),
  );
});

test('with offsets and lengths aside, both profiles move the same way: q_urdf = (-q1, -q2, +q3, -q4)', () => {
  const same = { ...urdfGeometry, a3: 0.35, a4: 0.22, d: -0.033, offsets: [0, 0, 0, 0] as const };
  const [p, u, q] = [new Float64Array(3), new Float64Array(3), new Float64Array(5)];
  fc.assert(
    fc.property(fc.tuple(angle(2), angle(1.4), angle(1.9), angle(1.5)), ([q1, q2, q3, q4]) => {
      forwardAll(paperGeometry, [q1, q2, q3, q4], 0, p);
      forwardAll(same, [-q1, -q2, q3, -q4], 0, u);
      p.forEach((x, i) => expect(u[i]).toBeCloseTo(x, 12));
    }),
  );
  toUrdf(edscorbotPaper, [0.3, -0.2], 0, 'angles', q);
  expect([...q].map((x) => x + 0)).toEqual([-0.3, 0.2, 0, 0, 0]);
  const back = new Float64Array(2);
  fromUrdf(edscorbotPaper, q, 0, back);
  expect([...back]).toEqual([0.3, -0.2]);
});

test.each(profileNames)('%s: the Jacobian equals central differences', (name) => {
  const profile = profileNamed(name);
  const [jacobian, plus, minus, h] = [new Float64Array(6), new Float64Array(3), new Float64Array(3), 1e-6];
  fc.assert(
    fc.property(angle(2), angle(1.2), (q1, q2) => {
      profile.jacobian([q1, q2], 0, jacobian, 0);
      for (let j = 0; j < 2; j++) {
        profile.forward([q1 + (j === 0 ? h : 0), q2 + (j === 1 ? h : 0)], 0, plus, 0);
        profile.forward([q1 - (j === 0 ? h : 0), q2 - (j === 1 ? h : 0)], 0, minus, 0);
        for (let i = 0; i < 3; i++)
          expect(jacobian[2 * i + j]).toBeCloseTo((plus[i] - minus[i]) / (2 * h), 7);
      }
    }),
  );
});

test.each(profileNames)('%s: inverse kinematics returns the angles inside the limits', (name) => {
  const profile = profileNamed(name);
  const [p, q] = [new Float64Array(3), new Float64Array(2)];
  const [base, shoulder] = profile.limits;
  fc.assert(
    fc.property(angle(base.upper), angle(shoulder.upper), (q1, q2) => {
      profile.forward([q1, q2], 0, p, 0);
      fc.pre(Math.hypot(p[0], p[1]) > 0.06); // nearer to the base axis the yaw is not determined
      expect(profile.inverse(p, 0, [q1 * 0.9, q2 * 0.9], 0, q, 0)).toBeLessThan(1e-9);
      expect(q[0]).toBeCloseTo(q1, 6);
      expect(q[1]).toBeCloseTo(q2, 6);
    }),
  );
});

test('inverse kinematics off the surface finds the nearest surface point (against a fine grid)', () => {
  const surface = surfaceOf(paperGeometry, 0, 0);
  const [q, p] = [new Float64Array(2), new Float64Array(3)];
  fc.assert(
    fc.property(
      angle(2),
      fc.double({ min: -1.2, max: 1.2, noNaN: true }),
      fc.array(angle(0.1), { minLength: 3, maxLength: 3 }),
      (q1, q2, off) => {
        surfacePoint(surface, q1, q2, p);
        const target = [p[0] + off[0], p[1] + off[1], p[2] + off[2]];
        const found = surfaceInverse(surface, target[0], target[1], target[2], q1, q2, q);
        surfacePoint(surface, q[0], q[1], p);
        expect(Math.hypot(p[0] - target[0], p[1] - target[1], p[2] - target[2])).toBeCloseTo(found, 9);
        let best = Infinity;
        for (let a = -0.05; a <= 0.05; a += 0.005)
          for (let b = -0.05; b <= 0.05; b += 0.005) {
            surfacePoint(surface, q[0] + a, q[1] + b, p);
            best = Math.min(best, Math.hypot(p[0] - target[0], p[1] - target[1], p[2] - target[2]));
          }
        expect(found).toBeLessThanOrEqual(best + 1e-9);
      },
    ),
    { numRuns: 30 },
  );
});

test('an unknown profile is refused by name', () => {
  expect(() => profileNamed('puma')).toThrow(
    /profile: expected one of edscorbot_paper, edscorbot, got "puma"/,
  );
  expect(() => profileNamed('toString')).toThrow(/profile/);
});
