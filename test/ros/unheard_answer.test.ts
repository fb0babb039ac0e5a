import { join } from 'node:path';
import { temporaryFolder } from '../cli/run';
import { root, rosMissing, RosTest } from './harness';

(rosMissing() ? describe.skip : describe)('an answer that does not reach its client', () => {
  const folder = temporaryFolder();
  let ros: RosTest;
  beforeAll(async () => (ros = await RosTest.start()));
  afterAll(() => ros?.stop());

  test('does not end the node, neither from a goal nor from a service', async () => {
    // what Fast DDS says where client and server have not found each other both ways: seen on a busy machine, and not to be had at will
    const addon = join(root, 'node_modules/rclnodejs/build/Release/rclnodejs.node');
    const preload = folder.file(
      'preload.cjs',
      `const native = require(${JSON.stringify(addon)});
      const unheard = () => { throw new Error('client will not receive response, at rmw_response.cpp:153'); };
      const send = native.sendResponse;
      let calls = 0;
      native.actionSendGoalResponse = unheard;
      native.sendResponse = (...all) => (all[0] && ++calls === 1 ? unheard() : send(...all));`,
    );
    const probe = join(root, 'dist/test/ros/probe_node.js');
    const node = ros.process('probe', process.execPath, ['-r', preload, probe]);
    const client = await ros.client();
    await client.waitFor('service', '/probe/values', { timeout: 60 });
    const call = (timeout: number) => client.call('std_srvs/srv/Trigger', '/probe/values', {}, timeout);
    await expect(call(2)).rejects.toThrow();
    const goal = client.goal('oneshot_arm_msgs/action/Teach', '/probe/slow', { updates: 2 }, 2);
    await goal.result.catch(() => undefined);
    await node.waitFor(/an answer found nobody[^]*an answer found nobody/, 30_000);
    expect(await call(30)).toMatchObject({ success: true });
    expect(node.running).toBe(true);
    await node.stop('SIGINT');
    const { code, signal } = await node.exited;
    // a node whose Fast DDS waits without end as it goes is killed, which is no crash
    expect(code === 0 || signal === 'SIGKILL' ? '' : `${code} ${signal}\n${node.output}`).toBe('');
  }, 120_000);
});
