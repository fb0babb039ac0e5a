import { Random } from '../../src/kernels/random.js';
import { drawTarget } from '../../src/training/motor/families.js';
import { initialTensors } from '../../src/training/motor/parameters.js';
import { defaultNetwork } from '../../src/training/motor/run_config.js';
import { emptyTrial } from '../../src/training/motor/trial.js';
import { MotorLearner } from '../../src/snn/motor_learner.js';

const config = {
  ...defaultNetwork,
  lsg: { ...defaultNetwork.lsg, neurons: 12 },
  trainee: { ...defaultNetwork.trainee, neurons: 20 },
};
const random = new Random(3);
const learner = new MotorLearner({ config, tensors: initialTensors(config, random) });
const target = emptyTrial(config.steps);
drawTarget('unclipped', random, target);
const columns = config.trainee.neurons + config.joints;

/** Half the squared errors of velocity (rad/s) and of its integral (rad), from a recall with these synapses. */
function loss(weights: Float32Array): number {
  learner.restore(weights);
  const out = learner.recall();
  let sum = 0;
  for (let j = 0; j < config.joints; j++) {
    let angle = 0;
    for (let t = 0; t < config.steps; t++) {
      const e = target.velocities[t * config.joints + j] - out[t * config.joints + j];
      angle += config.stepS * e;
      sum += 0.5 * (e * e + angle * angle);
    }
  }
  return sum;
}

describe('a refinement step', () => {
  learner.forget();
  const start = learner.synapses.read().slice();
  learner.refine(target, 1);
  const delta = learner.activity().update.slice();

  it('goes down the gradient of the measured errors (finite differences), and changes the readout alone', () => {
    let [ab, aa, bb] = [0, 0, 0];
    for (let k = 0; k < delta.length; k++) {
      const row = Math.floor(k / columns);
      if (k % columns < config.trainee.neurons || row < config.clockLines) {
        expect(delta[k]).toBe(0);
        continue;
      }
      const h = 0.02;
      const at = (s: number): number => loss(start.map((w, i) => (i === k ? w + s * h : w)));
      const slope = (at(1) - at(-1)) / (2 * h);
      ab -= slope * delta[k];
      aa += slope * slope;
      bb += delta[k] * delta[k];
    }
    expect(bb).toBeGreaterThan(0);
    expect(ab / Math.sqrt(aa * bb)).toBeGreaterThan(0.9999);
  });

  it('is as long as serves the errors best', () => {
    const along = (s: number): number => loss(start.map((w, k) => w + s * delta[k]));
    expect(along(1)).toBeLessThan(along(0));
    expect(along(1)).toBeLessThan(along(0.95));
    expect(along(1)).toBeLessThan(along(1.05));
  });

  it('repeated as often as there are synapses of a joint, leaves the least squares that the traces allow', () => {
    learner.restore(start);
    learner.refine(target, config.trainee.neurons);
    const end = loss(learner.synapses.read().slice());
    learner.restore(start);
    learner.refine(target, 4 * config.trainee.neurons);
    expect(end).toBeLessThan(1.01 * loss(learner.synapses.read().slice()) + 1e-6);
  });

  it('refuses counts that are none', () => {
    expect(() => learner.refine(target, -1)).toThrow(/count: expected an integer >= 0/);
  });
});
