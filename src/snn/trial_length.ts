import {
  lsgInputs,
  type MotorNetworkConfig,
  type MotorTensors,
  type MotorWeights,
  type NeuronConfig,
} from './motor_network.js';

/**
 * The same network on a trial of another number of steps: steps are shorter or longer, times stay what they were. What is
 * counted in steps (time constants, refractory times, the clock's period, taps) grows with their number; what acts in every
 * step (inputs of the LSG that are no spikes, a step's share of the update) shrinks with it; what spikes do stays.
 * @param steps at least one for every spike of the clock. Throws RangeError otherwise.
 */
export function withTrialSteps(weights: MotorWeights, steps: number): MotorWeights {
  const { config, tensors } = weights;
  if (steps === config.steps) return weights;
  const periodSteps = config.clockPeriodSteps ?? 10;
  const least = Math.ceil(config.steps / periodSteps);
  if (!Number.isInteger(steps) || steps < least)
    throw new RangeError(`steps: expected an integer >= ${least}, got ${steps}`);
  const ratio = steps / config.steps;
  const neurons = <T extends NeuronConfig>(n: T): T => ({
    ...n,
    tauMembraneSteps: ratio * n.tauMembraneSteps,
    refractorySteps: Math.round(ratio * n.refractorySteps),
  });
  const lsg = neurons(config.lsg);
  const { encoder } = config;
  const scaled: MotorNetworkConfig = {
    ...config,
    steps,
    stepS: config.stepS / ratio,
    clockPeriodSteps: ratio * periodSteps,
    tauReadoutSteps: ratio * config.tauReadoutSteps,
    trainee: neurons(config.trainee),
    lsg: { ...lsg, tauAdaptationSteps: ratio * lsg.tauAdaptationSteps },
    encoder:
      encoder.kind === 'tuned' && encoder.taps
        ? { ...encoder, taps: encoder.taps.map((tap) => Math.round(ratio * tap)) }
        : encoder,
    update: { ...config.update, learningRate: config.update.learningRate / ratio },
  };
  const shrunk: MotorTensors = {
    ...tensors,
    lsgInput: shrinkInputs(tensors.lsgInput, config, ratio),
    ...(tensors.lsgDirect ? { lsgDirect: shrinkInputs(tensors.lsgDirect, config, ratio) } : {}),
  };
  return { config: scaled, tensors: shrunk };
}

/** Rows of the inputs that act in every step, divided; the clock's spikes stay. */
function shrinkInputs(matrix: Float32Array, config: MotorNetworkConfig, ratio: number): Float32Array {
  const clock = (config.clockLines * matrix.length) / lsgInputs(config);
  return matrix.map((w, k) => (k < clock ? w : w / ratio));
}
