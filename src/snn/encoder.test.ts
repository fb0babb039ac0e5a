import { clockLine, encode, maxInputEntries, type InputLists } from './encoder.js';
import { lsgInputs, paperConfig, type MotorNetworkConfig } from './motor_network.js';
import type { TrialMotion } from '../trial/trial_target.js';

const tuned: MotorNetworkConfig = {
  ...paperConfig,
  steps: 12,
  encoder: {
    kind: 'tuned',
    velocity: { units: 5, limit: 2, width: 0.8 },
    angle: { units: 3, limit: 1, width: 0.5 },
    taps: [-4, 0, 5],
  },
};
const bits: MotorNetworkConfig = { ...paperConfig, steps: 12 };

function trial(): TrialMotion {
  const values = (n: number, f: (k: number) => number): Float32Array =>
    Float32Array.from({ length: n }, (_, k) => f(k));
  return {
    velocities: values(24, (k) => Math.sin(k)),
    angles: values(24, (k) => 0.1 * Math.cos(k)),
    positions: values(36, (k) => 0.9 * Math.sin(1.7 * k)),
  };
}

function dense(config: MotorNetworkConfig, target: TrialMotion): number[][] {
  const lists: InputLists = {
    start: new Int32Array(config.steps + 1),
    line: new Int32Array(maxInputEntries(config)),
    value: new Float32Array(maxInputEntries(config)),
  };
  encode(config, target, lists);
  return Array.from({ length: config.steps }, (_, t) => {
    const x = new Array<number>(lsgInputs(config)).fill(0);
    for (let k = lists.start[t]; k < lists.start[t + 1]; k++) x[lists.line[k]] += lists.value[k];
    return x;
  });
}

test('clock line k fires at steps 50k, 50k + 10, .. 50k + 40', () => {
  for (let step = 0; step < 260; step++) {
    const expected = [0, 1, 2, 3, 4].filter((k) => [0, 10, 20, 30, 40].some((o) => step === 50 * k + o));
    expect(clockLine(step, 5)).toBe(expected[0] ?? -1);
  }
});

test('bits: int((c + 1) 2^15), least significant first, 16 a coordinate; beyond the range it wraps', () => {
  const target = trial();
  target.positions[4] = 1.25;
  const x = dense(bits, target);
  for (let t = 0; t < 12; t++)
    for (let c = 0; c < 3; c++) {
      const code = x[t].slice(5 + 16 * c, 21 + 16 * c).reduce((sum, bit, k) => sum + bit * 2 ** k, 0);
      expect(code).toBe(((Math.floor((target.positions[3 * t + c] + 1) * 32768) % 65536) + 65536) % 65536);
    }
});

test('tuned units and taps equal their formulas; activities under a hundredth are left out', () => {
  const target = trial();
  const x = dense(tuned, target);
  for (let t = 0; t < 12; t++) {
    const bell = (v: number, centre: number, width: number): number => {
      const a = Math.exp(-0.5 * ((v - centre) / width) ** 2);
      return a < 0.01 ? 0 : a;
    };
    const v = [0, 1].map((j) => target.velocities[2 * t + j]);
    const q = [0, 1].map((j) => target.angles[2 * t + j]);
    const at = (s: number): number[] =>
      [0, 1].map((j) => target.velocities[2 * Math.max(0, Math.min(11, s)) + j] / 2);
    const expected = [
      ...v.flatMap((w) => [-2, -1, 0, 1, 2].map((c) => bell(w, c, 0.8))),
      ...q.flatMap((a) => [-1, 0, 1].map((c) => bell(a, c, 0.5))),
      ...[t - 4, t, t + 5].flatMap(at),
    ];
    expected.forEach((e, k) => expect(x[t][5 + k]).toBeCloseTo(e, 5));
  }
});
