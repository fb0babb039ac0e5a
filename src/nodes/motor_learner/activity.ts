import { activityRecord } from '../../snn/activity.js';
import type { MotorLearner } from '../../snn/motor_learner.js';
import type { NetworkActivity } from './lesson_types.js';

/** What happened inside the networks during the last lesson, named as in the message. */
export function activityOf(learner: MotorLearner): NetworkActivity {
  const a = activityRecord(learner);
  return {
    step_s: a.stepS,
    steps: a.steps,
    trainee_neurons: a.traineeNeurons,
    lsg_neurons: a.lsgNeurons,
    trainee_spike_steps: a.trainee.steps,
    trainee_spike_neurons: a.trainee.neurons,
    lsg_spike_steps: a.lsg.steps,
    lsg_spike_neurons: a.lsg.neurons,
    learning_signal_norms: a.learningSignalNorms,
    weight_change_norms: a.weightChangeNorms,
  };
}
