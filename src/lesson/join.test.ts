import { edscorbotPaper } from '../arm/kinematics/edscorbot.js';
import { trialFromVelocities } from '../arm/target/trial.js';
import { InputError } from '../input_error.js';
import { checkJoins, joinMotions } from './join.js';

const profile = edscorbotPaper;
const steps = 249;

/** Joints go from a to b as sin^2, in durationS: position and velocity have a closed form. */
function move(name: string, a: [number, number], b: [number, number], durationS: number, off = 0) {
  const trialS = steps * 0.01;
  const at = (k: number, j: number): number =>
    a[j] + (b[j] - a[j]) * Math.sin((Math.PI * k) / steps / 2) ** 2;
  const of = (scale: number): Float32Array =>
    Float32Array.from({ length: 2 * steps }, (_, i) => {
      const [k, j] = [i >> 1, i & 1];
      return (at(k + 1, j) - at(k, j)) / 0.01 + (scale / trialS) * 1;
    });
  const target = { ...trialFromVelocities(of(0), profile, 0.01, a), durationS };
  return { name, target, velocities: of(off) };
}

const angleAt = (t: number, [p, q]: [number, number], durationS: number): number =>
  p + (q - p) * Math.sin((Math.PI * t) / durationS / 2) ** 2;

test('targets that meet are one motion in its own time: each part where and when it was', () => {
  const parts = [move('out', [0, 0], [0.4, -0.2], 2), move('on', [0.4, -0.2], [0.1, 0.3], 5)];
  const { target, velocities } = joinMotions(parts, profile);
  expect(target.durationS).toBeCloseTo(7, 12);
  expect(target.steps * target.stepS).toBeCloseTo(7, 9);
  expect(velocities).toEqual(target.velocities); // recalled without an error
  for (let k = 0; k < target.steps; k++) {
    const t = (k + 1) * target.stepS;
    const wanted = t < 2 ? angleAt(t, [0, 0.4], 2) : angleAt(t - 2, [0.4, 0.1], 5);
    expect(Math.abs(target.angles[2 * k] - wanted)).toBeLessThan(1e-4);
  }
});

test('what is recalled off its end is bent to the next start: no jump, and the beginning stays as it was recalled', () => {
  const parts = [move('out', [0, 0], [0.4, -0.2], 2, 0.05), move('on', [0.4, -0.2], [0.1, 0.3], 5)];
  const { target, velocities } = joinMotions(parts, profile);
  let q = 0;
  let fastest = 0;
  for (let k = 0; k < target.steps; k++) {
    q += velocities[2 * k] * target.stepS;
    const t = (k + 1) * target.stepS;
    if (t < 0.99) expect(q).toBeCloseTo(angleAt(t, [0, 0.4], 2) + (0.05 * t) / 2, 4);
    if (t > 2) expect(q).toBeCloseTo(angleAt(t - 2, [0.4, 0.1], 5), 4);
    fastest = Math.max(fastest, Math.abs(velocities[2 * k] - target.velocities[2 * k]));
  }
  // 0.05 rad over a second: 15/8 of the mean speed at most, and its own
  expect(fastest).toBeLessThan((15 / 8) * 0.05 + 0.05);
});

test('a motion that begins elsewhere is named, with how far', () => {
  const parts = [move('out', [0, 0], [0.4, -0.2], 2), move('on', [0.4, -0.1], [0.1, 0.3], 5)];
  expect(() => checkJoins(parts, profile, 0.11)).not.toThrow();
  expect(() => checkJoins(parts, profile, 0.05)).toThrow(InputError);
  expect(() => checkJoins(parts, profile, 0.05)).toThrow(
    /on: .*within 0.05 rad of where out ends.*shoulder 0.100 rad/,
  );
});
