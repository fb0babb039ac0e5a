import { CharacterLearner, largestOfRows } from '../../fewshot/character_learner.js';
import { drawEpisode, episodeLabels, takeRows } from '../../fewshot/episodes.js';
import { shareEqual } from '../../fewshot/evaluate_episodes.js';
import { featureCount, withOutputs, type CharacterWeights } from '../../fewshot/network.js';
import { Random } from '../../kernels/random.js';
import type { TestClasses } from './test_classes.js';

/** Mean accuracy with a factor on the feature scale. */
export interface ScaleTrial {
  factor: number;
  accuracy1Shot: number;
  accuracy5Shot: number;
}

/** Factors that are tried: the effect of an update goes with their square. */
const factors = [0.3, 0.4, 0.5, 0.6, 0.7, 0.85, 1, 1.4];

/**
 * Chooses the feature scale that classifies best after the updates (the outer loss hardly tells scales
 * apart, while updates of too large features overshoot): the factor with the largest mean of one-shot and five-shot accuracy on classes that are not the test's.
 */
export function calibrateScale(
  weights: CharacterWeights,
  groups: readonly TestClasses[],
  episodes: number,
): { weights: CharacterWeights; trials: ScaleTrial[] } {
  const columns = featureCount(weights.config);
  const base = new CharacterLearner(weights);
  const all = groups.map((g) => ({ sizes: g.sizes, features: base.extractor.extract(g.pictures) }));
  const trials = factors.map((factor): ScaleTrial => {
    const learner = new CharacterLearner(withOutputs(weights, 5));
    const accuracy = (shots: number) => {
      const random = new Random(1, shots);
      let sum = 0;
      for (const { sizes, features } of all) {
        const scaled = features.map((x) => factor * x);
        for (let t = 0; t < episodes; t++) {
          const { support, query } = drawEpisode(sizes, { ways: 5, shots, queries: 5 }, random);
          learner.learn(takeRows(scaled, columns, support), episodeLabels(5, shots));
          const found = largestOfRows(learner.scores(takeRows(scaled, columns, query)), 5);
          sum += shareEqual(found, episodeLabels(5, 5));
        }
      }
      return sum / (episodes * all.length);
    };
    return { factor, accuracy1Shot: accuracy(1), accuracy5Shot: accuracy(5) };
  });
  const best = trials.reduce((a, b) =>
    b.accuracy1Shot + b.accuracy5Shot > a.accuracy1Shot + a.accuracy5Shot ? b : a,
  );
  const featureScale = weights.config.featureScale * best.factor;
  return { weights: { ...weights, config: { ...weights.config, featureScale } }, trials };
}
