import { parse } from 'yaml';
import { reject } from '../../input_error.js';
import { checkedRequest } from '../../ros/check_message.js';
import type { PlainMessage } from '../../ros/rcl.js';
import { Failure } from '../command.js';
import { table, writeResult } from '../output.js';
import { plain } from './learner.js';
import { call as ask, discovered, nodeName, withNode } from './node.js';

interface Options {
  wait: number;
  json?: string;
}

/** `call SERVICE [REQUEST]`: asks any service of the graph; the request as YAML. An answer without success is a failure. */
export function call(service: string, request: string | undefined, options: Options): Promise<void> {
  const name = nodeName(service);
  const value = parsed(request ?? '{}');
  return withNode('call', async (node) => {
    const type = await discovered(
      () => node.rcl.getServiceNamesAndTypes().find((s) => s.name === name && s.types.length > 0)?.types[0],
      `service ${name}`,
      options.wait,
    );
    const answer = await ask<PlainMessage>(node, type, name, checkedRequest(type, value), options.wait);
    const { success, message } = answer as { success?: boolean; message?: string };
    if (success === false) throw new Failure(message || 'refused');
    const fields = Object.keys(answer).filter((field) => field !== 'success' && field !== 'message');
    const text = fields.length ? JSON.stringify(plain(answer), null, 2) : message || 'done';
    writeResult(options.json, plain(answer), text);
  });
}

/** `services`: those of other nodes, but for every node's own (parameters, lifecycle), which --all shows. */
export function services(options: Options & { all: boolean }): Promise<void> {
  return withNode('services', async (node) => {
    const own = `${node.rcl.getFullyQualifiedName()}/`;
    const common =
      /\/(\w+_parameters(_atomically)?|get_parameter_types|get_type_description|get_(available_\w+|state)|change_state|get_transition_graph)$|\/_action\//;
    let found: { name: string; type: string }[] = [];
    let same = 0;
    await discovered(
      () => {
        const now = node.rcl
          .getServiceNamesAndTypes()
          .filter(({ name }) => !name.startsWith(own) && (options.all || !common.test(name)))
          .map(({ name, types }) => ({ name, type: types.join(', ') }));
        same = now.length > 0 && now.length === found.length ? same + 1 : 0;
        found = now;
        return same >= 25 || undefined;
      },
      'services of other nodes',
      options.wait,
    );
    found.sort((a, b) => a.name.localeCompare(b.name));
    writeResult(options.json, found, table([['service', 'type'], ...found.map((s) => [s.name, s.type])]));
  });
}

function parsed(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    return reject(
      'not-yaml',
      'request',
      'YAML as in "{data: true}"',
      (error as Error).message.split('\n')[0],
    );
  }
}
