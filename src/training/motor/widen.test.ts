import { weightsPath } from '../../files/models.js';
import { readMotorWeights } from '../../files/motor_weights.js';
import { Random } from '../../kernels/random.js';
import { MotorLearner } from '../../snn/motor_learner.js';
import { tensorShapes } from '../../snn/motor_network.js';
import { drawClass, drawTarget } from './families.js';
import { armNetwork, defaultNetwork, paperRun } from './run_config.js';
import { checkTask } from './task.js';
import { angleErrorMeanRad, emptyTrial, integrate } from './trial.js';
import { widen } from './widen.js';

const base = readMotorWeights(weightsPath(undefined, 'motor-default')).weights;

test('widened weights have the shapes of the wider network and learn each channel before any training', () => {
  const tensors = widen(base, armNetwork, new Random(1));
  for (const [name, shape] of Object.entries(tensorShapes(armNetwork)))
    expect(tensors[name as keyof typeof tensors]?.length).toBe(shape![0] * shape![1]);
  const learner = new MotorLearner({ config: armNetwork, tensors });
  const two = emptyTrial(249);
  const trial = emptyTrial(249, 7);
  for (const channel of [0, 3, 6]) {
    drawTarget('clean', new Random(5), two);
    trial.velocities.fill(0);
    for (let t = 0; t < 249; t++) trial.velocities[7 * t + channel] = two.velocities[2 * t];
    integrate(trial, 7, 0.01);
    learner.forget();
    const before = angleErrorMeanRad(trial, learner.recall(), 7, 0.01);
    learner.expose(trial);
    learner.update();
    expect(angleErrorMeanRad(trial, learner.recall(), 7, 0.01)).toBeLessThan(0.35 * before);
  }
});

test('the linear path is left out where the new network has none, and everything else stays', () => {
  const network = { ...defaultNetwork, update: { ...defaultNetwork.update, direct: false } };
  const tensors = widen(base, network, new Random(1));
  expect(tensors).toEqual({ ...base.tensors, lsgDirect: undefined });
  expect(Object.keys(tensors)).not.toContain('lsgDirect');
  expect(() => widen({ config: network, tensors }, defaultNetwork, new Random(1))).toThrow(/--init/);
});

test.each([
  ['another teacher', { ...armNetwork, lsg: { ...armNetwork.lsg, neurons: 100 } }, /--init/],
  ['fewer channels', { ...defaultNetwork, joints: 1 }, /at most 1 channels/],
])('%s is refused', (_, network, message) => {
  expect(() => widen(base, network, new Random(1))).toThrow(message);
});

test.each([
  [
    'joints: 3',
    { ...defaultNetwork, joints: 3 },
    'diverse',
    /network.joints: expected 2 with family "diverse"/,
  ],
  ['stepS: 0.05', { ...defaultNetwork, stepS: 0.05 }, 'diverse', /network.stepS: expected 0.01/],
  ['binary positions of any arm', { ...armNetwork, encoder: { kind: 'bits' } }, 'arm', /encoder.kind/],
] as const)('%s is refused where the family cannot honour it', (_, network, family, message) => {
  expect(() => checkTask(network as never, { ...paperRun, family })).toThrow(message);
  checkTask(armNetwork, { ...paperRun, family: 'arm' });
});

test('a mix draws its kinds in its parts, and none that it leaves out', () => {
  const random = new Random(3);
  const kinds = Array.from({ length: 4000 }, () => drawClass(random, { sine2: 3, hold: 0, square: 1 }));
  expect(new Set(kinds)).toEqual(new Set(['sine2', 'square']));
  expect(kinds.filter((k) => k === 'sine2').length / kinds.length).toBeCloseTo(0.75, 1);
  expect(() => checkTask(armNetwork, { family: 'arm', mix: { sine2: 1 } })).toThrow(/run.mix/);
});
