import type { Profile } from '../arm/kinematics/profile.js';
import type { Target } from '../arm/target/target.js';
import { trialTarget } from '../arm/target/trial.js';
import type { TrialTarget } from '../trial/trial_target.js';
import { InputError } from '../input_error.js';
import type { MotorNetworkConfig } from '../snn/motor_network.js';

/**
 * A target on the trial of a network.
 * @param source named in the error. @throws InputError where the arm cannot do it or the network's encoder cannot tell it.
 */
export function onTrial(
  target: Target,
  profile: Profile,
  config: MotorNetworkConfig,
  source = '',
): TrialTarget {
  try {
    return trialTarget(target, profile, {
      steps: config.steps,
      stepS: config.stepS,
      coordinateRangeM: config.encoder.kind === 'bits' ? [-1, 1] : undefined,
    });
  } catch (error) {
    throw error instanceof InputError ? error.from(source) : error;
  }
}
