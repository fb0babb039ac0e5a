import type { Random } from '../kernels/random.js';
import { largestOfRows, type CharacterLearner, type LearnOptions } from './character_learner.js';
import { featureCount } from './network.js';
import { drawEpisode, episodeLabels, takeRows, type EpisodeSize } from './episodes.js';

/** What batch normalisation averages over: support and queries each for themselves, or together. */
export type BatchStatistics = 'separate' | 'joint';

/** Prepared pictures (28 x 28 each), one class after another. */
export interface PreparedClasses {
  pictures: Float32Array;
  sizes: number[];
}

/**
 * Accuracy of each of `count` episodes: learn from the support, classify the queries.
 * Where pictures do not depend on one another their features are made once.
 * @param options.afterLearning called between learning and classifying, e.g. to let device time pass.
 */
export function evaluateEpisodes(
  learner: CharacterLearner,
  { pictures, sizes }: PreparedClasses,
  size: EpisodeSize & { count: number },
  random: Random,
  options: LearnOptions & { statistics?: BatchStatistics; afterLearning?: () => void } = {},
): number[] {
  const { config } = learner.weights;
  const columns = featureCount(config);
  const values = pictures.length / sizes.reduce((a, b) => a + b, 0);
  const all = config.normalisation === 'image' ? learner.extractor.extract(pictures) : null;
  const { ways, shots, queries } = size;
  const labels = episodeLabels(ways, shots);
  const wanted = episodeLabels(ways, queries);
  return Array.from({ length: size.count }, () => {
    const { support, query } = drawEpisode(sizes, size, random);
    let h: [Float32Array, Float32Array];
    if (all) h = [takeRows(all, columns, support), takeRows(all, columns, query)];
    else if (options.statistics === 'joint') {
      const joint = learner.extractor.extract(takeRows(pictures, values, [...support, ...query]));
      h = [joint.subarray(0, support.length * columns), joint.subarray(support.length * columns)];
    } else
      h = [
        learner.extractor.extract(takeRows(pictures, values, support)),
        learner.extractor.extract(takeRows(pictures, values, query)),
      ];
    learner.learn(h[0], labels, options);
    options.afterLearning?.();
    return shareEqual(largestOfRows(learner.scores(h[1]), ways), wanted);
  });
}

/** Share of entries that are equal. */
export function shareEqual(a: readonly number[], b: readonly number[]): number {
  return a.reduce((n, x, k) => n + (x === b[k] ? 1 : 0), 0) / a.length;
}
