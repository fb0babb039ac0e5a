import { patience, rosMissing, RosTest } from './harness';
import { reach } from './reach';
import type { Message, RosClient, TestTopic } from './ros_client';

const describeRos = rosMissing() ? describe.skip : describe;

describeRos('/diagnostics of an emulated memory', () => {
  let ros: RosTest;
  let client: RosClient;
  let diagnostics: TestTopic;

  beforeAll(async () => {
    ros = await RosTest.start();
    ros.node('motor_learner', { parameters: { backend: 'pcm', read_after_s: 40.0 } });
    ros.node('character_classifier', { parameters: { backend: 'pcm', pcm_preset: 'pcm-like' } });
    client = await ros.client();
    diagnostics = await client.subscribe('diagnostic_msgs/msg/DiagnosticArray', '/diagnostics');
  }, 60000);
  afterAll(() => ros?.stop());

  /** The next report of a node's memory that fits: message, and values by their keys. */
  const memory = async (
    node: string,
    fits: (values: Record<string, string>) => boolean,
  ): Promise<Record<string, string>> => {
    const found = (m: Message) => m.status.find((s: Message) => s.name === `${node}: memory`);
    const values = (s: Message): Record<string, string> =>
      Object.fromEntries(s.values.map(({ key, value }: Message) => [key, value]));
    const message = await diagnostics.next((m) => found(m) && fits(values(found(m))), 15000 * patience());
    return { message: found(message).message, ...values(found(message)) };
  };
  const untaught = { message: 'meta-trained weights: nothing was learned yet' };

  test('of motor_learner: age, compensation, devices and energy, as its lesson told them', async () => {
    expect(await memory('motor_learner', () => true)).toMatchObject(untaught);
    const teach = client.goal(
      'oneshot_arm_msgs/action/Teach',
      '/motor_learner/teach',
      { trajectory: reach() },
      60,
    );
    const { status, result } = await teach.result;
    expect(status).toBe('succeeded');
    const { ledger } = result.lesson;
    const young = await memory('motor_learner', (v) => 'age_s' in v);
    expect(young).toMatchObject({
      message: 'drift is compensated',
      device_age_s: '40',
      drift_compensation: 'column',
      devices_written: String(ledger.devices_written),
      devices_total: String(ledger.devices_total),
    });
    // conductances fall as they drift, and are written a little off: the factor is near 1, above it at this age
    expect(Number(young.drift_compensation_factor)).toBeGreaterThan(1);
    expect(Number(young.drift_compensation_factor)).toBeLessThan(1.5);
    expect(Number(young.energy_program_j) / ledger.energy_program_j).toBeCloseTo(1, 3);
    expect(Number(young.energy_read_j) / ledger.energy_read_j).toBeCloseTo(1, 3);
    // told once a second: the age grows with the clock, and begins again with another lesson
    await memory('motor_learner', (v) => Number(v.age_s) > Number(young.age_s) + 1.5);
    expect(await client.call('std_srvs/srv/Trigger', '/motor_learner/forget', {}, 30)).toMatchObject({
      success: true,
    });
    await memory('motor_learner', (v) => !('age_s' in v));
  }, 180000);

  test('of character_classifier', async () => {
    expect(await memory('character_classifier', () => true)).toMatchObject(untaught);
    const bar = (across: boolean): Message => ({
      ...{ height: 28, width: 28, encoding: 'mono8', step: 28 },
      data: Array.from({ length: 784 }, (_, k) =>
        Math.abs((across ? Math.floor(k / 28) : k % 28) - 14) < 3 ? 20 : 230,
      ),
    });
    const answer = await client.call(
      'oneshot_arm_msgs/srv/LearnClasses',
      '/character_classifier/learn',
      { images: [bar(true), bar(false)], labels: ['across', 'along'] },
      60,
    );
    expect(answer).toMatchObject({ success: true });
    const told = await memory('character_classifier', (v) => 'age_s' in v);
    expect(told).toMatchObject({
      device_age_s: '0',
      devices_written: String(answer.ledger.devices_written),
      devices_total: String(answer.ledger.devices_total),
    });
    expect(Number(told.devices_written)).toBeGreaterThan(0);
  }, 120000);
});
