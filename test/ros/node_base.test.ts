import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { patience, rosMissing, RosTest, type TestProcess } from './harness';
import type { RosClient } from './ros_client';

const describeRos = rosMissing() ? describe.skip : describe;
const probe = join(__dirname, '../../dist/test/ros/probe_node.js');
const teach = 'oneshot_arm_msgs/action/Teach';

describeRos('node base', () => {
  let ros: RosTest;
  let client: RosClient;
  let node: TestProcess;

  beforeAll(async () => {
    ros = await RosTest.start();
    node = ros.process('probe', process.execPath, [probe, '--ros-args', '-p', 'rate:=50']);
    client = await ros.client();
    await client.waitFor('service', '/probe/values');
  });
  afterAll(() => ros.stop());

  const values = async () =>
    JSON.parse((await client.call('std_srvs/srv/Trigger', '/probe/values')).message as string);

  test('autostart makes it active; a manager can take it down and up again', async () => {
    expect(await client.state('probe')).toBe('active');
    expect(await client.change('probe', 4)).toBe(true);
    expect(await client.state('probe')).toBe('inactive');
    expect(await client.change('probe', 2)).toBe(true);
    expect(await client.state('probe')).toBe('unconfigured');
    await client.setParameter('probe', 'count', 7, true);
    expect(await client.change('probe', 1)).toBe(false);
    expect(await client.state('probe')).toBe('unconfigured');
    await client.setParameter('probe', 'count', 3, true);
    expect(await client.change('probe', 1)).toBe(true);
    expect(await client.change('probe', 3)).toBe(true);
    expect(await client.state('probe')).toBe('active');
    expect(node.output).toMatch(/hook deactivate[\s\S]*hook cleanup[\s\S]*seven/);
  });

  test('parameters come from the command line, are checked on set, and say why not', async () => {
    expect((await values()).rate).toBe(50);
    expect(await client.setParameter('probe', 'rate', 200.5)).toMatchObject({ successful: true });
    expect((await values()).rate).toBe(200.5);
    for (const [name, value, reason] of [
      ['rate', 1000.5, /from 1 to 500, got 1000.5/],
      ['rate', 'fast', /double/],
      ['mode', 'b', /readonly|read-only/i],
      ['count', 2.5, /expected int/],
      ['nothing', 1.5, /nothing/],
    ] as const) {
      const answer = await client.setParameter('probe', name, value);
      expect(answer.successful).toBe(false);
      expect(answer.reason).toMatch(reason);
    }
    expect(await client.setParameter('probe', 'count', 9, true)).toMatchObject({
      successful: false,
      reason: 'nine is not liked',
    });
    expect((await values()).rate).toBe(200.5);
  });

  test('a bad parameter at start ends it with exit code 2 and one line', async () => {
    const bad = ros.process('bad', process.execPath, [
      probe,
      '--ros-args',
      '-r',
      '__node:=bad',
      '-p',
      'rate:=0.5',
    ]);
    expect((await bad.exited).code).toBe(2);
    expect(bad.output).toContain('parameter of bad: rate: expected from 1 to 500, got 0.5');
    const double = ros.process('bad', process.execPath, [probe, '--ros-args', '-p', 'count:=2.0']);
    expect((await double.exited).code).toBe(2);
    expect(double.output).toContain('count: expected an int, got 2.0, a double');
  });

  test('an unknown parameter ends it, with the nearest name; those of other nodes under a pattern in a file do not', async () => {
    const wrong = ros.process('wrong', process.execPath, [
      probe,
      '--ros-args',
      '-r',
      '__ns:=/left',
      '-p',
      'raet:=50',
    ]);
    expect((await wrong.exited).code).toBe(2);
    expect(wrong.output).toMatch(/raet: expected a parameter of this node, such as rate, got 50/);
    const folder = mkdtempSync(join(tmpdir(), 'probe-'));
    const file = join(folder, 'p.yaml');
    writeFileSync(
      file,
      '/**:\n  ros__parameters: {elsewhere: 1}\n/left/*:\n  ros__parameters: {rate: 0.5}\n',
    );
    const ranged = ros.process('ranged', process.execPath, [
      probe,
      '--ros-args',
      '-r',
      '__ns:=/left',
      '--params-file',
      file,
    ]);
    expect((await ranged.exited).code).toBe(2);
    expect(ranged.output).toContain('rate: expected from 1 to 500, got 0.5');
    const other = ros.process('other', process.execPath, [
      probe,
      '--ros-args',
      '-r',
      '__node:=other',
      '--params-file',
      file,
    ]);
    await other.waitFor(/elsewhere under \/\*\*: .* ignored/);
    await other.waitFor(/hook activate/);
    await other.stop();
    rmSync(folder, { recursive: true });
  });

  test('a service that throws answers with the reason; a callback that throws ends nothing', async () => {
    expect(await client.call('std_srvs/srv/Trigger', '/probe/fail')).toEqual({
      success: false,
      message: 'for a reason',
    });
    await client.publish('std_msgs/msg/Empty', '/probe/throw', {});
    await node.waitFor(/in a callback/);
    expect((await values()).count).toBe(3);
  });

  test('late joiners get latched messages', async () => {
    const topic = await client.subscribe('std_msgs/msg/String', '/probe/latched', 'latched');
    expect(await topic.any()).toEqual({ data: 'kept' });
  });

  test('diagnostics come once a second, failing checks included', async () => {
    const topic = await client.subscribe('diagnostic_msgs/msg/DiagnosticArray', '/diagnostics');
    const { status } = await topic.any();
    expect(status).toMatchObject([
      {
        name: 'probe: loop',
        values: [{ key: 'longest_gap_ms' }, { key: 'longest_own_work_ms' }, { key: 'missed_periods' }],
      },
      { name: 'probe: quality of service' },
      { level: 1, name: 'probe: self', message: 'so so', values: [{ key: 'n', value: '1' }] },
      { level: 2, name: 'probe: broken', message: 'cannot tell' },
    ]);
  });

  test('timers of ROS time stand still and go on with the simulated clock, and follow use_sim_time while they run', async () => {
    const topic = await client.subscribe('diagnostic_msgs/msg/DiagnosticArray', '/diagnostics');
    await topic.next();
    const clock = (sec: number) =>
      client.publish('rosgraph_msgs/msg/Clock', '/clock', { clock: { sec, nanosec: 0 } });
    const simulated = ({ header }: { header: { stamp: { sec: number } } }): boolean =>
      header.stamp.sec < 1000;
    expect(await client.setParameter('probe', 'use_sim_time', true)).toMatchObject({ successful: true });
    await clock(100);
    const before = topic.messages.filter(simulated).length;
    await new Promise((resolve) => setTimeout(resolve, 2500));
    // one, where the clock came first when it was due already
    expect(topic.messages.filter(simulated).length - before).toBeLessThanOrEqual(1);
    for (const sec of [102, 104]) {
      await clock(sec);
      expect((await topic.any((m) => m.header.stamp.sec === sec)).header.stamp.sec).toBe(sec);
    }
    await client.setParameter('probe', 'use_sim_time', false);
    for (let k = 0; k < 2; k++) expect(simulated(await topic.next((m) => !simulated(m)))).toBe(false);
  });

  test('an end that asks for more than the node offers is named, in the log and the diagnostics', async () => {
    const diagnostics = await client.subscribe('diagnostic_msgs/msg/DiagnosticArray', '/diagnostics');
    // a publisher at best effort, for a subscription that is reliable
    await client.publish('std_msgs/msg/Empty', '/probe/throw', {}, 'sensor', false);
    const line =
      /no messages pass on \/probe\/throw: \/\S+ offers best effort, volatile, asked for is reliable, volatile/;
    await node.waitFor(line);
    await diagnostics.next(({ status }) =>
      status.some(
        (s: { name: string; message: string }) =>
          s.name === 'probe: quality of service' && /throw/.test(s.message),
      ),
    );
  });

  describe('actions', () => {
    const goal = (data: object) => client.goal(teach, '/probe/slow', data);

    test('goal, feedback, result with nested arrays', async () => {
      const g = goal({
        updates: 5,
        trajectory: { joint_names: ['a'], points: [{ positions: [1, 2] }, { positions: [4.5] }] },
      });
      const { status, result } = await g.result;
      expect(status).toBe('succeeded');
      expect(result).toMatchObject({ success: true, message: '7.5' });
      expect(g.feedback.length).toBeGreaterThan(0);
      expect(g.feedback[0]).toMatchObject({ stage: 'executing' });
    });

    test('a throw aborts with the reason; a rejected goal is rejected', async () => {
      const { status, result } = await goal({ name: 'throw' }).result;
      expect(status).toBe('aborted');
      expect(result.message).toBe('could not');
      expect((await goal({ name: 'never' }).result).status).toBe('rejected');
    });

    test('cancel is granted', async () => {
      const g = goal({ updates: 1000 });
      expect(await g.accepted).toBe(true);
      expect(await g.cancel()).toBe(1);
      expect(await g.result).toMatchObject({ status: 'canceled', result: { message: 'canceled' } });
    });

    test('a new goal aborts the running one and then succeeds', async () => {
      const old = goal({ updates: 1000 });
      expect(await old.accepted).toBe(true);
      const fresh = goal({ updates: 2 });
      expect(await old.result).toMatchObject({
        status: 'aborted',
        result: { message: 'preempted by a new goal' },
      });
      expect((await fresh.result).status).toBe('succeeded');
    });
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s ends it within a second, hooks run, exit code 0',
    async (signal) => {
      const one = ros.process(signal, process.execPath, [
        probe,
        '--ros-args',
        '-r',
        `__node:=${signal.toLowerCase()}`,
      ]);
      await client.waitFor('node', signal.toLowerCase());
      await one.waitFor(/hook activate/);
      const g = client.goal(teach, `/${signal.toLowerCase()}/slow`, { updates: 1000 });
      expect(await g.accepted).toBe(true);
      expect(await one.stop(signal)).toBeLessThan(1000 * patience());
      expect((await one.exited).code).toBe(0);
      expect(one.output).toContain('hook stop');
      await client.waitFor('node', signal.toLowerCase(), { gone: true, timeout: 5 });
    },
  );

  test('an error that nobody catches ends it, with its stop hooks done first and exit code 1', async () => {
    const one = ros.process('crash', process.execPath, [probe, '--ros-args', '-r', '__node:=crash']);
    await client.waitFor('service', '/crash/crash');
    await client.call('std_srvs/srv/Trigger', '/crash/crash');
    expect((await one.exited).code).toBe(1);
    expect(one.output).toMatch(/out of the blue[\s\S]*hook stop/);
  });
});
