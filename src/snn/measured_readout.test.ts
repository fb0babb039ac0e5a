import { Random } from '../kernels/random';
import type { TrialMotion } from '../trial/trial_target';
import type { TraineeHistory } from './histories';
import { MeasuredReadout, solvePositive } from './measured_readout';
import type { MotorNetworkConfig } from './motor_network';

const [steps, joints, neurons, stepS, tau] = [240, 2, 12, 0.01, 20];
const config = { steps, joints, stepS, tauReadoutSteps: tau, trainee: { neurons } } as MotorNetworkConfig;
const random = new Random(11);
const rates = Array.from(
  { length: neurons },
  (_, i) => (t: number) => 0.15 * Math.max(0, Math.sin((2 * Math.PI * t) / steps + i)),
);
const pattern = Array.from({ length: steps }, (_, t) =>
  rates.map((rate) => (random.uniform() < 2 * rate(t) ? 1 : 0)),
);

/** Spikes of the pattern, a quarter of them missing, others in their place. */
function recall(): TraineeHistory {
  const spikes: number[] = [];
  const spikeStart = [0];
  for (let t = 0; t < steps; t++) {
    for (let i = 0; i < neurons; i++) {
      const fires = pattern[t][i] ? random.uniform() > 0.25 : random.uniform() < 0.01;
      if (fires) spikes.push(i);
    }
    spikeStart.push(spikes.length);
  }
  return { spikes: Int32Array.from(spikes), spikeStart: Int32Array.from(spikeStart) } as TraineeHistory;
}

const target = {
  velocities: Float32Array.from({ length: steps * joints }, (_, k) =>
    Math.sin((2 * Math.PI * Math.floor(k / joints)) / steps + (k % joints)),
  ),
} as TrialMotion;

/** Squared errors of velocity and of the angle, five times as heavy, over recalls and noisy weights: simulated step by step. */
function meanLoss(weights: Float64Array, recalls: TraineeHistory[]): number {
  let sum = 0;
  const deviates = new Random(5);
  for (const { spikes, spikeStart } of recalls) {
    const read = weights.map((w) => w * (1 + Math.sqrt(0.005) * deviates.gaussian()));
    const [v, off] = [new Float64Array(joints), new Float64Array(joints)];
    for (let t = 0; t < steps; t++)
      for (let j = 0; j < joints; j++) {
        v[j] *= Math.exp(-1 / tau);
        for (const i of spikes.subarray(spikeStart[t], spikeStart[t + 1])) v[j] += read[i * joints + j];
        const e = target.velocities[t * joints + j] - v[j];
        off[j] += stepS * e;
        sum += e * e + 25 * off[j] * off[j];
      }
  }
  return sum / recalls.length;
}

it('solvePositive: the matrix times what it finds is the right side', () => {
  const n = 7;
  const x = Array.from({ length: n }, () => Array.from({ length: n }, () => random.gaussian()));
  const a = x.map((row, i) =>
    x.map((other, j) => row.reduce((s, v, k) => s + v * other[k], i === j ? 1 : 0)),
  );
  const b = Array.from({ length: 2 * n }, () => random.gaussian());
  const found = Float64Array.from(b);
  solvePositive(Float64Array.from(a.flat()), found, n, 2);
  for (let i = 0; i < n; i++)
    for (const c of [0, 1])
      expect(a[i].reduce((s, v, k) => s + v * found[2 * k + c], 0)).toBeCloseTo(b[2 * i + c], 8);
});

describe('readout weights from measured spikes', () => {
  const measured = new MeasuredReadout(config);
  it('want recalls first', () => {
    expect(() => measured.solve()).toThrow('no recall');
  });

  it('are the best for recalls to come: every other direction is worse', () => {
    for (let k = 0; k < 120; k++) measured.add(target, recall());
    const weights = measured.solve();
    const others = Array.from({ length: 120 }, recall);
    const best = meanLoss(weights, others);
    expect(best).toBeLessThan(0.5 * meanLoss(new Float64Array(weights.length), others));
    const size = Math.hypot(...weights);
    for (let k = 0; k < 4; k++) {
      const direction = weights.map(() => random.gaussian());
      const step = (0.3 * size) / Math.hypot(...direction);
      for (const sign of [1, -1])
        expect(
          meanLoss(
            weights.map((w, i) => w + sign * step * direction[i]),
            others,
          ),
        ).toBeGreaterThan(best);
    }
  });

  it('are better than what one recall says, and forgotten on restart', () => {
    const others = Array.from({ length: 120 }, recall);
    const many = meanLoss(measured.solve(), others);
    measured.restart();
    measured.add(target, recall());
    expect(many).toBeLessThan(meanLoss(measured.solve(), others));
  });
});
