import type { Command } from 'commander';
import { baseCommand, numberOption } from '../command.js';
import type { ConvertOptions } from '../record/convert.js';

/** `convert RECORDING`: a recorded demonstration as a target file. */
export function register(program: Command): void {
  program.addCommand(
    baseCommand(
      'convert',
      'make a target file of a recorded demonstration',
      'oneshot-arm convert demonstration.mcap --out reach.json',
    )
      .argument('<recording>', 'MCAP file or rosbag2 folder')
      .option('--topic <name>', 'where its joint states are', '/joint_states')
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
        convert(recording, options);
      }),
  );
}
