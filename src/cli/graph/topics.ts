import type { PlainMessage } from '../../ros/rcl.js';
import { table, writeResult } from '../output.js';
import { plain } from './learner.js';
import { discovered, nodeName, withNode } from './node.js';

/** `topics`: what is in the graph, once it has stopped growing for half a second. */
export function topics(options: { json?: string; wait: number }): Promise<void> {
  return withNode('topics', async (node) => {
    const own = node.rcl.getFullyQualifiedName();
    const list = (): { name: string; type: string; publishers: number; subscribers: number }[] =>
      node.rcl
        .getTopicNamesAndTypes()
        .map(({ name, types }) => ({
          name,
          type: types.join(', '),
          publishers: others(node.rcl.getPublishersInfoByTopic(name), own),
          subscribers: others(node.rcl.getSubscriptionsInfoByTopic(name), own),
        }))
        .filter(({ publishers, subscribers }) => publishers + subscribers > 0)
        .sort((a, b) => a.name.localeCompare(b.name));
    let found = list();
    let same = 0;
    await discovered(
      () => {
        const now = list();
        same = now.length > 0 && now.length === found.length ? same + 1 : 0;
        found = now;
        return same >= 25 || undefined;
      },
      'topics of other nodes',
      options.wait,
    );
    const rows = found.map((t) => [t.name, t.type, `${t.publishers}`, `${t.subscribers}`]);
    writeResult(options.json, found, table([['topic', 'type', 'publishers', 'subscribers'], ...rows]));
  });
}

/** `echo TOPIC`: its messages as lines of JSON, `count` of them (0: until Ctrl-C). */
export function echo(topic: string, options: { count: number; wait: number }): Promise<void> {
  const name = nodeName(topic);
  return withNode('echo', async (node) => {
    const type = await discovered(
      () => node.rcl.getTopicNamesAndTypes().find((t) => t.name === name && t.types.length > 0)?.types[0],
      `topic ${name}`,
      options.wait,
    );
    const publishers = node.rcl.getPublishersInfoByTopic(name);
    // a late joiner gets the last message of a latched topic only if it asks for it, and then no other publisher's
    const latched = publishers.length > 0 && publishers.every((p) => p.qos_profile?.durability === 1);
    let seen = 0;
    let first: true | undefined;
    await new Promise<void>((resolve, reject) => {
      node.subscribe<PlainMessage>(type, name, latched ? 'latched' : 'sensor', (message) => {
        if (options.count > 0 && seen >= options.count) return;
        seen++;
        first = true;
        process.stdout.write(`${JSON.stringify(plain(message))}\n`);
        if (seen === options.count) resolve();
      });
      discovered(() => first, `message on ${name}`, options.wait).catch(reject);
      void node.done.then(resolve);
    });
  });
}

const others = (ends: readonly { node_name: string; node_namespace: string }[], own: string): number =>
  ends.filter((e) => `${e.node_namespace.replace(/\/$/, '')}/${e.node_name}` !== own).length;
