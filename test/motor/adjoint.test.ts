import { Random } from '../../src/kernels/random.js';
import { activityRecord, type Events } from '../../src/snn/activity.js';
import { encode, maxInputEntries } from '../../src/snn/encoder.js';
import { MotorLearner } from '../../src/snn/motor_learner.js';
import {
  lsgInputs,
  paperConfig,
  type MotorNetworkConfig,
  type MotorTensors,
} from '../../src/snn/motor_network.js';
import type { TrialMotion } from '../../src/trial/trial_target.js';
import { drawArmMotion } from '../../src/training/motor/arm_families.js';
import { drawTarget } from '../../src/training/motor/families.js';
import { MetaGradient } from '../../src/training/motor/meta_gradient.js';
import { flatten, initialTensors, unflatten } from '../../src/training/motor/parameters.js';
import { armNetwork, defaultNetwork, paperRun } from '../../src/training/motor/run_config.js';
import { emptyTrial, integrate } from '../../src/training/motor/trial.js';
import { dualLesson, type Spiking } from './dual_lesson.js';

const loss = { velocity: 0.5, position: 5, rate: 0.25, traineeRate: 0.02, lsgRate: 0.01 };

/** A lesson small enough for the literal reference. The update is large, so that its path matters. */
function small(base: MotorNetworkConfig, learningRate: number, neurons = 7): MotorNetworkConfig {
  return {
    ...base,
    steps: 60,
    lsg: { ...base.lsg, neurons: 9 },
    trainee: { ...base.trainee, neurons },
    update: { ...base.update, learningRate },
  };
}

const networks: [string, MotorNetworkConfig][] = [
  ["the paper's network", small(paperConfig, 0.02)],
  ['tuned units, readout in the update, direct path', small(defaultNetwork, 1e-4)],
  ...[1, 3, 7].map((joints): [string, MotorNetworkConfig] => [
    `${joints} channels, errors in joint space`,
    small({ ...armNetwork, joints }, 1e-4, joints === 1 ? 12 : 7),
  ]),
];
const family = (config: MotorNetworkConfig) => (config.joints === 2 ? 'brownian' : 'arm');

function setting(
  config: MotorNetworkConfig,
  seed: number,
): { tensors: MotorTensors; target: TrialMotion; inputs: number[][] } {
  const random = new Random(seed);
  const tensors = initialTensors(config, random);
  // livelier than a fresh network of this size, so that every neuron spikes
  for (const name of ['lsgInput', 'traineeInput', 'traineeReadout'] as const)
    tensors[name] = tensors[name].map((w) => 2 * w);
  if (tensors.lsgDirect) tensors.lsgDirect = tensors.lsgDirect.map(() => 0.3 * random.gaussian());
  const target = emptyTrial(config.steps, config.joints);
  if (config.joints === 2) drawTarget('unclipped', random, target);
  else {
    drawArmMotion(random, target.velocities, config.joints, config.stepS, 'brownian');
    integrate(target, config.joints, config.stepS);
  }
  const lists = {
    start: new Int32Array(config.steps + 1),
    line: new Int32Array(maxInputEntries(config)),
    value: new Float32Array(maxInputEntries(config)),
  };
  encode(config, target, lists);
  const inputs = Array.from({ length: config.steps }, (_, t) => {
    const x = new Array<number>(lsgInputs(config)).fill(0);
    for (let k = lists.start[t]; k < lists.start[t + 1]; k++) x[lists.line[k]] = lists.value[k];
    return x;
  });
  return { tensors, target, inputs };
}

function direction(tensors: MotorTensors, name: keyof MotorTensors, random: Random): Float32Array {
  const size = Math.sqrt(tensors[name]!.length);
  const square = name === 'lsgRecurrent' || name === 'traineeRecurrent';
  return tensors[name]!.map((_, k) => (square && Math.floor(k / size) === k % size ? 0 : random.gaussian()));
}

/** Equal to float32 accuracy. */
function near(actual: number, expected: number): void {
  expect(Math.abs(actual - expected)).toBeLessThan(1e-5 * Math.max(1, Math.abs(expected)));
}

function rasterOf(spikes: Int32Array, start: Int32Array, steps: number): number[][] {
  return Array.from({ length: steps }, (_, t) =>
    [...spikes.subarray(start[t], start[t + 1])].sort((a, b) => a - b),
  );
}

/** The same of a record. */
function rasterOfEvents({ steps, neurons }: Events, count: number): number[][] {
  const rows = Array.from({ length: count }, (): number[] => []);
  steps.forEach((t, k) => rows[t].push(neurons[k]));
  return rows.map((row) => row.sort((a, b) => a - b));
}

