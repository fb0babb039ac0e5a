import { clockLine, encode, maxInputEntries, type InputLists } from './encoder.js';
import {
  lsgInputs,
  paperConfig,
  tensorShapes,
  type MotorTensors,
  type MotorWeights,
} from './motor_network.js';
import { withTrialSteps } from './trial_length.js';

/** A network whose weights are all 1. */
const weights: MotorWeights = (() => {
  const config: MotorWeights['config'] = {
    ...paperConfig,
    encoder: {
      kind: 'tuned',
      velocity: { units: 5, limit: 2, width: 0.8 },
      angle: { units: 3, limit: 1, width: 0.5 },
      taps: [-20, 0, 40],
    },
    update: { ...paperConfig.update, readout: true, direct: true },
  };
  const tensors: Record<string, Float32Array> = {};
  for (const [name, shape] of Object.entries(tensorShapes(config)))
    if (shape) tensors[name] = new Float32Array(shape[0] * shape[1]).fill(1);
  return { config, tensors: tensors as unknown as MotorTensors };
})();

/** A swing of both joints in 2.49 s, on the network's steps. */
function swing({ steps, stepS }: MotorWeights['config']) {
  const of = (columns: number, f: (s: number) => number): Float32Array =>
    Float32Array.from({ length: columns * steps }, (_, k) => f((Math.floor(k / columns) + 0.5) * stepS));
  return { velocities: of(2, Math.sin), angles: of(2, (s) => 1 - Math.cos(s)), positions: of(3, () => 0) };
}

/** What the inputs that are no spikes add to the learning signals over a trial, each by its line. */
function drive({ config, tensors }: MotorWeights): number[] {
  const lists: InputLists = {
    start: new Int32Array(config.steps + 1),
    line: new Int32Array(maxInputEntries(config)),
    value: new Float32Array(maxInputEntries(config)),
  };
  encode(config, swing(config), lists);
  const sums = new Array<number>(lsgInputs(config)).fill(0);
  const columns = tensors.lsgDirect!.length / sums.length;
  for (let k = 0; k < lists.start[config.steps]; k++)
    sums[lists.line[k]] += lists.value[k] * tensors.lsgDirect![lists.line[k] * columns];
  return sums;
}

test.each([125, 500])('on %d steps the clock ticks, leaks and taps when they did, in seconds', (steps) => {
  const { config } = withTrialSteps(weights, steps);
  const before = weights.config;
  expect(config.steps * config.stepS).toBeCloseTo(before.steps * before.stepS, 12);
  const ticks = ({ steps, stepS, clockPeriodSteps }: MotorWeights['config']) =>
    Array.from({ length: steps }, (_, t) => ({
      s: t * stepS,
      line: clockLine(t, 5, clockPeriodSteps),
    })).filter(({ line }) => line >= 0);
  const [now, then] = [ticks(config), ticks(before)];
  expect(now.map(({ line }) => line)).toEqual(then.map(({ line }) => line));
  now.forEach(({ s }, k) => expect(Math.abs(s - then[k].s)).toBeLessThanOrEqual(config.stepS / 2 + 1e-9));
  for (const tau of [
    (c: typeof config) => c.tauReadoutSteps,
    (c: typeof config) => c.trainee.tauMembraneSteps,
    (c: typeof config) => c.lsg.tauMembraneSteps,
    (c: typeof config) => c.lsg.tauAdaptationSteps,
  ])
    expect(tau(config) * config.stepS).toBeCloseTo(tau(before) * before.stepS, 12);
});

test.each([125, 500])('on %d steps the teacher is driven as much by the same motion', (steps) => {
  const [now, then] = [drive(withTrialSteps(weights, steps)), drive(weights)];
  then.forEach((sum, line) => expect(Math.abs(now[line] - sum)).toBeLessThan(0.02 * Math.abs(sum) + 0.5));
});

test('the own number of steps changes nothing; one with less than a step between two ticks is refused', () => {
  expect(withTrialSteps(weights, 249)).toBe(weights);
  expect(() => withTrialSteps(weights, 24)).toThrow(RangeError);
  expect(() => withTrialSteps(weights, 100.5)).toThrow(RangeError);
});
