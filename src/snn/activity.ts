import type { MotorLearner, Raster } from './motor_learner.js';
import { learningSignals } from './motor_network.js';

/** What happened inside the networks during the last lesson: copies, in numbers of steps and neurons. */
export interface ActivityRecord {
  /** Arm time of a step, s. */
  stepS: number;
  steps: number;
  traineeNeurons: number;
  lsgNeurons: number;
  /** Spikes of the recall, one entry each. */
  trainee: Events;
  /** Spikes of the learning-signal generator during the exposure. */
  lsg: Events;
  /** A step: Euclidean norm of the learning signals over neurons. */
  learningSignalNorms: Float32Array;
  /** A trainee neuron: Euclidean norm of the change of its incoming weights. */
  weightChangeNorms: Float32Array;
}

/** Spikes: step and neuron of each. */
export interface Events {
  steps: Uint16Array;
  neurons: Uint16Array;
}

/** The record of a learner's last lesson. */
export function activityRecord(learner: MotorLearner): ActivityRecord {
  const { config } = learner;
  const { lsg, recall, signals, signalStride, update } = learner.activity();
  const count = learningSignals(config);
  const learningSignalNorms = new Float32Array(config.steps);
  for (let t = 0; t < config.steps; t++) {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += signals[t * signalStride + i] ** 2;
    learningSignalNorms[t] = Math.sqrt(sum);
  }
  const { rows, columns } = learner.synapses;
  const weightChangeNorms = new Float32Array(config.trainee.neurons);
  for (let j = 0; j < weightChangeNorms.length; j++) {
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += update[i * columns + j] ** 2;
    weightChangeNorms[j] = Math.sqrt(sum);
  }
  return {
    stepS: config.stepS,
    steps: config.steps,
    traineeNeurons: config.trainee.neurons,
    lsgNeurons: config.lsg.neurons,
    trainee: events(recall, config.steps),
    lsg: events(lsg, config.steps),
    learningSignalNorms,
    weightChangeNorms,
  };
}

function events({ spikes, start }: Raster, steps: number): Events {
  const count = start[steps];
  const out = { steps: new Uint16Array(count), neurons: new Uint16Array(count) };
  for (let t = 0; t < steps; t++)
    for (let k = start[t]; k < start[t + 1]; k++) [out.steps[k], out.neurons[k]] = [t, spikes[k]];
  return out;
}
