import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { XMLParser } from 'fast-xml-parser';
import { patience, root, rosMissing, RosTest } from './harness';
import type { Ends } from './ros_client';

type Direction = 'publish' | 'subscribe' | 'reply' | 'request';
/** What an action is made of, for who executes it; who calls it has the other ends. */
const actionEnds: [Direction, Direction, string[]][] = [
  ['publish', 'subscribe', ['feedback', 'status']],
  ['reply', 'request', ['cancel_goal', 'get_result', 'send_goal']],
];
/** Only used with use_sim_time. */
const simulatedTime = '/clock';

interface List {
  [attribute: `@_${string}`]: string;
  topic?: string[];
  service?: string[];
  action?: string[];
}
interface Profile {
  '@_ns': string;
  '@_node': string;
  topics: List[];
  services: List[];
  actions?: List[];
}

/** What the policy allows, by node: names of the graph, and the enclave. */
function allowed(): Map<string, Ends> {
  const repeated = ['enclave', 'topics', 'services', 'actions', 'topic', 'service', 'action'];
  const parser = new XMLParser({ ignoreAttributes: false, isArray: (name) => repeated.includes(name) });
  const { policy } = parser.parse(readFileSync(join(root, 'config/security/policy.xml'), 'utf8')) as {
    policy: { enclaves: { enclave: { '@_path': string; profiles: { profile: Profile } }[] } };
  };
  return new Map(
    policy.enclaves.enclave.map((enclave) => {
      const { profile } = enclave.profiles;
      const node = profile['@_ns'] + profile['@_node'];
      const ends: Ends = { publish: [], subscribe: [], reply: [], request: [], enclave: enclave['@_path'] };
      const full = (name: string): string =>
        name.startsWith('~') ? node + name.slice(1) : profile['@_ns'] + name;
      for (const list of [...profile.topics, ...profile.services])
        for (const direction of ['publish', 'subscribe', 'reply', 'request'] as const)
          if (list[`@_${direction}`] === 'ALLOW')
            ends[direction].push(...(list.topic ?? list.service ?? []).map(full));
      for (const list of profile.actions ?? [])
        for (const [executes, calls, parts] of actionEnds)
          for (const action of list.action!)
            ends[list['@_execute'] === 'ALLOW' ? executes : calls].push(
              ...parts.map((part) => `${full(action)}/_action/${part}`),
            );
      for (const direction of ['publish', 'subscribe', 'reply', 'request'] as const) ends[direction].sort();
      return [node, ends];
    }),
  );
}

(rosMissing() ? describe.skip : describe)('SROS 2 policy of the demo graph', () => {
  let ros: RosTest;
  beforeAll(async () => (ros = await RosTest.start()));
  afterAll(() => ros?.stop());

  test('allows what its nodes have in the graph, in their enclaves, and nothing else', async () => {
    const policy = allowed();
    expect([...policy.keys()].sort()).toEqual(['/arm_simulator', '/motor_learner', '/viewer']);
    for (const [node, { enclave }] of policy)
      ros.node(node.slice(1), {
        args: ['--enclave', enclave],
        parameters: node === '/viewer' ? { port: 0 } : {},
      });
    const client = await ros.client();
    for (const [node, ends] of policy) {
      expect(ends.subscribe).toContain(simulatedTime);
      const expected = { ...ends, subscribe: ends.subscribe.filter((name) => name !== simulatedTime) };
      // nodes and their ends are discovered one by one
      const end = performance.now() + 30_000 * patience();
      let found: Ends | undefined;
      while (JSON.stringify(found) !== JSON.stringify(expected) && performance.now() < end) {
        found = await client.ends(node).catch(() => undefined);
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      expect(found).toEqual(expected);
    }
  }, 300_000);
});
