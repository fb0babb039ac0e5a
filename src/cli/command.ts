import { statSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { reject } from '../input_error.js';
import type { Backend } from '../lesson/backend.js';

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
    .hook('preAction', (command) => refuseFolder(command.opts<{ json?: string }>().json));
}

/** A result cannot be written over a folder: said before the work, not after it. */
function refuseFolder(json?: string): void {
  if (json !== undefined && json !== '-' && statSync(json, { throwIfNoEntry: false })?.isDirectory())
    reject('is-a-folder', '--json', 'a file (or - for standard output)', `the folder ${json}`);
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

/** Adds the options of every command that gives a motor lesson. */
export function backendOptions(command: Command): Command {
  return command
    .option(
      '--weights <manifest>',
      'manifest, its folder, or the name of packaged weights (default: those that suit the arm)',
    )
    .option(
      '--backend <name>',
      'where the synapses live: software, or pcm (emulated phase-change memory)',
      choiceOption('software', 'pcm'),
      'software',
    )
    .option('--preset <name>', 'pcm: device model: ideal, release, pcm-like, hermes or chip', 'chip')
    .option(
      '--updates <n>',
      'exposures, each from the meta-trained weights and followed by one weight update',
      integerOption(1, 100),
      1,
    )
    .option('--refine <n>', 'delta-rule steps on the readout after that', integerOption(0, 10_000), 0)
    .option('--read-after <s>', 'pcm: device time from the last write to the recall, s', numberOption(0), 32)
    .hook('preAction', (lesson) => {
      if (lesson.opts<LessonOptions>().backend === 'pcm') return;
      for (const [option, name] of [
        ['preset', '--preset'],
        ['readAfter', '--read-after'],
      ])
        if (lesson.getOptionValueSource(option) === 'cli')
          reject('needs-pcm', name, '--backend pcm beside it (it is about its devices)', 'backend software');
    });
}

/** Adds the option that has an update rehearsed. */
export function rehearseOption(command: Command): Command {
  return command
    .option(
      '--rehearse',
      "run the update on a copy of the weights first, and write it with the readout that suits that run's spikes",
      false,
    )
    .hook('preAction', (lesson) => {
      const { rehearse, backend } = lesson.opts<LessonOptions>();
      if (rehearse && backend === 'pcm')
        reject(
          'not-on-pcm',
          '--rehearse',
          'backend software (devices spike otherwise than their model)',
          'backend pcm',
        );
    });
}

/** Adds the options that say which arm. */
export function armOptions(command: Command): Command {
  return command
    .option(
      '--arm <name>',
      'a packaged arm (edscorbot, six_axis, seven_axis, desk_arm) or a file NAME.urdf or NAME.xacro (default: the ED-Scorbot as in the paper)',
    )
    .option('--tcp-link <link>', "link whose origin is the tool-centre-point (default: the arm's own)")
    .option('--base-link <link>', 'link in whose frame tool paths are given (default: the root)')
    .option(
      '--joints <names>',
      'joints that learn, base first, with commas between (default: all on the way to the tool)',
      names,
    );
}

/** Names with commas between. */
export function names(text: string): string[] {
  const list = text.split(',').map((name) => name.trim());
  if (list.some((name) => name === ''))
    throw new InvalidArgumentError(`expected names with commas between, got "${text}"`);
  return list;
}

/** What armOptions reads. */
export interface ArmOptions {
  arm?: string;
  tcpLink?: string;
  baseLink?: string;
  joints?: string[];
}

/** What backendOptions and baseCommand read, for commands that give a lesson. */
export interface LessonOptions {
  weights?: string;
  backend: Backend;
  preset: string;
  updates: number;
  refine: number;
  /** Of the commands that have it. */
  rehearse?: boolean;
  readAfter: number;
  seed: number;
  json?: string;
  plot?: string;
  /** Of a recording: topic of its joint states. */
  topic?: string;
}

/** What `learn` reads besides. */
export interface LearnOptions extends LessonOptions, ArmOptions {
  /** False: one lesson, however long or busy the motion. */
  sequence: boolean;
  /** Longest step between rows that have times of their own, s. */
  maxGap?: number;
  /** Largest mean errors that the gate lets through, m and rad. */
  maxTcpError: number;
  maxOrientationError: number;
}

/** A failure that is the program's or the machine's, not the input's: exit code 1, one line. */
export class Failure extends Error {}
