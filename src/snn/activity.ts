import type { MotorLearner, Raster } from './motor_learner.js';
import { learningSignals } from './motor_network.js';

/**
 * What happened inside the networks during the last lesson: copies, in numbers of steps and neurons. Where nothing was exposed since
 * the synapses were restored, spikes, norms and velocities of the exposure are empty.
 */
export interface ActivityRecord {
  /** Arm time of a step, s. */
  stepS: number;
  steps: number;
  traineeNeurons: number;
  lsgNeurons: number;
  clockLines: number;
  /** Outputs of the trainee. */
  readouts: number;
  /** Spikes of the learning-signal generator during the exposure. */
  lsg: Events;
  /** Spikes of the trainee during the exposure: before the update. */
  exposure: Events;
  /** Spikes of the trainee during the recall: after it. */
  recall: Events;
  /** A step: Euclidean norm of the learning signals over neurons. */
  learningSignalNorms: Float32Array;
  /** Change of the crossbar: rows = clock lines, then trainee neurons; columns = trainee neurons, then readouts. */
  weightChange: QuantisedMatrix;
  /** Steps x readouts, rad/s on the trial's clock: as shown, and as the trainee gave them before and after the update. */
  velocities: { target: Float32Array; before: Float32Array; after: Float32Array };
}

/** Spikes, one entry each: step and neuron. */
export interface Events {
  steps: Uint16Array;
  neurons: Uint16Array;
}

/**
 * A matrix in a quarter of its bytes: element k is values[k] * scale, off by half of scale at most. The largest magnitude is 127 of
 * scale; scale is a float32, 0 where all elements are.
 */
export interface QuantisedMatrix {
  rows: number;
  columns: number;
  /** Row by row. */
  values: Int8Array;
  scale: number;
}

/** The record of a learner's last lesson. */
export function activityRecord(learner: MotorLearner): ActivityRecord {
  const { config } = learner;
  const { steps } = config;
  const a = learner.activity();
  const { rows, columns } = learner.synapses;
  return {
    stepS: config.stepS,
    steps,
    traineeNeurons: config.trainee.neurons,
    lsgNeurons: config.lsg.neurons,
    clockLines: config.clockLines,
    readouts: config.joints,
    lsg: a.seen ? events(a.lsg, steps) : none(),
    exposure: a.seen ? events(a.exposure, steps) : none(),
    recall: events(a.recall, steps),
    learningSignalNorms: a.seen
      ? rowNorms(a.signals, steps, learningSignals(config), a.signalStride)
      : new Float32Array(0),
    weightChange: quantised(a.update, rows, columns),
    velocities: {
      target: a.target.slice(0, a.seen ? undefined : 0),
      before: a.exposureVelocities.slice(0, a.seen ? undefined : 0),
      after: a.recallVelocities.slice(),
    },
  };
}

/** A matrix as 8-bit integers and one scale. */
export function quantised(matrix: Float32Array, rows: number, columns: number): QuantisedMatrix {
  let largest = 0;
  for (const x of matrix) largest = Math.max(largest, Math.abs(x));
  const scale = Math.fround(largest / 127);
  const values = new Int8Array(rows * columns);
  if (scale > 0) for (let k = 0; k < values.length; k++) values[k] = Math.round(matrix[k] / scale);
  return { rows, columns, values, scale };
}

function rowNorms(matrix: Float32Array, rows: number, columns: number, stride: number): Float32Array {
  return Float32Array.from({ length: rows }, (_, t) => {
    let sum = 0;
    for (let i = 0; i < columns; i++) sum += matrix[t * stride + i] ** 2;
    return Math.sqrt(sum);
  });
}

function none(): Events {
  return { steps: new Uint16Array(0), neurons: new Uint16Array(0) };
}

function events({ spikes, start }: Raster, steps: number): Events {
  const count = start[steps];
  const out = { steps: new Uint16Array(count), neurons: new Uint16Array(count) };
  for (let t = 0; t < steps; t++)
    for (let k = start[t]; k < start[t + 1]; k++) [out.steps[k], out.neurons[k]] = [t, spikes[k]];
  return out;
}
