import { activityRecord } from '../../snn/activity.js';
import type { MotorLearner } from '../../snn/motor_learner.js';
import type { NetworkActivity } from './lesson_types.js';

/** What happened inside the networks during the last lesson, named as in the message. @param motionShare of the motion, its last. */
export function activityOf(learner: MotorLearner, motionShare: number): NetworkActivity {
  const a = activityRecord(learner);
  return {
    step_s: a.stepS,
    steps: a.steps,
    trainee_neurons: a.traineeNeurons,
    lsg_neurons: a.lsgNeurons,
    clock_lines: a.clockLines,
    readouts: a.readouts,
    motion_share: motionShare,
    lsg_spike_steps: a.lsg.steps,
    lsg_spike_neurons: a.lsg.neurons,
    exposure_spike_steps: a.exposure.steps,
    exposure_spike_neurons: a.exposure.neurons,
    trainee_spike_steps: a.recall.steps,
    trainee_spike_neurons: a.recall.neurons,
    learning_signal_norms: a.learningSignalNorms,
    weight_change: a.weightChange.values,
    weight_change_scale: a.weightChange.scale,
    target_velocities: a.velocities.target,
    velocities_before: a.velocities.before,
    velocities_after: a.velocities.after,
  };
}
