import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { InputError } from '../../input_error.js';

/** A node's main module. */
export interface NodeModule {
  /** Runs the node until it is stopped. */
  run(argv: string[]): Promise<void>;
}

const folder = join(__dirname, '..', '..', 'nodes');

/** Names of the nodes that are there. */
export function nodeNames(): string[] {
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'main.js')))
    .sort();
}

/** `oneshot-arm node NAME [--ros-args ...]`: everything after NAME goes to the node. */
export function register(program: Command): void {
  program.enablePositionalOptions();
  program.addCommand(
    new Command('node')
      .description('run one ROS 2 node until it is stopped')
      .argument('<name>', `one of: ${nodeNames().join(', ')}`)
      .argument('[ros-args...]', 'ROS arguments, e.g. --ros-args -p backend:=pcm -r __node:=learner')
      .allowUnknownOption()
      .passThroughOptions()
      .addHelpText('after', '\nExample:\n  oneshot-arm node motor_learner --ros-args -p backend:=software')
      .action(async (name: string, rosArguments: string[]) => {
        const names = nodeNames();
        if (!names.includes(name))
          throw new InputError({
            code: 'unknown-node',
            field: 'name',
            expected: `one of ${names.join(', ')}`,
            received: `"${name}"`,
          });
        const module = (await import(join(folder, name, 'main.js'))) as NodeModule;
        try {
          await module.run(rosArguments);
        } catch (error) {
          // A node that failed after it had started would keep the process alive.
          setTimeout(() => process.exit(process.exitCode ?? 1), 100);
          throw error;
        }
        process.exit(process.exitCode ?? 0);
      }),
  );
}
