import { relative } from 'node:path';
import { CharacterLearner, largestOfRows } from '../../fewshot/character_learner.js';
import { characterSynapses } from '../../fewshot/character_synapses.js';
import { withOutputs, withViews } from '../../fewshot/network.js';
import { readAnyCharacterWeights } from '../../files/any_character_weights.js';
import { classFolders, looseImages, type ImageClass } from '../../files/image_folders.js';
import { readImage } from '../../files/images.js';
import { weightsPath } from '../../files/models.js';
import { InputError } from '../../input_error.js';
import { table, writeResult } from '../output.js';

/** Options of `classify`. */
export interface ClassifyOptions {
  support: string;
  query: string;
  weights?: string;
  backend: 'software' | 'pcm';
  preset: string;
  views?: number;
  updates?: number;
  rate?: number;
  seed: number;
  json?: string;
}

/** `classify`: features of all pictures, a few updates of the readout, labels. */
export async function classify(options: ClassifyOptions): Promise<void> {
  const support = classFolders(options.support);
  if (support.length < 2)
    throw new InputError(
      {
        code: 'too-few-classes',
        field: '--support',
        expected: 'at least 2 folders with PNG or JPEG pictures',
        received: String(support.length),
      },
      options.support,
    );
  const queries = queryFiles(options.query);
  const { weights: read } = readAnyCharacterWeights(weightsPath(options.weights, 'fewshot-default'));
  const weights = withViews(withOutputs(read, Math.max(read.config.outputs, support.length)), options.views);
  const synapses = await characterSynapses(options.backend, options.seed, options.preset);
  const learner = new CharacterLearner(weights, synapses(weights.config));

  const start = performance.now();
  const labels = support.flatMap((c, l) => c.files.map(() => l));
  const known = await features(
    learner,
    support.flatMap((c) => c.files),
  );
  learner.learn(known, labels, { updates: options.updates, rate: options.rate });
  const learnMs = performance.now() - start;
  const classes = support.map((c) => c.name);
  const scores = learner.scores(
    await features(
      learner,
      queries.map((q) => q.file),
    ),
  );
  const found = largestOfRows(scores, classes.length);
  const predictions = queries.map(({ file }, n) => ({
    file: relative(options.query, file),
    label: classes[found[n]],
    scores: [...scores.subarray(n * classes.length, (n + 1) * classes.length)],
  }));
  const told = queries.flatMap(({ truth }, n) =>
    truth !== undefined && classes.includes(truth) ? [{ truth, n }] : [],
  );
  const accuracy = told.filter(({ truth, n }) => predictions[n].label === truth).length / told.length;
  const { devicesWritten, devicesTotal, energyJ } = learner.ledger;
  const result = {
    classes,
    predictions,
    ...(told.length > 0 ? { accuracy } : {}),
    backend: options.backend,
    seed: options.seed,
    devicesWritten,
    devicesTotal,
    energyJ,
    timeMs: { learn: learnMs, total: performance.now() - start },
  };
  const rows = predictions.map((p) => [p.file, p.label, Math.max(...p.scores).toFixed(3)]);
  const text = [
    table([['file', 'label', 'score'], ...rows]),
    told.length > 0 ? `accuracy: ${(100 * accuracy).toFixed(1)} % of ${told.length}` : '',
  ].join('\n');
  writeResult(options.json, result, text);
}

/** Features of picture files; a fault names its file. */
async function features(learner: CharacterLearner, files: readonly string[]): Promise<Float32Array> {
  const images = [];
  for (const file of files) {
    const image = await readImage(file);
    try {
      learner.prepare(image);
    } catch (error) {
      throw error instanceof InputError ? error.from(file) : error;
    }
    images.push(image);
  }
  return learner.features(images);
}

function queryFiles(folder: string): { file: string; truth?: string }[] {
  const inFolders = classFolders(folder).flatMap((c: ImageClass) =>
    c.files.map((file) => ({ file, truth: c.name })),
  );
  const all = [...looseImages(folder).map((file) => ({ file })), ...inFolders];
  if (all.length === 0)
    throw new InputError(
      { code: 'no-images', field: '--query', expected: 'PNG or JPEG pictures', received: 'none' },
      folder,
    );
  return all;
}
