import { InputError } from '../input_error.js';
import { channelsFit, type MotorWeights } from '../snn/motor_network.js';
import type { Arm } from './arms.js';
import type { Manifest } from './manifest.js';
import { weightsPath } from './models.js';
import { readMotorWeights } from './motor_weights.js';

/**
 * Weights for an arm: those named (a manifest, its folder, or the name of packaged ones), else the packaged ones that suit it.
 * @throws InputError where they have no channels for its joints.
 */
export function readWeightsFor(
  { profile, weights: suitable }: Pick<Arm, 'profile' | 'weights'>,
  option?: string,
): { manifest: string; header: Manifest; weights: MotorWeights } {
  const manifest = weightsPath(option, suitable);
  const { manifest: header, weights } = readMotorWeights(manifest);
  if (!channelsFit(weights.config, profile.learned))
    throw new InputError(
      {
        code: 'wrong-shape',
        field: 'config.joints',
        expected: `channels for the ${profile.learned} joints that learn on ${profile.name}`,
        received: `${weights.config.joints}`,
      },
      manifest,
    );
  return { manifest, header, weights };
}
