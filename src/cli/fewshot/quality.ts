import { CharacterLearner } from '../../fewshot/character_learner.js';
import { evaluateEpisodes } from '../../fewshot/evaluate_episodes.js';
import type { CharacterWeights } from '../../fewshot/network.js';
import type { OmniglotAlphabet } from '../../files/omniglot.js';
import { Random } from '../../kernels/random.js';
import { preparedClasses } from './test_classes.js';
import { summarize } from '../evaluate/summary.js';

/** Accuracy on alphabets that training never saw: 500 episodes of five ways, five queries a class, one and five shots. */
export function testQuality(
  weights: CharacterWeights,
  test: readonly OmniglotAlphabet[],
): Record<string, unknown> {
  if (test.reduce((n, a) => n + a.characters.length, 0) < 5) return {};
  const learner = new CharacterLearner(weights);
  const classes = preparedClasses(learner, test);
  const accuracy = (shots: number) => {
    const size = { ways: 5, shots, queries: 5, count: 500 };
    const { mean, std, ci95 } = summarize(evaluateEpisodes(learner, classes, size, new Random(0, 0xe7a2)));
    const round = (x: number) => Math.round(1e4 * x) / 1e4;
    return { mean: round(mean), std: round(std), ci95: ci95.map(round), episodes: size.count };
  };
  return {
    testAlphabets: test.map((a) => a.name),
    accuracy5Way1Shot: accuracy(1),
    accuracy5Way5Shot: accuracy(5),
  };
}
