import { CharacterLearner } from '../../fewshot/character_learner.js';
import { drawEpisode, episodeLabels, takeRows } from '../../fewshot/episodes.js';
import { featureCount, type CharacterWeights } from '../../fewshot/network.js';
import { Random } from '../../kernels/random.js';
import { drawBatch } from './classes.js';

/**
 * Largest readout weight to expect after learning: the largest of 200 episodes on synthetic characters, five ways,
 * half with one shot and half with five.
 */
export function measureReadoutRange(weights: CharacterWeights, seed: number): number {
  const random = new Random(seed, -3);
  const batch = drawBatch([], { handwritten: 0, synthetic: 40, pictures: 6 }, random);
  const learner = new CharacterLearner(weights);
  const all = learner.extractor.extract(batch.pixels);
  let largest = 0;
  for (let t = 0; t < 200; t++) {
    const shots = t % 2 === 0 ? 1 : 5;
    const { support } = drawEpisode(new Array<number>(40).fill(6), { ways: 5, shots, queries: 1 }, random);
    learner.learn(takeRows(all, featureCount(weights.config), support), episodeLabels(5, shots));
    for (const w of learner.readout.read()) largest = Math.max(largest, Math.abs(w));
  }
  return largest;
}
