import { Option, type Command } from 'commander';
import { armOptions, baseCommand, integerOption, names, numberOption } from '../command.js';
import type { ConvertOptions } from '../record/convert.js';

/** `convert RECORDING`: a recorded demonstration as a target file. */
export function register(program: Command): void {
  program.addCommand(
    armOptions(
      baseCommand(
        'convert',
        'make a target file of a recorded demonstration',
        'oneshot-arm convert demonstration.mcap --out reach.json',
      ),
    )
      .argument('<recording>', 'MCAP file, rosbag2 folder, or folder of a LeRobot dataset (v2.0, v2.1, v3.0)')
      .option('--topic <name>', 'of a recording: where its joint states are', '/joint_states')
      .option('--episode <n>', 'of a dataset: which one', integerOption(0), 0)
      .option('--feature <name>', 'of a dataset: what holds the joint positions', 'observation.state')
      .option(
        '--names <names>',
        'of a dataset: joints of its columns, with commas between (default: its own, without .pos)',
        names,
      )
      .addOption(
        new Option('--unit <unit>', 'of a dataset: what its positions are in')
          .choices(['rad', 'deg'])
          .default('rad'),
      )
      .option(
        '--out <file>',
        'target to write, .json or .csv (default: the name of the recording with .json)',
      )
      .option(
        '--cutoff <hz>',
        'low-pass filter (Butterworth, no lag), Hz; 0: not smoothed',
        numberOption(0, 49),
        6,
      )
      .option('--still <rad/s>', 'slower than this is stillness, cut off at both ends', numberOption(0), 0.01)
      .action(async (recording: string, options: ConvertOptions) => {
        const { convert } = await import('../record/convert.js');
        await convert(recording, options);
      }),
  );
}
