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
        if (rosArguments.some((argument) => argument === '--help' || argument === '-h')) {
          process.stdout.write(await nodeHelp(name));
          return;
        }
        const module = (await import(join(folder, name, 'main.js'))) as NodeModule;
        // ROS's threads must end before the process does; a node that failed halfway has some, too.
        const { shutdown } = await import('../../ros/shutdown.js');
        const end = (): void => {
          const code = Number(process.exitCode ?? 0);
          shutdown(code).catch(() => process.exit(code));
        };
        try {
          await module.run(rosArguments);
        } catch (error) {
          // The exit code is set by whoever catches this.
          setTimeout(end, 20);
          throw error;
        }
        end();
      }),
  );
}

/** What `ros2 run oneshot_arm NODE --help` prints: how to set parameters, and which there are. */
async function nodeHelp(name: string): Promise<string> {
  const { parameterTables } = await import('../../nodes/parameter_tables.js');
  const { parameterDescription } = await import('../../ros/parameters.js');
  const parameters = Object.entries(parameterTables[name] ?? {}).map(
    ([parameter, spec]) =>
      `  ${parameter} (${spec.type}, ${JSON.stringify(spec.default)}): ${parameterDescription(spec)}`,
  );
  return [
    `Usage: ${name} [--ros-args [-p PARAMETER:=VALUE] [--params-file FILE] [-r FROM:=TO] [--log-level LEVEL]]`,
    '',
    'Parameters (type, default):',
    ...parameters,
    '',
  ].join('\n');
}
