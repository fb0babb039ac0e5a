import { rosMissing, RosTest, type TestProcess } from './harness';
import type { Message, RosClient, TestTopic } from './ros_client';

const describeRos = rosMissing() ? describe.skip : describe;
const type = 'std_msgs/msg/Float64MultiArray';
const given = '/velocity_guard/commands';

/** The ED-Scorbot's acceleration limits in config/joint_limits.yaml, rad/s^2. */
const accelerationRadPerS2 = 4;

describeRos('velocity_guard between an rclpy sender and a controller', () => {
  let ros: RosTest;
  let client: RosClient;
  let guard: TestProcess;
  let arm: TestProcess;
  /** What the controller is told, and what the sender said, on one clock. */
  let told: TestTopic;
  let said: TestTopic;
  let states: TestTopic;

  beforeAll(async () => {
    ros = await RosTest.start();
    guard = ros.node('velocity_guard', { parameters: { command_joints: ['base_joint', 'shoulder'] } });
    // it goes on with the last velocities for 10 s: nearly as a controller from ros2_control, which does so for ever
    arm = ros.node('arm_simulator', {
      parameters: { joints: ['base_joint', 'shoulder'], velocity_timeout: 10, physics: 'servo' },
    });
    client = await ros.client();
    told = await client.subscribe(type, '/forward_velocity_controller/commands');
    said = await client.subscribe(type, given, 'default', false);
    states = await client.subscribe('sensor_msgs/msg/JointState', '/joint_states', 'sensor');
    await states.any();
    await client.waitFor('subscriber', given);
  }, 60000);
  afterAll(async () => {
    if (process.env.ONESHOT_ARM_DEBUG) console.log(guard?.output, arm?.output);
    await ros?.stop();
  });

  const resting = (m: Message): boolean => (m.data as number[]).every((v) => v === 0);
  const speed = (m: Message): number => Math.max(...(m.velocity as number[]).map(Math.abs));
  /** A sound stream for some seconds; each leads back where the one before led to. */
  let sense = 1;
  const run = async (velocity: number[], seconds: number, then?: unknown[]) => {
    const data = velocity.map((v) => v * sense);
    sense = -sense;
    await client.stream(type, given, { data }, 100, seconds, {
      first: { data: [0, 0] },
      then: then && { data: then },
    });
  };
  /** Again where a busy machine held the stream up, which ends it as well. */
  const until = async (reason: RegExp, work: () => Promise<unknown>) => {
    for (let k = 0; k < 5; k++) {
      await work();
      if (reason.test(guard.output)) return;
    }
    await guard.waitFor(reason, 1);
  };
  /** Until a stream moves the arm: a busy machine may hold a stream up, or tell of a new guard late. */
  const moving = async (seconds: number): Promise<{ ended: Promise<void> }> => {
    for (let k = 0; ; k++) {
      const ended = run([0.3, 0], seconds);
      try {
        await states.next((m) => speed(m) > 0.25, 1000 * seconds);
        return { ended };
      } catch (error) {
        await ended;
        if (k === 4) throw error;
      }
    }
  };
  /** All that the controller was told from the moment on at which the sender said its last word. */
  const ending = async (work: () => Promise<unknown>) => {
    const from = told.messages.length;
    await work();
    const saidS = said.times[said.times.length - 1];
    await told.next(
      resting,
      10000,
      told.times.findIndex((t, k) => k >= from && t > saidS),
    );
    return { from, saidS };
  };

  test('passes a stream on unchanged and ends it within 100 ms of its last message', async () => {
    const { from, saidS } = await ending(() => run([0.25, -0.2], 0.5));
    const passed = told.messages.slice(from).findIndex((m) => m.data[0] !== 0 && m.data[0] !== 0.25);
    const first = from + passed;
    expect(told.messages.slice(from, first).map((m) => m.data)).toContainEqual([0.25, -0.2]);
    // a machine that is too busy may hold any of the two processes up
    expect(told.times[first] - saidS).toBeLessThan(0.1 + 0.2);
    let before: number[] = told.messages[first - 1].data;
    for (const { data } of told.messages.slice(first)) {
      (data as number[]).forEach((v, j) => {
        expect(Math.abs(v)).toBeLessThanOrEqual(Math.abs(before[j]));
        expect(Math.abs(v - before[j])).toBeLessThanOrEqual(accelerationRadPerS2 * 0.05 + 1e-9);
      });
      before = data;
    }
    await states.next((m) => speed(m) < 1e-3);
    await guard.waitFor(/stream ended: no velocities for \d+ ms/);
  }, 30000);

  test.each([
    ['NaN', ['NaN', 0], /base_joint: NaN rad\/s is not within/],
    ['a velocity beyond its limit', [0.2, -40], /shoulder: -40 rad\/s is not within/],
    ['a wrong length', [0.2], /expected 2 velocities, got 1/],
  ])(
    '%s ends the stream and does not go on to the controller',
    async (_, bad, reason) => {
      const from = told.messages.length;
      await until(reason, () => ending(() => run([0.25, -0.2], 0.3, bad)));
      for (const { data } of told.messages.slice(from)) {
        expect(data).toHaveLength(2);
        for (const v of data as (number | null)[]) expect(Math.abs(v ?? Infinity)).toBeLessThanOrEqual(0.25);
      }
      await states.next((m) => speed(m) < 1e-3);
    },
    30000,
  );

  test('a second sender ends the stream of the first', async () => {
    // another quality of service: another publisher
    const other = (data: number[]) => client.publish(type, given, { data }, 'command');
    await other([0, 0]);
    await until(/two sources stream velocities at once/, () =>
      ending(async () => {
        const first = run([0.25, 0], 0.6);
        await told.next((m) => Math.abs(m.data[0]) > 0.2);
        await other([0.05, 0]);
        await first;
      }),
    );
    await states.next((m) => speed(m) < 1e-3);
  }, 30000);

  test('killed while the arm moves, the next guard slows it down', async () => {
    const { ended } = await moving(0.8);
    guard.child.kill('SIGKILL');
    await ended;
    await states.next((m) => speed(m) > 0.25);
    guard = ros.node('velocity_guard', { parameters: { command_joints: ['base_joint', 'shoulder'] } });
    await states.next((m) => speed(m) < 1e-3, 20000);
    await guard.waitFor(/the arm already moves at 0\.\d+ rad\/s/);
  }, 60000);

  test('asked to end it brakes the arm first', async () => {
    const { ended } = await moving(1);
    await guard.stop('SIGTERM');
    await ended;
    await states.next((m) => speed(m) < 1e-3, 5000);
  }, 30000);
});
