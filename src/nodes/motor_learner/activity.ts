import type { MotorLearner, Raster } from '../../snn/motor_learner.js';
import { learningSignals } from '../../snn/motor_network.js';
import type { NetworkActivity } from './lesson_types.js';

/** What happened inside the networks during the last lesson. */
export function activityOf(learner: MotorLearner): NetworkActivity {
  const { config } = learner;
  const { lsg, recall, signals, signalStride, update } = learner.activity();
  const [trainee, teacher] = [events(recall, config.steps), events(lsg, config.steps)];
  const count = learningSignals(config);
  const signalNorms = new Float32Array(config.steps);
  for (let t = 0; t < config.steps; t++) {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += signals[t * signalStride + i] ** 2;
    signalNorms[t] = Math.sqrt(sum);
  }
  const { rows, columns } = learner.synapses;
  const changeNorms = new Float32Array(config.trainee.neurons);
  for (let j = 0; j < changeNorms.length; j++) {
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += update[i * columns + j] ** 2;
    changeNorms[j] = Math.sqrt(sum);
  }
  return {
    step_s: config.stepS,
    steps: config.steps,
    trainee_neurons: config.trainee.neurons,
    lsg_neurons: config.lsg.neurons,
    trainee_spike_steps: trainee.steps,
    trainee_spike_neurons: trainee.neurons,
    lsg_spike_steps: teacher.steps,
    lsg_spike_neurons: teacher.neurons,
    learning_signal_norms: signalNorms,
    weight_change_norms: changeNorms,
  };
}

function events({ spikes, start }: Raster, steps: number): { steps: Uint16Array; neurons: Uint16Array } {
  const count = start[steps];
  const out = { steps: new Uint16Array(count), neurons: new Uint16Array(count) };
  for (let t = 0; t < steps; t++)
    for (let k = start[t]; k < start[t + 1]; k++) [out.steps[k], out.neurons[k]] = [t, spikes[k]];
  return out;
}
