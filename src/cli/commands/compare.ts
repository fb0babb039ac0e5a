import type { Command } from 'commander';
import { armOptions, baseCommand } from '../command.js';
import type { CompareOptions } from '../compare/compare.js';

/** `compare FILE...`: the learned motion against the other ways of performing a demonstration. */
export function register(program: Command): void {
  program.addCommand(
    armOptions(
      baseCommand(
        'compare',
        'learned motion against replay, movement primitive and interpolation',
        'oneshot-arm compare examples/reach.json --report report.md',
      ),
    )
      .argument('<files...>', 'demonstrations: JSON, CSV, MCAP or rosbag2 folder')
      .option('--topic <name>', 'of a recording: where its joint states are', '/joint_states')
      .option(
        '--weights <manifest>',
        'manifest, its folder, or the name of packaged weights (default: those that suit the arm)',
      )
      .option('--preset <name>', 'device model of the emulated memory', 'chip')
      .option('--report <file>', 'write a report (Markdown), its plots beside it (SVG)')
      .action(async (files: string[], options: CompareOptions) => {
        const { compareFiles } = await import('../compare/compare.js');
        await compareFiles(files, options);
      }),
  );
}