describe.each(networks)('%s', (_, config) => {
  const names = Object.keys(setting(config, 1).tensors) as (keyof MotorTensors)[];
  // smooth neurons are never silent: a short run and a small update keep them from growing without bound
  const gentle = {
    ...config,
    steps: 15,
    update: { ...config.update, learningRate: 0.01 * config.update.learningRate },
  };
  const lesson = (
    s: ReturnType<typeof setting>,
    d: Partial<MotorTensors>,
    mode: Spiking,
    tensors = s.tensors,
  ) => dualLesson(mode === 'smooth' ? gentle : config, tensors, d, s.inputs, s.target, loss, mode);

  it.each([2, 3, 4])('runs and updates as the float64 reference (seed %i)', (seed) => {
    const s = setting(config, seed);
    const reference = lesson(s, {}, 'released');
    const learner = new MotorLearner({ config, tensors: s.tensors });
    learner.expose(s.target);
    const { update } = learner.activity();
    const n = config.trainee.neurons;
    const columns = n + config.joints;
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++)
        if (i !== j) near(update[(config.clockLines + i) * columns + j], reference.update.recurrent[i][j].x);
    for (let k = 0; k < config.clockLines; k++)
      for (let j = 0; j < n; j++) near(update[k * columns + j], reference.update.input[k][j].x);
    for (let i = 0; i < n; i++)
      for (let k = 0; k < config.joints; k++)
        near(update[(config.clockLines + i) * columns + n + k], reference.update.readout[i][k].x);
    learner.update();
    const out = learner.recall();
    const activity = learner.activity();
    expect(rasterOf(activity.lsg.spikes, activity.lsg.start, config.steps)).toEqual(reference.spikes.lsg);
    expect(rasterOf(activity.exposure.spikes, activity.exposure.start, config.steps)).toEqual(
      reference.spikes.exposure,
    );
    expect(rasterOf(activity.recall.spikes, activity.recall.start, config.steps)).toEqual(
      reference.spikes.recall,
    );
    expect(reference.spikes.exposure.flat().length).toBeGreaterThan(5);
    expect(reference.spikes.lsg.flat().length).toBeGreaterThan(5);
    reference.velocities.forEach((row, t) => row.forEach((y, k) => near(out[t * config.joints + k], y.x)));

    // the record that is published and drawn tells the same
    const record = activityRecord(learner);
    for (const run of ['lsg', 'exposure', 'recall'] as const)
      expect(rasterOfEvents(record[run], config.steps)).toEqual(reference.spikes[run]);
    reference.velocities.forEach((row, t) =>
      row.forEach((y, k) => near(record.velocities.after[t * config.joints + k], y.x)),
    );
    const { values, scale } = record.weightChange;
    const told = (i: number, j: number): number => values[i * columns + j] * scale;
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++)
        if (i !== j)
          expect(
            Math.abs(told(config.clockLines + i, j) - reference.update.recurrent[i][j].x),
          ).toBeLessThanOrEqual(0.5001 * scale + 1e-5);
  });

  it.each(names)(
    "the reference's derivative along %s equals finite differences where spikes are smooth",
    (name) => {
      const s = setting(config, 4);
      const d = direction(s.tensors, name, new Random(5));
      const { loss: dual } = lesson(s, { [name]: d }, 'smooth');
      const shifted = (h: number): number => {
        // float64 copies: float32 would drown the difference
        const moved = Float64Array.from(s.tensors[name]!, (w, k) => w + h * d[k]);
        const tensors = { ...s.tensors, [name]: moved as unknown as Float32Array };
        return lesson(s, {}, 'smooth', tensors).loss.x;
      };
      const h = 1e-7;
      const difference = (shifted(h) - shifted(-h)) / (2 * h);
      expect(Math.abs(difference - dual.d)).toBeLessThan(1e-4 * Math.max(1, Math.abs(dual.d)));
    },
  );

  it.each(names)('the adjoint gives the same derivative of the loss along %s', (name) => {
    for (const seed of [2, 3]) {
      const s = setting(config, seed);
      const meta = new MetaGradient(config, { ...paperRun, family: family(config), loss, batch: 1 }, 1);
      flatten(config, s.tensors, meta.parameters);
      meta.clear();
      const errors = meta.forward(0, s.target, null);
      const rates = meta.setRates(meta.counts);
      meta.backward(0);
      meta.finish();
      const gradient = unflatten(config, meta.gradient);
      const random = new Random(6);
      for (let k = 0; k < 3; k++) {
        const d = direction(s.tensors, name, random);
        const { loss: dual } = lesson(s, { [name]: d }, 'released');
        const total = loss.velocity * errors.velocityMse + loss.position * errors.positionMse + rates;
        expect(Math.abs(total - dual.x)).toBeLessThan(1e-4 * dual.x);
        const along = gradient[name]!.reduce((a, g, i) => a + g * d[i], 0);
        const size = Math.sqrt(gradient[name]!.reduce((a, g) => a + g * g, 0));
        expect(Math.abs(along - dual.d)).toBeLessThan(1e-3 * Math.max(size, Math.abs(dual.d)));
      }
    }
  });
});
