import type { Command } from 'commander';
import { baseCommand, choiceOption, integerOption, numberOption } from '../command.js';
import type { ClassifyOptions } from '../classify/classify.js';

/** `classify`: learns classes from folders of pictures and labels others. */
export function register(program: Command): void {
  program.addCommand(
    baseCommand(
      'classify',
      'learn classes from folders of pictures, label others',
      'oneshot-arm classify --support letters/known --query letters/new',
    )
      .requiredOption('--support <dir>', 'a folder a class (its name is the label), PNG or JPEG inside')
      .requiredOption(
        '--query <dir>',
        'pictures to label; inside folders named as classes are, the accuracy is told, too',
      )
      .option(
        '--weights <manifest>',
        "manifest, its folder, or the paper's omniglot_cnn.json (default: fewshot-default)",
      )
      .option('--backend <name>', 'software or pcm', choiceOption('software', 'pcm'), 'software')
      .option('--preset <name>', 'pcm: device model: ideal, release, pcm-like, hermes or chip', 'chip')
      .option(
        '--views <n>',
        'orientations of every picture that are looked at (default: as the weights say)',
        integerOption(1, 8),
      )
      .option('--updates <n>', 'delta-rule updates (default: as trained)', integerOption(1, 1000))
      .option('--rate <x>', 'rate of an update (default: as trained)', numberOption(1e-9))
      .action(async (options: ClassifyOptions) => {
        const { classify } = await import('../classify/classify.js');
        await classify(options);
      }),
  );
}
