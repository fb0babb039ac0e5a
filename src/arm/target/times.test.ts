import { InputError } from '../../input_error.js';
import { edscorbotPaper } from '../kinematics/edscorbot.js';
import { parseTarget, parseTargetText } from './parse.js';
import { rowTimes } from './times.js';
import { trialTarget } from './trial.js';

const joints = ['base_joint', 'shoulder'];
const angle = (t: number): number => 0.3 * Math.sin(1.7 * t);
/** Uniform in [0, 1), the same each time. */
function generator(): () => number {
  let x = 12345;
  return () => (x = (x * 1103515245 + 12345) % 2 ** 31) / 2 ** 31;
}
const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof InputError) return error.fault.code;
    throw error;
  }
  return '';
};

test.each([30, 60])('a %d Hz logger that rounds to milliseconds is an even clock', (rate) => {
  const times = Array.from({ length: 2 * rate }, (_, i) => Math.round((1000 * i) / rate) / 1000);
  const { timesS, jitterS, stepS } = rowTimes(times);
  expect(jitterS).toBeGreaterThan(0.0001);
  expect(jitterS).toBeLessThan(0.0007);
  expect(stepS * rate).toBeCloseTo(1, 3);
  const steps = timesS.slice(1).map((t, i) => t - timesS[i]);
  expect(Math.max(...steps) - Math.min(...steps)).toBeLessThan(1e-9);
});

test.each(['csv', 'json'] as const)(
  '%s: 1 %% to 20 %% jitter is let through, and the motion is right',
  (format) => {
    const random = generator();
    const times = Array.from({ length: 121 }, (_, i) =>
      i === 0 || i === 120 ? i / 60 : (i + 0.4 * (random() - 0.5)) / 60,
    );
    const rows = times.map((t) => [angle(t), -angle(t)]);
    const text =
      format === 'json'
        ? JSON.stringify({ t: times, joints, positions: rows })
        : `t,positions.base_joint,positions.shoulder\n${times.map((t, i) => [t, ...rows[i]].join()).join('\n')}\n`;
    const trial = trialTarget(parseTargetText(text, format, edscorbotPaper), edscorbotPaper);
    expect(trial.durationS).toBeCloseTo(2, 6);
    for (let k = 0; k < 249; k++)
      expect(Math.abs(trial.angles[2 * k] - angle((2 * (k + 1)) / 249))).toBeLessThan(2e-4);
  },
);

test('velocities at uneven times are held from each row to the next', () => {
  const target = parseTarget({ t: [0, 0.1, 0.25], joints, velocities: [[1, 0], [2, 0], [0, 0]] }, edscorbotPaper); // prettier-ignore
  if (target.kind !== 'joints') throw new Error('no joints');
  const q0 = edscorbotPaper.startAngles[0];
  expect(Array.from(target.angles.filter((_, i) => i % 2 === 0)).map((q) => q - q0)[2]).toBeCloseTo(0.4, 9);
  expect(target.timesS.length).toBe(4);
});

test('gaps and times backwards are refused, a gap only without leave', () => {
  expect(codeOf(() => rowTimes([0, 0.01, 0.02, 0.5, 0.51]))).toBe('gap');
  expect(codeOf(() => rowTimes([0, 0.01, 0.02, 0.5, 0.51], 1))).toBe('');
  expect(codeOf(() => rowTimes([0, 0.01, 0.005, 0.02]))).toBe('not-growing');
  expect(codeOf(() => rowTimes([0, 0, 0.01]))).toBe('not-growing');
  expect(codeOf(() => rowTimes([0, '1', 2]))).toBe('not-finite');
  expect(codeOf(() => parseTarget({ t: [0, 1], dt: 1, joints, positions: [[0, 0], [0, 0]] }, edscorbotPaper))).toBe('ambiguous'); // prettier-ignore
  expect(codeOf(() => parseTarget({ t: [0, 1, 2], joints, positions: [[0, 0], [0, 0]] }, edscorbotPaper))).toBe('wrong-length'); // prettier-ignore
});

test('angles that look like degrees get a question', () => {
  const target = { dt: 0.1, joints, positions: [[0, 0], [30, 10], [60, 20]] }; // prettier-ignore
  expect(() => trialTarget(parseTarget(target, edscorbotPaper), edscorbotPaper)).toThrow(/degrees\?/);
});
