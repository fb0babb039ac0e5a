import type { Command } from 'commander';
import type { Backend } from '../../lesson/backend.js';
import { backendOptions, baseCommand } from '../command.js';

/** Options of `demo`. */
export interface DemoOptions {
  once: boolean;
  viewer: boolean;
  target?: string;
  weights?: string;
  backend: Backend;
  preset: string;
  updates: number;
  refine: number;
  readAfter: number;
  seed: number;
  json?: string;
}

/** `demo`: simulated arm, learner and viewer over ROS 2; one lesson. */
export function register(program: Command): void {
  program.addCommand(
    backendOptions(
      baseCommand(
        'demo',
        'ROS graph with simulated arm, learner and viewer; one lesson',
        'oneshot-arm demo --once --json out.json',
      ),
    )
      .option('--once', 'end after the lesson instead of staying up', false)
      .option('--no-viewer', 'without the page that shows the arm')
      .option('--target <file>', 'what to learn (default: examples/ramp.json)')
      .action(async (options: DemoOptions) => {
        const { demo } = await import('../demo/demo.js');
        await demo(options);
      }),
  );
}
