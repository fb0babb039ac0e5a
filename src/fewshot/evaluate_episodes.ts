import type { Random } from '../kernels/random.js';
import { largestOfRows, type CharacterLearner, type LearnOptions } from './character_learner.js';
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
 */
export function evaluateEpisodes(
  learner: CharacterLearner,
  { pictures, sizes }: PreparedClasses,
  size: EpisodeSize & { count: number },
  random: Random,
  options: LearnOptions & { statistics?: BatchStatistics } = {},
): number[] {
  const { channels, normalisation } = learner.weights.config;
  const values = pictures.length / sizes.reduce((a, b) => a + b, 0);
  const all = normalisation === 'image' ? learner.extractor.extract(pictures) : null;
  const { ways, shots, queries } = size;
  const labels = episodeLabels(ways, shots);
  const wanted = episodeLabels(ways, queries);
  return Array.from({ length: size.count }, () => {
    const { support, query } = drawEpisode(sizes, size, random);
    let h: [Float32Array, Float32Array];
    if (all) h = [takeRows(all, channels, support), takeRows(all, channels, query)];
    else if (options.statistics === 'joint') {
      const joint = learner.extractor.extract(takeRows(pictures, values, [...support, ...query]));
      h = [joint.subarray(0, support.length * channels), joint.subarray(support.length * channels)];
    } else
      h = [
        learner.extractor.extract(takeRows(pictures, values, support)),
        learner.extractor.extract(takeRows(pictures, values, query)),
      ];
    learner.learn(h[0], labels, options);
    return shareEqual(largestOfRows(learner.scores(h[1]), ways), wanted);
  });
}

/** Share of entries that are equal. */
export function shareEqual(a: readonly number[], b: readonly number[]): number {
  return a.reduce((n, x, k) => n + (x === b[k] ? 1 : 0), 0) / a.length;
}

/** Mean and its 95 % confidence interval (normal), spread and order statistics of accuracies or errors. */
export interface Summary {
  n: number;
  mean: number;
  median: number;
  /** 95th percentile of the error rate: in 95 % of the episodes the accuracy is at least this. */
  p95: number;
  std: number;
  /** Half width of the mean's 95 % confidence interval. */
  ci95: number;
}

/** Summary of accuracies, one an episode. */
export function summarise(accuracies: readonly number[]): Summary {
  const sorted = [...accuracies].sort((a, b) => a - b);
  const n = sorted.length;
  const mean = sorted.reduce((a, b) => a + b, 0) / n;
  const std = Math.sqrt(sorted.reduce((s, x) => s + (x - mean) ** 2, 0) / Math.max(1, n - 1));
  const quantile = (q: number) => {
    const at = q * (n - 1);
    const low = Math.floor(at);
    return sorted[low] + (at - low) * ((sorted[low + 1] ?? sorted[low]) - sorted[low]);
  };
  return { n, mean, median: quantile(0.5), p95: quantile(0.05), std, ci95: (1.96 * std) / Math.sqrt(n) };
}
