import { reject } from '../../input_error.js';
import type { Random } from '../../kernels/random.js';
import type { MotorNetworkConfig } from '../../snn/motor_network.js';
import type { TrialMotion } from '../../trial/trial_target.js';
import { drawArmMotion } from './arm_families.js';
import { drawTarget } from './families.js';
import { jointLoss, taskLoss, type TaskLoss } from './loss.js';
import type { RunConfig } from './run_config.js';
import { integrate, stepS } from './trial.js';

/** Draws one task of a run into `trial` (steps x joints of the network). */
export function drawTask(
  { family, mix }: Pick<RunConfig, 'family' | 'mix'>,
  network: Pick<MotorNetworkConfig, 'joints' | 'stepS'>,
  random: Random,
  trial: TrialMotion,
): void {
  if (family !== 'arm') return void drawTarget(family, random, trial, mix);
  drawArmMotion(random, trial.velocities, network.joints, network.stepS);
  integrate(trial, network.joints, network.stepS);
}

/** Outer loss of one task and its gradient: in joint space for family arm, else with the paper's kinematics. */
export function outerLoss(
  { family, loss, batch }: Pick<RunConfig, 'family' | 'loss' | 'batch'>,
  network: Pick<MotorNetworkConfig, 'joints' | 'stepS'>,
  target: TrialMotion,
  recalled: Float32Array,
  gradient: Float32Array,
): TaskLoss {
  if (family !== 'arm') return taskLoss(target, recalled, loss, 1 / batch, gradient);
  return jointLoss(target, recalled, network.joints, network.stepS, loss, 1 / batch, gradient);
}

/** Refuses networks that a family cannot train. @throws InputError. */
export function checkTask(
  network: MotorNetworkConfig,
  { family, mix }: Pick<RunConfig, 'family' | 'mix'>,
): void {
  if (mix && family !== 'diverse') reject('unsuitable', 'run.mix', 'family "diverse"', family);
  if (family === 'arm') {
    if (network.encoder.kind !== 'tuned')
      reject('unsuitable', 'network.encoder.kind', '"tuned" with family "arm"', network.encoder.kind);
    return;
  }
  if (network.joints !== 2)
    reject('unsuitable', 'network.joints', `2 with family "${family}" (any with "arm")`, network.joints);
  if (network.stepS !== stepS)
    reject('unsuitable', 'network.stepS', `${stepS} with family "${family}" (any with "arm")`, network.stepS);
}
