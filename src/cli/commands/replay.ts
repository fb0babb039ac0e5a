import type { Command } from 'commander';
import { baseCommand, numberOption } from '../command.js';
import type { ReplayOptions } from '../record/replay.js';

/** `replay RECORDING`: publishes a recording again, over ROS. */
export function register(program: Command): void {
  program.addCommand(
    baseCommand('replay', 'publish a recording again, over ROS', 'oneshot-arm replay lesson.mcap --rate 0.5')
      .argument('<recording>', 'MCAP file or rosbag2 folder')
      .option('--rate <factor>', 'times as fast as it was recorded', numberOption(0.001, 1000), 1)
      .option('--topics <names...>', 'only these topics')
      .option(
        '--wait <s>',
        'how long to wait for a subscriber before the first message, s',
        numberOption(0),
        0,
      )
      .action(async (recording: string, options: ReplayOptions) => {
        const { replay } = await import('../record/replay.js');
        await replay(recording, options);
      }),
  );
}
