import type { Command } from 'commander';
import { baseCommand, choiceOption, integerOption, numberOption } from '../command.js';
import { jobOptions } from '../jobs/options.js';
import { classifiers } from './classifiers.js';
import type { EvaluateFewshotOptions } from './run_fewshot.js';

/** Adds `evaluate fewshot` to `evaluate`. */
export function register(evaluate: Command): void {
  evaluate.addCommand(
    jobOptions(
      baseCommand(
        'fewshot',
        'accuracy over episodes of N-way K-shot learning',
        'oneshot-arm evaluate fewshot --episodes 500 --data omniglot/ --shots 1',
      ),
    )
      .option('--episodes <n>', 'how many episodes', integerOption(1, 1_000_000), 200)
      .option(
        '--data <path>',
        'Omniglot: zip file, folder of them, or unpacked folder (default: synthetic characters)',
      )
      .option(
        '--alphabets <names>',
        'alphabets to test on, comma between (default: those held out of training)',
      )
      .option('--ways <n>', 'classes', integerOption(2, 1000), 5)
      .option('--shots <n>', 'pictures to learn from, a class', integerOption(1, 1000), 5)
      .option('--queries <n>', 'pictures to classify, a class', integerOption(1, 1000), 5)
      .option(
        '--views <n>',
        'orientations of every picture that are looked at (default: as the weights say)',
        integerOption(1, 8),
      )
      .option('--updates <n>', 'delta-rule updates (default: as trained)', integerOption(0, 1000))
      .option('--rate <x>', 'rate of an update (default: as trained)', numberOption(1e-9))
      .option(
        '--weights <manifest>',
        "manifest, its folder, or the paper's omniglot_cnn.json (default: fewshot-default)",
      )
      .option('--backend <name>', 'software or pcm', choiceOption('software', 'pcm'), 'software')
      .option('--preset <name>', 'pcm: device model: ideal, release, pcm-like, hermes or chip', 'chip')
      .option('--bits <n>', 'software: weights of so many bits (default: float32)', integerOption(2, 16))
      .option(
        '--read-after <s>',
        'pcm: device time from the last write to the queries, s',
        numberOption(0),
        32,
      )
      .option('--classifier <name>', classifiers.join(', '), choiceOption(...classifiers), 'delta-rule')
      .option(
        '--statistics <which>',
        'networks with batch normalisation: support and queries separate or joint',
        choiceOption('separate', 'joint'),
        'separate',
      )
      .action(async (options: EvaluateFewshotOptions) => {
        const { evaluateFewshot } = await import('./run_fewshot.js');
        await evaluateFewshot(options);
      }),
  );
}
