import type { Command } from 'commander';
import { armOptions, backendOptions, baseCommand } from '../command.js';
import type { DemoOptions } from '../demo/graph.js';

/** `demo`: simulated arm, learner and viewer over ROS 2; one lesson. */
export function register(program: Command): void {
  program.addCommand(
    armOptions(
      backendOptions(
        baseCommand(
          'demo',
          'ROS graph with simulated arm, learner and viewer; one lesson',
          'oneshot-arm demo --once --json out.json',
        ),
      ),
    )
      .option('--once', 'end after the lesson instead of staying up', false)
      .option('--no-viewer', 'without the page that shows the arm')
      .option('--target <file>', "what to learn (default: the arm's own example)")
      .action(async (options: DemoOptions) => {
        const { demo } = await import('../demo/demo.js');
        await demo(options);
      }),
  );
}
