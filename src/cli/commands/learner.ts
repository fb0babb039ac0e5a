import type { Command } from 'commander';
import { baseCommand, integerOption, numberOption, type CommandModule } from '../command.js';
import type { LearnerOptions } from '../graph/learner.js';

const triggers = {
  stop: 'stop the arm; latched until reset',
  reset: 'let it move again after a stop',
  forget: 'back to the meta-trained weights',
} as const;

const waiting = (command: Command): Command =>
  command.option('--wait <s>', 'how long to wait for it, s', numberOption(0), 10);

const asking = (name: string, description: string, example: string): Command =>
  waiting(baseCommand(name, `${description} (a running learner, over ROS)`, `oneshot-arm ${example}`)).option(
    '--learner <name>',
    'node that learns',
    'motor_learner',
  );

/** The command of one Trigger service. */
export function triggerCommand(service: keyof typeof triggers): CommandModule {
  return {
    register: (program) =>
      void program.addCommand(
        asking(service, triggers[service], service).action(async (options: LearnerOptions) =>
          (await import('../graph/learner.js')).trigger(service, options),
        ),
      ),
  };
}

/** `execute [SKILL...]`. */
export const executeCommand: CommandModule = {
  register: (program) =>
    void program.addCommand(
      asking(
        'execute',
        'perform the last lesson (again), or kept skills one after the other as one motion',
        'execute reach wave',
      )
        .argument('[skills...]', 'names; each begins where the one before ends (default: the last lesson)')
        .action(async (names: string[], options: LearnerOptions) =>
          (await import('../graph/learner.js')).execute(names, options),
        ),
    ),
};

/** `save NAME`. */
export const saveCommand: CommandModule = {
  register: (program) =>
    void program.addCommand(
      asking('save', 'keep what was learned under a name', 'save wave')
        .argument('<name>', 'letters, digits, _ and -')
        .option('--overwrite', 'replace a skill of that name', false)
        .action(async (name: string, options: LearnerOptions & { overwrite: boolean }) =>
          (await import('../graph/learner.js')).save(name, options),
        ),
    ),
};

/** `load NAME`. */
export const loadCommand: CommandModule = {
  register: (program) =>
    void program.addCommand(
      asking('load', 'bring a kept skill back, ready to execute', 'load wave')
        .argument('<name>', 'letters, digits, _ and -')
        .action(async (name: string, options: LearnerOptions) =>
          (await import('../graph/learner.js')).load(name, options),
        ),
    ),
};

/** `status`. */
export const statusCommand: CommandModule = {
  register: (program) =>
    void program.addCommand(
      asking('status', 'state of the learner', 'status --watch')
        .option('--watch', 'a line at each change, until Ctrl-C', false)
        .action(async (options: LearnerOptions & { watch: boolean }) =>
          (await import('../graph/learner.js')).status(options),
        ),
    ),
};

/** `topics`. */
export const topicsCommand: CommandModule = {
  register: (program) =>
    void program.addCommand(
      waiting(
        baseCommand('topics', 'topics of the ROS graph, their types and ends', 'oneshot-arm topics'),
      ).action(async (options: { json?: string; wait: number }) =>
        (await import('../graph/topics.js')).topics(options),
      ),
    ),
};

/** `echo TOPIC`. */
export const echoCommand: CommandModule = {
  register: (program) =>
    void program.addCommand(
      waiting(
        baseCommand(
          'echo',
          'messages of a topic as lines of JSON',
          'oneshot-arm echo /joint_states --count 1',
        ),
      )
        .argument('<topic>', 'its name')
        .option('--count <n>', 'messages to wait for (0: until Ctrl-C)', integerOption(0), 0)
        .action(async (topic: string, options: { count: number; wait: number }) =>
          (await import('../graph/topics.js')).echo(topic, options),
        ),
    ),
};

/** `call SERVICE [REQUEST]`. */
export const callCommand: CommandModule = {
  register: (program) =>
    void program.addCommand(
      waiting(
        baseCommand(
          'call',
          'ask a service of the ROS graph; its type is looked up there',
          'oneshot-arm call /arm_simulator/free_drive "{data: true}"',
        ),
      )
        .argument('<service>', 'its name')
        .argument('[request]', 'its fields as YAML; those left out keep their defaults')
        .action(
          async (service: string, request: string | undefined, options: { wait: number; json?: string }) =>
            (await import('../graph/services.js')).call(service, request, options),
        ),
    ),
};

/** `services`. */
export const servicesCommand: CommandModule = {
  register: (program) =>
    void program.addCommand(
      waiting(baseCommand('services', 'services of the ROS graph and their types', 'oneshot-arm services'))
        .option('--all', "with every node's parameter, lifecycle and action services", false)
        .action(async (options: { wait: number; json?: string; all: boolean }) =>
          (await import('../graph/services.js')).services(options),
        ),
    ),
};
