import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../../src/kernels/random';
import { rosMissing, RosTest, type TestProcess } from './harness';
import type { RosClient } from './ros_client';

const transitions = { configure: 1, cleanup: 2, activate: 3, deactivate: 4, shutdown: 5 } as const;
/** Where a transition leads from a state; shutdown has an id of its own for each. */
const valid: Record<string, Record<number, string>> = {
  unconfigured: { [transitions.configure]: 'inactive' },
  inactive: { [transitions.cleanup]: 'unconfigured', [transitions.activate]: 'active' },
  active: { [transitions.deactivate]: 'inactive' },
};
/** Times that a node is configured and cleaned up before its memory is looked at: pools and compiled code are there by then. */
const warmUps = 30;
/** What a node may hold more after the hundred transitions, MB: they make some 25 set-ups, which hold several each. */
const growthMB = 40;

(rosMissing() ? describe.skip : describe)('lifecycle, beside an rclpy node', () => {
  let ros: RosTest;
  let client: RosClient;
  let twin: TestProcess;

  beforeAll(async () => {
    ros = await RosTest.start();
    client = await ros.client();
    twin = ros.process('twin', 'python3', ['-u', join(__dirname, 'lifecycle_twin.py'), 'twin']);
    await client.waitFor('service', '/twin/get_state', { timeout: 60 });
  });
  afterAll(() => ros.stop());

  /** What a node says of its transitions: those from its state, or all. */
  const told = async (node: string, service: 'get_available_transitions' | 'get_transition_graph') => {
    const { available_transitions: list } = await client.call(
      'lifecycle_msgs/srv/GetAvailableTransitions',
      `/${node}/${service}`,
    );
    return (list as object[]).map((entry) => JSON.stringify(entry)).sort();
  };

  test.each(['character_classifier', 'motor_learner'])(
    '%s: a hundred valid transitions as the twin makes them, others refused, nothing leaked',
    async (name) => {
      const process = ros.node(name, { parameters: { autostart: false } });
      await client.waitFor('service', `/${name}/get_state`, { timeout: 60 });
      const random = new Random(7, 0x11fe);
      let state = 'unconfigured';
      for (let k = 0; k < 2 * warmUps; k++)
        await client.change(name, k % 2 ? transitions.cleanup : transitions.configure);
      const before = residentMB(process);
      for (let done = 0, k = 0; done < 100; k++) {
        const id = 1 + random.integer(4);
        const next = valid[state][id];
        const answer = await client.change(name, id);
        expect({ k, state, id, answer }).toEqual({ k, state, id, answer: next !== undefined });
        // rclpy gives no answer to what there is not
        if (next !== undefined) expect(await client.change('twin', id)).toBe(true);
        state = next ?? state;
        expect(await client.state(name)).toBe(state);
        if (next === undefined) continue;
        expect(await client.state('twin')).toBe(state);
        if (++done % 20 === 0)
          expect(await told(name, 'get_available_transitions')).toEqual(
            await told('twin', 'get_available_transitions'),
          );
      }
      expect(await told(name, 'get_transition_graph')).toEqual(await told('twin', 'get_transition_graph'));
      // back to where it and the next one begin
      const last = state;
      for (const id of [transitions.deactivate, transitions.cleanup])
        if (valid[await client.state('twin')][id])
          for (const node of [name, 'twin']) expect(await client.change(node, id)).toBe(true);
      expect(residentMB(process) - before).toBeLessThan(growthMB);
      // an end from the state that it was in
      if (last !== 'unconfigured') await client.change(name, transitions.configure);
      if (last === 'active') await client.change(name, transitions.activate);
      const shutdown = { unconfigured: 5, inactive: 6, active: 7 }[last]!;
      expect(await client.change(name, shutdown)).toBe(true);
      expect(await client.state(name)).toBe('finalized');
      expect(await told(name, 'get_available_transitions')).toEqual([]);
      expect((await client.call('std_srvs/srv/Trigger', `/${name}/forget`)).success).toBe(false);
      for (const id of [1, 2, 3, 4, 5]) expect(await client.change(name, id)).toBe(false);
      await process.stop('SIGINT');
      expect((await process.exited).code).toBe(0);
      expect(twin.running).toBe(true);
    },
    240_000,
  );
});

function residentMB(process: TestProcess): number {
  const status = readFileSync(`/proc/${process.child.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1024;
}
