import { dhProfile } from './dh.js';
import { publishedArms, publishedArmNames } from './published_arms.js';

describe.each(publishedArmNames)('%s', (name) => {
  const arm = publishedArms[name];
  const profile = dhProfile(arm);
  const n = profile.learned;
  const at = (q: readonly number[]): number[] => {
    const out = [0, 0, 0];
    profile.forward(q, 0, out, 0);
    return out;
  };

  test("the Jacobian is the tool's derivative", () => {
    const q = profile.startAngles.map((x, j) => x + 0.1 * Math.sin(3 * j + 1));
    const jacobian = new Float64Array(3 * n);
    profile.jacobian(q, 0, jacobian, 0);
    for (let j = 0; j < n; j++) {
      const moved = (by: number): number[] => at(q.map((x, k) => (k === j ? x + by : x)));
      const [ahead, behind] = [moved(1e-5), moved(-1e-5)];
      for (let r = 0; r < 3; r++) expect(jacobian[r * n + j]).toBeCloseTo((ahead[r] - behind[r]) / 2e-5, 7);
    }
  });
  test('the inverse goes where it is asked to', () => {
    const p = at(profile.startAngles).map((x, r) => x + [0.03, -0.05, 0.04][r]);
    const q = new Array<number>(n).fill(0);
    expect(profile.inverse(p, 0, profile.startAngles, 0, q, 0)).toBeLessThan(1e-9);
    at(q).forEach((x, r) => expect(x).toBeCloseTo(p[r], 8));
  });
});

test('the tool is where the makers say', () => {
  const tool = (name: 'six_axis' | 'seven_axis', q: number[]): number[] => {
    const out = [0, 0, 0];
    dhProfile({ ...publishedArms[name], toolM: name === 'six_axis' ? 0 : 0.107 }).forward(q, 0, out, 0);
    return out;
  };
  // UR5e at zero: stretched along -x; Panda at its ready posture: flange at 0.307, 0, 0.59
  const ur = tool('six_axis', [0, 0, 0, 0, 0, 0]);
  expect(ur[0]).toBeCloseTo(-0.8172, 4);
  expect(ur[1]).toBeCloseTo(-0.2329, 4);
  expect(ur[2]).toBeCloseTo(0.0628, 4);
  const panda = tool('seven_axis', [0, -Math.PI / 4, 0, (-3 * Math.PI) / 4, 0, Math.PI / 2, Math.PI / 4]);
  expect(panda[0]).toBeCloseTo(0.3069, 3);
  expect(panda[1]).toBeCloseTo(0, 6);
  expect(panda[2]).toBeCloseTo(0.5903, 3);
});
