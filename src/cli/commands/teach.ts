import type { Command } from 'commander';
import { armOptions, baseCommand, integerOption, numberOption } from '../command.js';
import type { TeachOptions } from '../teach/teach.js';

/** `teach TARGET`: one lesson for a running motor_learner, over ROS. */
export function register(program: Command): void {
  program.addCommand(
    armOptions(
      baseCommand(
        'teach',
        'one lesson for a running learner, over ROS',
        'oneshot-arm teach examples/reach.json --execute',
      ),
    )
      .argument('<target>', 'trajectory or path to learn, JSON, CSV, MCAP or rosbag2 folder')
      .option('--topic <name>', 'of a recording: where its joint states are', '/joint_states')
      .option('--execute', 'perform it if the gate accepts it', false)
      .option('--learner <name>', 'node that learns', 'motor_learner')
      .option('--updates <n>', "weight updates (0: the learner's parameter)", integerOption(0, 100), 0)
      .option(
        '--refine <n>',
        "delta-rule steps after that (0: the learner's parameter)",
        integerOption(0, 1000),
        0,
      )
      .option('--wait <s>', 'how long to wait for the learner, s', numberOption(0), 20)
      .action(async (target: string, options: TeachOptions) => {
        const { teach } = await import('../teach/teach.js');
        await teach(target, options);
      }),
  );
}
