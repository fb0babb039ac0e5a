import { pcmSynapses } from '../../pcm/pcm_synapses.js';
import { softwareSynapses } from '../../synapses/software_synapses.js';
import { fingerprint, sameHere, sliceSeed, type JobKind, type Slice } from '../jobs/kinds.js';
import { cleanTargets, motorWeights, runCondition, type ConditionPart } from './motor_conditions.js';
import { conditions } from './pcm_conditions.js';

/** What all jobs of the study share. */
export interface AblationSpec {
  /** Fingerprint. */
  weights: string;
  seed: number;
}

/** Some targets of one condition. */
export interface AblationSlice extends Slice {
  group: string;
  name: string;
}

/** Name of the condition without devices. */
export const software = 'software';

/** Lessons under one condition. */
export const ablationJobs: JobKind<AblationSpec, AblationSlice, ConditionPart> = {
  async open(spec, files) {
    const { weights } = motorWeights(files.weights);
    sameHere('weights', fingerprint(weights), spec.weights, files.weights);
    const known = new Map(conditions().map((c) => [`${c.group}: ${c.name}`, c]));
    return (part) => {
      const seed = sliceSeed(spec.seed, part);
      const targets = cleanTargets(part.to, weights.config.steps, spec.seed).slice(part.from);
      if (part.name === software) return runCondition(weights, softwareSynapses, targets, 0, seed);
      const c = known.get(`${part.group}: ${part.name}`)!;
      return runCondition(weights, pcmSynapses(c.preset, { seed, ...c.changes }), targets, c.afterS, seed);
    };
  },
};
