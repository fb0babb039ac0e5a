import { resolve } from 'node:path';
import { weightsPath } from '../../files/models.js';
import { readAnyCharacterWeights } from '../../files/any_character_weights.js';
import { reject } from '../../input_error.js';
import { fingerprint, slices } from '../jobs/kinds.js';
import type { JobOptions } from '../jobs/options.js';
import { portableWeights, runJobs } from '../jobs/run_jobs.js';
import { table, writeResult } from '../output.js';
import type { EpisodeOptions, FewshotPart, FewshotSpec } from './fewshot_jobs.js';
import { summarize } from './summary.js';

/** Options of `evaluate fewshot`. */
export interface EvaluateFewshotOptions extends JobOptions, EpisodeOptions {
  episodes: number;
  data?: string;
  weights?: string;
  preset: string;
  readAfter: number;
  json?: string;
}

/** `evaluate fewshot`: each episode learns from the meta-trained state and classifies pictures it has not seen. */
export async function evaluateFewshot(options: EvaluateFewshotOptions): Promise<void> {
  const { name, weights } = readAnyCharacterWeights(weightsPath(options.weights, 'fewshot-default'));
  if (options.bits !== undefined && options.backend !== 'software')
    reject('bits', '--bits', '--backend software (emulated memory has presets)', options.backend);
  const {
    ways,
    shots,
    queries,
    views,
    updates,
    rate,
    backend,
    preset,
    bits,
    readAfter,
    classifier,
    statistics,
    seed,
  } = options;
  const spec: FewshotSpec = {
    weights: fingerprint(weights),
    ...{ alphabets: options.alphabets, ways, shots, queries, views, updates, rate },
    ...{ backend, bits },
    ...{ classifier, statistics, seed },
    ...(backend === 'pcm' ? { preset, readAfter } : {}),
  };
  const files = {
    weights: portableWeights(options.weights),
    data: options.data === undefined ? undefined : resolve(options.data),
  };
  const parts = await runJobs<FewshotPart>(
    {
      kind: 'fewshot',
      spec,
      files,
      parts: slices(options.episodes, options.perJob ?? 500),
      title: `evaluate fewshot, ${options.episodes} episodes, ${name}, ${backend}, seed ${seed}`,
    },
    options,
  );
  const accuracies = parts.flatMap((part) => part.accuracies);
  const summary = summarize(accuracies);
  const sum = (of: (part: FewshotPart) => number): number =>
    parts.reduce((total, part) => total + of(part), 0);
  const { devicesTotal, classes } = parts[0];
  const result = {
    ...summary,
    unit: 'share of correct labels',
    ways: options.ways,
    shots: options.shots,
    queries: options.queries,
    views: options.views ?? weights.config.views,
    updates: options.updates ?? weights.config.updates,
    classifier: options.classifier,
    backend: options.backend,
    ...(options.bits === undefined ? {} : { bits: options.bits }),
    ...(options.backend === 'pcm' ? { preset: options.preset, readAfterS: options.readAfter } : {}),
    ...(weights.config.normalisation === 'batch' ? { statistics: options.statistics } : {}),
    weights: name,
    classes,
    seed: options.seed,
    devicesTotal,
    devicesWrittenPerEpisode: sum((part) => part.devicesWritten) / options.episodes,
    energyJ: { program: sum((part) => part.energyJ.program), read: sum((part) => part.energyJ.read) },
    episodeMs: sum((part) => part.ms) / options.episodes,
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
