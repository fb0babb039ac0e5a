#!/usr/bin/env node
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { InputError } from '../input_error.js';
import { Failure } from './command.js';

const learner = () => import('./commands/learner.js');

/** Command name -> module, imported only when asked for (start-up time counts). */
const commands: Record<string, [summary: string, load: () => Promise<{ register(program: Command): void }>]> =
  {
    demo: [
      'ROS graph with simulated arm, learner and viewer; one lesson',
      () => import('./commands/demo.js'),
    ],
    learn: ['one lesson without ROS', () => import('./commands/learn.js')],
    teach: ['one lesson for a running learner, over ROS', () => import('./commands/teach.js')],
    teleop: ['drive the arm with the keyboard, over ROS', () => import('./commands/teleop.js')],
    evaluate: ['mean error over many targets or episodes', () => import('./commands/evaluate.js')],
    classify: ['learn classes from folders of images, label others', () => import('./commands/classify.js')],
    train: ['meta-train weights', () => import('./commands/train.js')],
    studio: ['teach and perform in the browser, without ROS', () => import('./commands/studio.js')],
    worker: ['compute for training and studies of an engine', () => import('./commands/worker.js')],
    jobs: ['what runs on an engine', () => import('./commands/jobs.js')],
    study: ["answer one of the paper's open questions with numbers", () => import('./commands/study.js')],
    bench: ['measure speed against a peer', () => import('./commands/bench.js')],
    weights: ['inspect or import weight files', () => import('./commands/weights.js')],
    convert: ['make a target file of a recorded demonstration', () => import('./commands/convert.js')],
    replay: ['publish a recording again, over ROS', () => import('./commands/replay.js')],
    skills: ['list, show, rename, export or forget skills', () => import('./commands/skills.js')],
    compare: [
      'learned motion against replay, movement primitive and interpolation',
      () => import('./commands/compare.js'),
    ],
    node: ['run one ROS 2 node', () => import('./commands/node.js')],
    stop: ['stop the arm; latched until reset', async () => (await learner()).triggerCommand('stop')],
    reset: ['let it move again after a stop', async () => (await learner()).triggerCommand('reset')],
    execute: [
      'perform the last lesson again, or kept skills as one motion',
      async () => (await learner()).executeCommand,
    ],
    forget: ['back to the meta-trained weights', async () => (await learner()).triggerCommand('forget')],
    save: ['keep what was learned under a name', async () => (await learner()).saveCommand],
    load: ['bring a kept skill back', async () => (await learner()).loadCommand],
    status: ['state of a running learner', async () => (await learner()).statusCommand],
    topics: ['topics of the ROS graph', async () => (await learner()).topicsCommand],
    echo: ['messages of a topic', async () => (await learner()).echoCommand],
    services: ['services of the ROS graph', async () => (await learner()).servicesCommand],
    call: ['ask a service of the ROS graph', async () => (await learner()).callCommand],
    doctor: ['what was found on this machine, and what is missing', () => import('./commands/doctor.js')],
  };

async function main(argv: string[]): Promise<void> {
  const program = new Command('oneshot-arm')
    .description('A robot arm sees a motion once, changes its synapses once, and performs it.')
    .version(version())
    .exitOverride();
  const wanted = argv.find((a) => !a.startsWith('-'));
  const entry = wanted === undefined ? undefined : commands[wanted];
  if (entry) (await entry[1]()).register(program);
  else for (const [name, [summary]] of Object.entries(commands)) program.command(name).description(summary);
  applyExit(program, 'oneshot-arm');
  await program.parseAsync(argv, { from: 'user' });
}

/** As package.json says, which lies above wherever this was built to. */
function version(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version;
}

/** Ends by exception, and a usage error names the help that explains it. */
function applyExit(command: Command, name: string): void {
  command.exitOverride().showHelpAfterError(`(see ${name} --help)`);
  for (const sub of command.commands) applyExit(sub, `${name} ${sub.name()}`);
}

// a reader that has seen enough (head, less) is no fault
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

main(process.argv.slice(2)).catch((error: unknown) => {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else if (error instanceof InputError) {
    console.error(error.message);
    process.exitCode = 2;
  } else if (error instanceof Failure) {
    console.error(error.message);
    process.exitCode = 1;
  } else {
    console.error(
      error instanceof Error ? (process.env.ONESHOT_ARM_DEBUG ? error.stack : error.message) : error,
    );
    process.exitCode = 1;
  }
});
