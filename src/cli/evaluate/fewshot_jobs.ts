import { CharacterLearner } from '../../fewshot/character_learner.js';
import { characterSynapses, quantisedCharacterSynapses } from '../../fewshot/character_synapses.js';
import { drawEpisode, episodeLabels, takeRows } from '../../fewshot/episodes.js';
import {
  evaluateEpisodes,
  shareEqual,
  type BatchStatistics,
  type PreparedClasses,
} from '../../fewshot/evaluate_episodes.js';
import { nearestNeighbour } from '../../fewshot/nearest_neighbour.js';
import { featureCount, withOutputs, withViews } from '../../fewshot/network.js';
import { inputSide } from '../../fewshot/prepare_image.js';
import { readAnyCharacterWeights } from '../../files/any_character_weights.js';
import { weightsPath } from '../../files/models.js';
import { Random } from '../../kernels/random.js';
import { testClasses } from '../fewshot/test_classes.js';
import { fingerprint, sameHere, sliceSeed, sliceStream, type JobKind, type Slice } from '../jobs/kinds.js';
import type { Classifier } from './classifiers.js';

/** What the episodes of an `evaluate fewshot` are. */
export interface EpisodeOptions {
  alphabets?: string;
  ways: number;
  shots: number;
  queries: number;
  views?: number;
  updates?: number;
  rate?: number;
  backend: 'software' | 'pcm';
  bits?: number;
  classifier: Classifier;
  statistics: BatchStatistics;
  seed: number;
}

/** What all jobs of an `evaluate fewshot` share. */
export interface FewshotSpec extends EpisodeOptions {
  /** Fingerprint. */
  weights: string;
  /** Of backend pcm. */
  preset?: string;
  readAfter?: number;
}

/** What a job's episodes came to. */
export interface FewshotPart {
  accuracies: number[];
  classes: { source: string; count: number };
  devicesTotal: number;
  devicesWritten: number;
  energyJ: { program: number; read: number };
  ms: number;
}

/** Separates evaluation episodes from any that training drew with the same seed. */
const evaluationStream = 0xe7a2;

/** Episodes from..to; each job programs synapses of its own. */
export const fewshotJobs: JobKind<FewshotSpec, Slice, FewshotPart> = {
  async open(spec, files) {
    const path = weightsPath(files.weights, 'fewshot-default');
    const { made, weights: read } = readAnyCharacterWeights(path);
    sameHere('weights', fingerprint(read), spec.weights, path);
    const { outputs } = read.config;
    let weights = withViews(withOutputs(read, Math.max(spec.ways, outputs)), spec.views);
    if (spec.classifier === 'untrained')
      weights = (await import('../../training/fewshot/untrained.js')).untrainedWeights(
        weights.config,
        new Random(spec.seed, 1),
      );
    const learnerOf = async (seed: number): Promise<CharacterLearner> => {
      const synapses =
        spec.bits === undefined
          ? await characterSynapses(spec.backend, seed, spec.preset)
          : quantisedCharacterSynapses(spec.bits, seed);
      return new CharacterLearner(weights, synapses(weights.config));
    };
    const heldOut = Array.isArray(made.testAlphabets) ? (made.testAlphabets as string[]) : [];
    const first = await learnerOf(spec.seed);
    const classes = await testClasses(first, files.data, spec.alphabets?.split(','), heldOut, spec.seed);
    return async (slice) => {
      const learner = await learnerOf(sliceSeed(spec.seed, slice));
      const start = performance.now();
      const accuracies = await run(learner, classes, spec, slice);
      const { devicesTotal, devicesWritten, energyJ } = learner.ledger;
      const { source, sizes } = classes;
      return {
        accuracies,
        classes: { source, count: sizes.length },
        devicesTotal,
        devicesWritten,
        energyJ: { ...energyJ },
        ms: performance.now() - start,
      };
    };
  },
};

async function run(
  learner: CharacterLearner,
  classes: PreparedClasses,
  options: FewshotSpec,
  slice: Slice,
): Promise<number[]> {
  const random = new Random(options.seed, ...sliceStream(evaluationStream, slice));
  const count = slice.to - slice.from;
  const { classifier, readAfter = 0 } = options;
  const aged = options.backend === 'pcm' && readAfter > 0;
  if (aged) learner.extractor.advance(readAfter);
  if (classifier === 'delta-rule' || classifier === 'untrained')
    return evaluateEpisodes(learner, classes, { ...options, count }, random, {
      updates: options.updates,
      rate: options.rate,
      statistics: options.statistics,
      afterLearning: aged ? () => learner.readout.advance(readAfter) : undefined,
    });
  const label = await control(learner, classes, options, slice);
  const wanted = episodeLabels(options.ways, options.queries);
  return Array.from({ length: count }, () => {
    const { support, query } = drawEpisode(classes.sizes, options, random);
    return shareEqual(label(support, query), wanted);
  });
}

/** A control: labels of the queries, given which pictures are support and which are queries. */
async function control(
  learner: CharacterLearner,
  { pictures }: PreparedClasses,
  options: FewshotSpec,
  slice: Slice,
): Promise<(support: number[], query: number[]) => number[]> {
  const labels = episodeLabels(options.ways, options.shots);
  const size = inputSide ** 2;
  if (options.classifier === 'backprop') {
    const { backpropOnSupport } = await import('../../training/fewshot/backprop.js');
    const random = new Random(options.seed, ...sliceStream(2, slice));
    return (support, query) =>
      backpropOnSupport(
        learner.weights.config,
        takeRows(pictures, size, support),
        labels,
        takeRows(pictures, size, query),
        random,
      );
  }
  const pixels = options.classifier === 'nearest-pixels';
  const all = pixels ? pictures : learner.extractor.extract(pictures);
  const columns = pixels ? size : featureCount(learner.weights.config);
  return (support, query) =>
    nearestNeighbour(
      takeRows(all, columns, support),
      labels,
      takeRows(all, columns, query),
      pixels ? 'euclidean' : 'cosine',
    );
}
