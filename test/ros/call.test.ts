import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { rosMissing, root, RosTest } from './harness';

const describeRos = rosMissing() ? describe.skip : describe;

describeRos('oneshot-arm call and services', () => {
  let ros: RosTest;
  beforeAll(async () => {
    ros = await RosTest.start();
    ros.process('probe', process.execPath, [join(root, 'dist/test/ros/probe_node.js')]);
  });
  afterAll(() => ros.stop());

  const main = join(root, 'dist/src/cli/main.js');
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [main, ...args, '--wait', '30'], { env: ros.env, encoding: 'utf8' });

  test('lists the services, asks one, and a nested request sets what rclpy then reads', async () => {
    const listed = run('services');
    expect(listed.stdout).toMatch(/\/probe\/values +std_srvs\/srv\/Trigger/);
    expect(listed.stdout).not.toContain('set_parameters');
    const request =
      '{parameters: [{name: rate, value: {type: 3, double_value: 120}}, {name: count, value: {type: 2, integer_value: 7}}]}';
    const set = run('call', '/probe/set_parameters', request, '--json', '-');
    expect(set.stderr).toBe('');
    expect(JSON.parse(set.stdout)).toMatchObject({ results: [{ successful: true }, { successful: true }] });
    const dump = execFileSync('python3', [join(root, 'test/ros/dump_parameters.py'), '/probe'], {
      env: ros.env,
      encoding: 'utf8',
    });
    expect(dump).toMatch(/count: 7\n[\s\S]*rate: 120\.0\n/);
    expect(run('call', 'probe/values').stdout).toContain('"rate":120');
  }, 120_000);

  test.each([
    [['/probe/values', '{data: 1}'], /data: expected no fields, got 1/],
    [['/probe/set_parameters', '{parameter: []}'], /parameter: expected a field such as parameters/],
    [['/probe/set_parameters', '{parameters: 3}'], /parameters: expected a list, got 3/],
    [['/probe/set_parameters', '{parameters: [{name: 3}]}'], /parameters\[0\]\.name: expected text, got 3/],
    [
      ['/probe/set_parameters', '{parameters: [{value: {type: 300}}]}'],
      /value\.type: expected an uint8, got 300/,
    ],
    [['/probe/fail'], /for a reason/],
  ])(
    '%j is refused with the reason',
    (args, reason) => {
      const { status, stderr } = run('call', ...args);
      expect(stderr).toMatch(reason);
      expect(status).not.toBe(0);
    },
    60_000,
  );

  test('a request that is no YAML is refused before anything is asked', () => {
    const { status, stderr } = run('call', '/probe/values', '{data: [');
    expect(stderr).toMatch(/request: expected YAML/);
    expect(status).toBe(2);
  });
});
