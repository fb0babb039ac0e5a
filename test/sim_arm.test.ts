import { controllerCases } from './ros/jtc_cases';
import { RosTest, rosMissing, type TestProcess } from './ros/harness';
import type { Message, RosClient, TestTopic } from './ros/ros_client';

const describeRos = rosMissing() ? describe.skip : describe;
const joints = ['base_joint', 'shoulder', 'elbow', 'pitch', 'roll'];

describeRos('arm_simulator', () => {
  let ros: RosTest;
  let client: RosClient;
  let simulator: TestProcess;

  beforeAll(async () => {
    ros = await RosTest.start();
    simulator = ros.node('arm_simulator');
    client = await ros.client();
    await client.waitFor('publisher', '/joint_states', { timeout: 20 });
  });
  afterAll(() => ros?.stop());

  describe('as joint_trajectory_controller', () => {
    controllerCases(() => ({
      client,
      node: 'arm_simulator',
      joints,
      amplitudeRad: 0.3,
      seconds: 1,
      beyondRad: 2.3,
      velocityLimitRadPerS: 1,
      accuracyRad: 2e-3,
    }));
  });

  test('/joint_states at 100 +- 5 Hz, with the fingers', async () => {
    const { hz } = await client.rate('sensor_msgs/msg/JointState', '/joint_states', 4);
    expect(hz).toBeGreaterThan(95);
    expect(hz).toBeLessThan(105);
    const states = await client.subscribe('sensor_msgs/msg/JointState', '/joint_states');
    expect((await states.next()).name).toEqual([...joints, 'left_finger_joint', 'right_finger_joint']);
  });

  test('performs a stamped trajectory at its time: what is measured at a stamp is what was asked for then', async () => {
    const states = await client.subscribe('sensor_msgs/msg/JointState', '/joint_states');
    const seconds = (stamp: { sec: number; nanosec: number }, from: number) =>
      stamp.sec - from + stamp.nanosec * 1e-9;
    const { stamp } = (await states.next()).header;
    const start = { sec: stamp.sec + 2, nanosec: stamp.nanosec };
    const T = 2;
    const end = [0.6, -0.4, 0, 0, 0];
    const roll = (await states.next()).position[4] as number;
    const goal = client.goal(
      'control_msgs/action/FollowJointTrajectory',
      '/joint_trajectory_controller/follow_joint_trajectory',
      {
        trajectory: {
          header: { stamp: start },
          joint_names: joints,
          points: [0, T].map((t) => ({
            positions: t === 0 ? [0, 0, 0, 0, roll] : [...end.slice(0, 4), roll],
            velocities: [0, 0, 0, 0, 0],
            time_from_start: { sec: t, nanosec: 0 },
          })),
        },
      },
    );
    expect((await goal.result).status).toBe('succeeded');
    let compared = 0;
    for (const { header, position } of states.messages) {
      const x = Math.min(1, Math.max(0, (seconds(header.stamp, start.sec) - start.nanosec * 1e-9) / T));
      const share = x * x * (3 - 2 * x);
      if (x > 0 && x < 1) compared++;
      // 0.45 rad/s at most: 30 ms of jitter on a busy machine.
      expect(Math.abs(position[0] - share * end[0])).toBeLessThan(0.45 * 0.03);
      expect(Math.abs(position[1] - share * end[1])).toBeLessThan(0.45 * 0.03);
    }
    expect(compared).toBeGreaterThan(100);
  }, 60000);

  test('/robot_description and /tf_static reach late joiners, /tf links base to gripper', async () => {
    const description = await client.subscribe('std_msgs/msg/String', '/robot_description', 'latched');
    expect((await description.any()).data).toMatch(/<robot name="edscorbot">/);
    const fixed = await client.subscribe('tf2_msgs/msg/TFMessage', '/tf_static', 'latched');
    const moving = await client.subscribe('tf2_msgs/msg/TFMessage', '/tf');
    const parents = new Map<string, string>();
    for (const message of [await fixed.any(), await moving.next()])
      for (const t of message.transforms) parents.set(t.child_frame_id, t.header.frame_id);
    const chain = ['end_effector'];
    while (parents.has(chain[0])) chain.unshift(parents.get(chain[0])!);
    expect(chain).toEqual(['base', 'body', 'upper_arm', 'forearm', 'flange', 'gripper_base', 'end_effector']);
  });

  describe('as forward_velocity_controller', () => {
    const VELOCITIES = 'std_msgs/msg/Float64MultiArray';
    const TOPIC = '/forward_velocity_controller/commands';
    let states: TestTopic;
    let output: TestTopic;
    beforeAll(async () => {
      states = await client.subscribe('sensor_msgs/msg/JointState', '/joint_states');
      output = await client.subscribe(
        'control_msgs/msg/JointTrajectoryControllerState',
        '/joint_trajectory_controller/controller_state',
      );
    });

    test('follows a stream and brakes when it ceases', async () => {
      const before = (await states.next()).position[4] as number;
      const streaming = client.stream(VELOCITIES, TOPIC, { data: [0, 0, 0, 0, 0.4] }, 100, 2);
      await states.next((m: Message) => Math.abs(m.velocity[4] - 0.4) < 5e-3);
      await streaming;
      await states.next((m: Message) => Math.abs(m.velocity[4]) < 1e-3);
      const moved = ((await states.next()).position[4] as number) - before;
      expect(moved).toBeGreaterThan(0.02);
      expect(moved).toBeLessThan(0.4 * 3.5);
    });

    test('kill -9 of the sender: it stands within 200 ms and the time to brake', async () => {
      const sender = await ros.client();
      sender.stream(VELOCITIES, TOPIC, { data: [0, 0, 0, 0, -0.6] }, 100, 20).catch(() => undefined);
      await states.next((m: Message) => m.velocity[4] < -0.59);
      sender.close();
      const killed = Date.now() / 1000;
      const stood = await states.next((m: Message) => Math.abs(m.velocity[4]) < 5e-3);
      const { sec, nanosec } = stood.header.stamp;
      // 0.6 rad/s at 6 rad/s^2; 0.15 s for the servo to settle.
      expect(sec + nanosec * 1e-9 - killed).toBeLessThan(0.2 + 0.6 / 6 + 0.15);
    }, 30000);

    test('velocities beyond the limit are limited, bad messages move nothing', async () => {
      await client.stream(VELOCITIES, TOPIC, { data: [0, 0, 0, 0, -50] }, 100, 0.6);
      const speeds = output.messages.map((m: Message) => Math.abs(m.output.velocities[4] as number));
      expect(Math.max(...speeds)).toBeLessThanOrEqual(1 + 1e-9);
      expect(Math.max(...speeds)).toBeGreaterThan(0.9);
      await output.next((m: Message) => m.output.velocities.every((v: number) => v === 0));
      await states.next((m: Message) => Math.abs(m.velocity[4]) < 1e-3);
      const before = (await states.next()).position[4];
      await client.stream(VELOCITIES, TOPIC, { data: [0, 0, 0, 0, Number.NaN] }, 100, 0.3);
      await client.stream(VELOCITIES, TOPIC, { data: [0.5] }, 100, 0.3);
      expect((await states.next()).position[4]).toBeCloseTo(before, 3);
      expect(simulator.output).toMatch(/velocity command ignored: .*roll is NaN/);
    });
  });

  test('SIGINT ends it within 3 s and leaves the port to the next', async () => {
    expect(await simulator.stop('SIGINT')).toBeLessThan(3000);
    const { code } = await simulator.exited;
    expect(code).toBe(0);
  });
});

describeRos('arm_simulator with bad parameters', () => {
  test.each([
    ['joints', { joints: ['base_joint', 'wing'] }, /joints\[1\]: expected a moving joint/],
    ['initial_positions', { initial_positions: [9.5, 0.5, 0.5, 0.5, 0.5] }, /initial_positions\[0\]/],
    ['max_accelerations', { max_accelerations: [1.5] }, /max_accelerations: expected 5 values/],
  ])('%s is named', async (_, parameters, text) => {
    const ros = await RosTest.start();
    try {
      const node = ros.node('arm_simulator', { parameters: parameters as never });
      await node.waitFor(text);
      expect((await node.exited).code).toBe(2);
    } finally {
      await ros.stop();
    }
  });
});
