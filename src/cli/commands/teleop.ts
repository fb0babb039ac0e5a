import { type Command, Option } from 'commander';
import { numberOption } from '../command.js';
import type { TeleopOptions } from '../teleop/teleop.js';

/** `teleop`: the keyboard drives the arm. */
export function register(program: Command): void {
  program
    .command('teleop')
    .description('drive the arm with the keys of this terminal (a running teleop node, over ROS)')
    .option('--node <name>', 'node that drives the arm', 'teleop')
    .option('--learner <name>', 'node that records (key m)', 'motor_learner')
    .option('--frame <frame>', 'along whose axes the tool moves', 'base')
    .option(
      '--joints <names>',
      'joints of the keys, with commas between (default: those of joint_states)',
      (text) => text.split(',').map((name) => name.trim()),
    )
    .option(
      '--hold <s>',
      "a key counts as held for so long after it came last: above the delay of the terminal's key repeat",
      numberOption(0.05, 5),
      0.4,
    )
    .addOption(new Option('--wait <s>', 'how long to wait for it, s').argParser(numberOption(0)).default(10))
    .addHelpText('after', '\nExample:\n  oneshot-arm node teleop &\n  oneshot-arm teleop --frame tool0')
    .action(async (options: TeleopOptions) => {
      const { keyboard } = await import('../teleop/teleop.js');
      await keyboard(options);
    });
}
