import { CharacterLearner } from '../../fewshot/character_learner.js';
import { characterSynapses, quantisedCharacterSynapses } from '../../fewshot/character_synapses.js';
import { drawEpisode, episodeLabels, takeRows } from '../../fewshot/episodes.js';
import { evaluateEpisodes, shareEqual, type PreparedClasses } from '../../fewshot/evaluate_episodes.js';
import { nearestNeighbour } from '../../fewshot/nearest_neighbour.js';
import { withOutputs } from '../../fewshot/network.js';
import { inputSide } from '../../fewshot/prepare_image.js';
import { readAnyCharacterWeights } from '../../files/any_character_weights.js';
import { weightsPath } from '../../files/models.js';
import { reject } from '../../input_error.js';
import { Random } from '../../kernels/random.js';
import { testClasses } from '../fewshot/test_classes.js';
import { table, writeResult } from '../output.js';
import { summarize } from './summary.js';
import type { Classifier } from './classifiers.js';

/** Options of `evaluate fewshot`. */
export interface EvaluateFewshotOptions {
  episodes: number;
  data?: string;
  alphabets?: string;
  ways: number;
  shots: number;
  queries: number;
  updates?: number;
  rate?: number;
  weights?: string;
  backend: 'software' | 'pcm';
  preset: string;
  bits?: number;
  readAfter: number;
  classifier: Classifier;
  statistics: 'separate' | 'joint';
  seed: number;
  json?: string;
}

/** Separates evaluation episodes from any that training drew with the same seed. */
const evaluationStream = 0xe7a2;

/** `evaluate fewshot`: each episode learns from the meta-trained state and classifies pictures it has not seen. */
export async function evaluateFewshot(options: EvaluateFewshotOptions): Promise<void> {
  const {
    name,
    made,
    weights: read,
  } = readAnyCharacterWeights(weightsPath(options.weights, 'fewshot-default'));
  let weights =
    options.ways === read.config.outputs
      ? read
      : withOutputs(read, Math.max(options.ways, read.config.outputs));
  if (options.classifier === 'untrained')
    weights = (await import('../../training/fewshot/untrained.js')).untrainedWeights(
      weights.config,
      new Random(options.seed, 1),
    );
  if (options.bits !== undefined && options.backend !== 'software')
    reject('bits', '--bits', '--backend software (emulated memory has presets)', options.backend);
  const synapses =
    options.bits === undefined
      ? await characterSynapses(options.backend, options.seed, options.preset)
      : quantisedCharacterSynapses(options.bits, options.seed);
  const learner = new CharacterLearner(weights, synapses(weights.config.readoutRange));
  const heldOut = Array.isArray(made.testAlphabets) ? (made.testAlphabets as string[]) : [];
  const classes = await testClasses(
    learner,
    options.data,
    options.alphabets?.split(','),
    heldOut,
    options.seed,
  );
  const start = performance.now();
  const accuracies = await run(learner, classes, options);
  const summary = summarize(accuracies);
  const { devicesWritten, devicesTotal, energyJ } = learner.ledger;
  const result = {
    ...summary,
    unit: 'share of correct labels',
    ways: options.ways,
    shots: options.shots,
    queries: options.queries,
    updates: options.updates ?? weights.config.updates,
    classifier: options.classifier,
    backend: options.backend,
    ...(options.bits === undefined ? {} : { bits: options.bits }),
    ...(options.backend === 'pcm' ? { preset: options.preset, readAfterS: options.readAfter } : {}),
    ...(weights.config.normalisation === 'batch' ? { statistics: options.statistics } : {}),
    weights: name,
    classes: { source: classes.source, count: classes.sizes.length },
    seed: options.seed,
    devicesTotal,
    devicesWrittenPerEpisode: devicesWritten / options.episodes,
    energyJ,
    episodeMs: (performance.now() - start) / options.episodes,
  };
  const percent = (x: number) => (100 * x).toFixed(2);
  const text = [
    `accuracy of ${options.episodes} episodes, %: ${options.ways}-way ${options.shots}-shot, ${options.classifier}, ${options.backend}, ${name}, ${classes.source}`,
    table([
      ['n', 'mean', 'median', 'p95', 'std', '95 % interval of the mean'],
      [
        String(summary.n),
        ...[summary.mean, summary.median, summary.p95, summary.std].map(percent),
        summary.ci95.map(percent).join(' .. '),
      ],
    ]),
  ].join('\n');
  writeResult(options.json, result, text);
}

async function run(
  learner: CharacterLearner,
  classes: PreparedClasses,
  options: EvaluateFewshotOptions,
): Promise<number[]> {
  const random = new Random(options.seed, evaluationStream);
  const { classifier, readAfter } = options;
  const aged = options.backend === 'pcm' && readAfter > 0;
  if (aged) learner.extractor.advance(readAfter);
  if (classifier === 'delta-rule' || classifier === 'untrained')
    return evaluateEpisodes(learner, classes, { ...options, count: options.episodes }, random, {
      updates: options.updates,
      rate: options.rate,
      statistics: options.statistics,
      afterLearning: aged ? () => learner.readout.advance(readAfter) : undefined,
    });
  const label = await control(learner, classes, options);
  const wanted = episodeLabels(options.ways, options.queries);
  return Array.from({ length: options.episodes }, () => {
    const { support, query } = drawEpisode(classes.sizes, options, random);
    return shareEqual(label(support, query), wanted);
  });
}

/** A control: labels of the queries, given which pictures are support and which are queries. */
async function control(
  learner: CharacterLearner,
  { pictures }: PreparedClasses,
  options: EvaluateFewshotOptions,
): Promise<(support: number[], query: number[]) => number[]> {
  const labels = episodeLabels(options.ways, options.shots);
  const size = inputSide ** 2;
  if (options.classifier === 'backprop') {
    const { backpropOnSupport } = await import('../../training/fewshot/backprop.js');
    const random = new Random(options.seed, 2);
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
  const columns = pixels ? size : learner.weights.config.channels;
  return (support, query) =>
    nearestNeighbour(
      takeRows(all, columns, support),
      labels,
      takeRows(all, columns, query),
      pixels ? 'euclidean' : 'cosine',
    );
}
