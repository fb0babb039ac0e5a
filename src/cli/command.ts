import { Command, InvalidArgumentError } from 'commander';

/** One file in commands/ a command: it adds itself to the program, and imports what it needs only when it runs. */
export interface CommandModule {
  register(program: Command): void;
}

/** A command with the options that every command has: --json FILE and --seed N; `example` ends its help. */
export function baseCommand(name: string, description: string, example: string): Command {
  return new Command(name)
    .description(description)
    .option('--json <file>', 'write the result as JSON to FILE (- for standard output)')
    .option('--seed <n>', 'seed of every random draw', integerOption(0), 0)
    .addHelpText('after', `\nExample:\n  ${example}`)
    .showHelpAfterError('(see --help)');
}

/** Parser of an integer option >= minimum. */
export function integerOption(minimum: number, maximum = 2 ** 31 - 1): (text: string) => number {
  return (text) => {
    const n = Number(text);
    if (!/^[+-]?\d+$/.test(text) || n < minimum || n > maximum)
      throw new InvalidArgumentError(`expected an integer from ${minimum} to ${maximum}, got "${text}"`);
    return n;
  };
}

/** Parser of a number option within [minimum, maximum]. */
export function numberOption(minimum: number, maximum = Infinity): (text: string) => number {
  return (text) => {
    const x = Number(text);
    if (text.trim() === '' || !Number.isFinite(x) || x < minimum || x > maximum)
      throw new InvalidArgumentError(`expected a number from ${minimum} to ${maximum}, got "${text}"`);
    return x;
  };
}

/** Parser of an option with a fixed set of values. */
export function choiceOption<T extends string>(...choices: readonly T[]): (text: string) => T {
  return (text) => {
    if (!choices.includes(text as T))
      throw new InvalidArgumentError(`expected one of ${choices.join(', ')}, got "${text}"`);
    return text as T;
  };
}

/** A failure that is the program's or the machine's, not the input's: exit code 1, one line. */
export class Failure extends Error {}
