import { type LearnerStatusMessage } from '../../ros/index.js';
import { Failure } from '../command.js';
import { writeResult } from '../output.js';
import { call, discovered, nodeName, withNode } from './node.js';

/** Options of the commands that talk to a running learner. */
export interface LearnerOptions {
  learner: string;
  wait: number;
  json?: string;
}

interface Answer {
  success: boolean;
  message: string;
}

/** `stop`, `reset`, `forget`: a std_srvs/srv/Trigger of the learner. */
export function trigger(service: string, options: LearnerOptions): Promise<void> {
  return ask(service, 'std_srvs/srv/Trigger', service, {}, options);
}

/** `save NAME`. */
export function save(name: string, options: LearnerOptions & { overwrite: boolean }): Promise<void> {
  const request = { name, overwrite: options.overwrite };
  return ask('save', 'oneshot_arm_msgs/srv/SaveSkill', 'save_skill', request, options);
}

/** `load NAME`. */
export function load(name: string, options: LearnerOptions): Promise<void> {
  return ask('load', 'oneshot_arm_msgs/srv/LoadSkill', 'load_skill', { name }, options);
}

/** `execute [SKILL...]`: what was learned last, or skills one after the other as one motion. */
export function execute(names: string[], options: LearnerOptions): Promise<void> {
  if (names.length === 0) return trigger('execute', options);
  return ask('execute', 'oneshot_arm_msgs/srv/ExecuteSkills', 'execute_skills', { names }, options);
}

function ask(
  command: string,
  type: string,
  service: string,
  request: object,
  { learner, wait, json }: LearnerOptions,
): Promise<void> {
  return withNode(command, async (node) => {
    const answer = await call<Answer>(node, type, `${nodeName(learner)}/${service}`, request, wait);
    if (!answer.success) throw new Failure(answer.message || 'refused');
    writeResult(json, plain(answer), answer.message || 'done');
  });
}

/** `status`: the learner's state once, or, with --watch, a line at each change until Ctrl-C. */
export function status(options: LearnerOptions & { watch: boolean }): Promise<void> {
  const { learner, wait, json, watch } = options;
  return withNode('status', async (node) => {
    const topic = `${nodeName(learner)}/status`;
    let last: LearnerStatusMessage | undefined;
    let shown = '';
    node.subscribe<LearnerStatusMessage>(
      'oneshot_arm_msgs/msg/LearnerStatus',
      topic,
      'latched',
      (message) => {
        last = message;
        if (!watch) return;
        const text = statusText(message);
        if (text === shown) return;
        shown = text;
        writeResult(json, plain(message), text);
      },
    );
    const first = await discovered(() => last, `learner's status on ${topic}`, wait);
    if (watch) await node.done;
    else writeResult(json, plain(first), statusText(first));
  });
}

function statusText(message: LearnerStatusMessage): string {
  const { state, reason, stop_latched, has_lesson, joint_states_fresh, output } = message;
  return [
    `${state}${reason ? `: ${reason}` : ''}`,
    has_lesson ? 'has a lesson' : 'no lesson yet',
    joint_states_fresh ? 'hears the arm' : 'does not hear the arm',
    `output ${output}`,
    ...(stop_latched ? ['stop latched: oneshot-arm reset lets it move again'] : []),
  ].join('; ');
}

/** A message for JSON: typed arrays as arrays, 64-bit integers as numbers. */
export function plain(message: unknown): unknown {
  return JSON.parse(
    JSON.stringify(message, (_, value: unknown) =>
      typeof value === 'bigint'
        ? Number(value)
        : ArrayBuffer.isView(value)
          ? Array.from(value as unknown as ArrayLike<number | bigint>, Number)
          : typeof value === 'number' && !Number.isFinite(value)
            ? String(value)
            : value,
    ),
  );
}
