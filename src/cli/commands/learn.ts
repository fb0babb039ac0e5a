import type { Command } from 'commander';
import {
  armOptions,
  backendOptions,
  baseCommand,
  numberOption,
  rehearseOption,
  type LearnOptions,
} from '../command.js';

/** `learn TARGET`: one lesson without ROS. */
export function register(program: Command): void {
  program.addCommand(
    armOptions(
      rehearseOption(
        backendOptions(
          baseCommand(
            'learn',
            'one lesson without ROS',
            'oneshot-arm learn examples/ramp.json --plot lesson.svg',
          ),
        ),
      ),
    )
      .argument(
        '<target>',
        'trajectory or path to learn, JSON, CSV, MCAP or rosbag2 folder (- for JSON on standard input)',
      )
      .option('--topic <name>', 'of a recording: where its joint states are', '/joint_states')
      .option('--plot <file>', 'write target, recall and spikes (.svg or .png)')
      .option('--max-gap <s>', 'longest step between rows with times of their own, s', numberOption(0))
      .option(
        '--max-tcp-error <m>',
        'the gate refuses a larger mean error of the tool, m',
        numberOption(0),
        0.1,
      )
      .option(
        '--max-orientation-error <rad>',
        "the gate refuses a larger mean error of the tool's orientation, rad",
        numberOption(0),
        0.3,
      )
      .option('--no-sequence', 'one lesson, even where a motion needs several')
      .addHelpText(
        'after',
        '\nTARGET: {"dt": s, "joints": ["base_joint", "shoulder"], "velocities" | "positions": rows}' +
          '\n     or {"dt": s, "path": [[x, y, z], ...]} in m, base frame' +
          '\n     or {"dt": s, "poses": [[x, y, z, qx, qy, qz, qw], ...]}; or CSV with such columns.',
      )
      .action(async (target: string, options: LearnOptions) => {
        const { learn } = await import('../learn/learn.js');
        await learn(target, options);
      }),
  );
}
