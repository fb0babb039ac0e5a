import { decay } from './layout.js';
import type { TraineeHistory } from './motor_kernel.js';
import type { MotorNetworkConfig, TrialTarget } from './motor_network.js';

/**
 * One normalised delta-rule step on the readout (placeholder rule: batch gradient with the largest stable rate).
 * delta: rows x columns of the crossbar, overwritten; 0 outside the readout columns.
 */
export function refineReadout(
  config: MotorNetworkConfig,
  target: TrialTarget,
  recalled: TraineeHistory,
  delta: Float32Array,
): void {
  const { steps, joints, clockLines } = config;
  const n = config.trainee.neurons;
  const columns = n + joints;
  const keep = decay(config.tauReadoutSteps);
  delta.fill(0);
  const trace = new Float64Array(n);
  let power = 0;
  for (let t = 0; t < steps; t++) {
    for (let i = 0; i < n; i++) trace[i] *= keep;
    for (let k = recalled.spikeStart[t]; k < recalled.spikeStart[t + 1]; k++) trace[recalled.spikes[k]] += 1;
    for (let i = 0; i < n; i++) if (trace[i] > 0) power += trace[i] * trace[i];
    for (let j = 0; j < joints; j++) {
      const error = target.velocities[t * joints + j] - recalled.out[t * joints + j];
      for (let i = 0; i < n; i++) delta[(clockLines + i) * columns + n + j] += error * trace[i];
    }
  }
  const rate = power > 0 ? 1 / power : 0;
  for (let i = 0; i < n; i++)
    for (let j = 0; j < joints; j++) delta[(clockLines + i) * columns + n + j] *= rate;
}
