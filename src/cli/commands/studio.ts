import { join } from 'node:path';
import { Command } from 'commander';
import { integerOption } from '../command.js';

/** `studio`: the page with a learner and a simulated arm of its own, without ROS. */
export function register(program: Command): void {
  program.addCommand(
    new Command('studio')
      .description('teach and perform in the browser, without ROS; ends with Ctrl-C')
      .option('--port <n>', 'port; the next free one of 20 is taken, 0 = any', integerOption(0, 65535), 8090)
      .addHelpText(
        'after',
        '\nThe folder dist/sim/viewer/studio can be put on any web server as it is.\n\nExample:\n  oneshot-arm studio',
      )
      .action(async ({ port }: { port: number }) => {
        const { packageRoot } = await import('../../files/ros_environment.js');
        const { serveStudio } = await import('../../../sim/viewer/studio_server.js');
        const { url, close } = await serveStudio(
          join(packageRoot(), 'dist', 'sim', 'viewer', 'studio'),
          port,
        );
        console.log(`studio: ${url}`);
        await new Promise<void>((resolve) => {
          process.once('SIGINT', resolve);
          process.once('SIGTERM', resolve);
        });
        await close();
      }),
  );
}
