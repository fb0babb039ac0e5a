import type { Command } from 'commander';
import { baseCommand } from '../command.js';

/** `skills list | show | rename | export | forget`. */
export function register(program: Command): void {
  const skills = program.command('skills').description('skills that were taught and saved');
  const add = (name: string, description: string, example: string): Command => {
    const command = baseCommand(name, description, `oneshot-arm skills ${example}`).option(
      '--directory <folder>',
      'where they are kept (default: oneshot_arm/skills in ROS_HOME, ~/.ros)',
    );
    skills.addCommand(command);
    return command;
  };
  const run =
    <A extends unknown[]>(what: (m: typeof import('../skills/skills.js'), ...args: A) => void) =>
    async (...args: A): Promise<void> =>
      what(await import('../skills/skills.js'), ...args);
  add('list', 'what is there, and what is damaged', 'list').action(
    run((m, options: object) => m.list(options)),
  );
  add('show', 'everything about one', 'show wave')
    .argument('<name>')
    .action(run((m, name: string, options: object) => m.show(name, options)));
  add('rename', 'give one another name', 'rename wave greet')
    .argument('<name>')
    .argument('<new-name>')
    .action(run((m, name: string, to: string, options: object) => m.rename(name, to, options)));
  add('export', 'copy one into another folder of skills', 'export wave --out backup')
    .argument('<name>')
    .requiredOption('--out <folder>', 'folder to copy it into')
    .action(run((m, name: string, options: { out: string }) => m.copy(name, options)));
  add('forget', 'remove one', 'forget wave')
    .argument('<name>')
    .action(run((m, name: string, options: object) => m.forget(name, options)));
}
