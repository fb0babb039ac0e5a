/**
 * oneshot-arm as a library, without ROS: lessons, weights, emulated phase-change memory, few-shot learner, kinematics.
 *
 *   import { teach } from 'oneshot-arm';
 *   const { after, velocities } = await teach({ dt: 0.02, joints: ['base_joint', 'shoulder'], positions: rows });
 */
import { profileNamed } from './arm/kinematics/profiles.js';
import { parseTarget } from './arm/target/parse.js';
import { weightsPath } from './files/models.js';
import { readMotorWeights } from './files/motor_weights.js';
import { synapsesFor, type Backend } from './lesson/backend.js';
import { teachSequence, type SequenceResult } from './lesson/lesson.js';
import { lessonsOf } from './lesson/sequence.js';
import { MotorLearner } from './snn/motor_learner.js';
import type { MotorWeights } from './snn/motor_network.js';

export { InputError } from './input_error.js';
export { profileNamed } from './arm/kinematics/profiles.js';
export type { Profile } from './arm/kinematics/profile.js';
export { parseTarget } from './arm/target/parse.js';
export { readTargetFile } from './files/target_file.js';
export { MotorLearner } from './snn/motor_learner.js';
export { CharacterLearner } from './fewshot/character_learner.js';
export { softwareSynapses } from './synapses/software_synapses.js';
export type { Ledger, Synapses, SynapsesFactory } from './synapses/synapses.js';
export { PcmSynapses, pcmSynapses } from './pcm/pcm_synapses.js';
export { readCharacterWeights } from './files/character_weights.js';

/** How a lesson goes. */
export interface TeachOptions {
  /** Packaged weights by name, or the path of a manifest (motor-default). */
  weights?: string;
  /** Where the synapses live: software, or pcm. */
  backend?: Backend;
  /** pcm: device model. */
  preset?: string;
  /** Of every random draw (0). */
  seed?: number;
  /** Exposures, each from the meta-trained weights and followed by one weight update: the last one counts (1). */
  updates?: number;
  /** Delta-rule steps on the readout after that (0). */
  refine?: number;
}

/** Reads weights of the motor system. @throws InputError where they are missing, damaged or of another kind. */
export function loadMotorWeights(name?: string): MotorWeights {
  return readMotorWeights(weightsPath(name, 'motor-default')).weights;
}

/**
 * One lesson: the motion is seen once, the synapses change once, the recall is scored.
 * @param data a TARGET as in a target file (parseTarget), angles in rad, in the profile edscorbot_paper.
 * @throws InputError naming the field of the target that is wrong.
 */
export async function teach(
  data: unknown,
  options: TeachOptions = {},
): Promise<SequenceResult & { learner: MotorLearner }> {
  const { backend = 'software', preset = 'chip', seed = 0, updates = 1, refine = 0 } = options;
  const profile = profileNamed('edscorbot_paper');
  const weights = loadMotorWeights(options.weights);
  const sequence = lessonsOf(parseTarget(data, profile), profile, weights.config, 'target', true);
  const learner = new MotorLearner(weights, await synapsesFor(backend, seed, preset), seed);
  return { ...teachSequence(learner, sequence, profile, { updates, refine }), learner };
}
