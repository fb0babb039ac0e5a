import { controllerCases } from './jtc_cases';
import { rosMissing, RosTest, type TestProcess } from './harness';
import type { Message, RosClient, TestTopic } from './ros_client';
import { MqttLink } from '../../src/edscorbot/mqtt_link';
import { decodeCommand, Signal, topicsOf } from '../../src/edscorbot/protocol';
import { Broker, mosquitto } from '../edscorbot/broker';

const describeRos = rosMissing() || !mosquitto ? describe.skip : describe;
const trigger = 'std_srvs/srv/Trigger';

/** Driver and emulated arm on a broker of their own. */
describeRos('edscorbot_driver', () => {
  let ros: RosTest;
  let broker: Broker;
  let client: RosClient;
  let driver: TestProcess;
  let emulator: TestProcess;
  let status: TestTopic;

  const call = (name: string) => client.call(trigger, `/edscorbot_driver/${name}`);
  const reach = async (state: string): Promise<void> => {
    if (status.last?.state !== state) await status.next((m: Message) => m.state === state, 20000);
  };
  /** Until a service does what it is asked to. */
  const insist = async (name: string): Promise<void> => {
    for (let k = 0; ; k++) {
      const answer = await call(name);
      if (answer.success) return;
      if (k === 40) throw new Error(`${name}: ${answer.message}`);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  };

  beforeAll(async () => {
    broker = await Broker.start();
    ros = await RosTest.start();
    const where = { 'broker.port': broker.port };
    emulator = ros.node('edscorbot_emulator', { parameters: { ...where, homing_time: 0.5, boot_time: 0.5 } });
    driver = ros.node('edscorbot_driver', {
      parameters: { ...where, reference_period: 0.1, allow_partial_joints_goal: false },
    });
    client = await ros.client();
    status = await client.subscribe('oneshot_arm_msgs/msg/ArmStatus', '/edscorbot_driver/status', 'latched');
    await status.any();
    await insist('home');
    await insist('arm');
  }, 60000);
  afterAll(async () => {
    await ros?.stop();
    await broker?.stop();
  }, 30000);

  /** A goal that takes the base to an angle (rad) in 5 s, the other joints to 0. */
  const turnBase = (rad: number) =>
    client.goal(
      'control_msgs/action/FollowJointTrajectory',
      '/joint_trajectory_controller/follow_joint_trajectory',
      {
        trajectory: {
          header: { stamp: {} },
          joint_names: ['base_joint', 'shoulder', 'elbow', 'pitch'],
          points: [
            { positions: [rad, 0, 0, 0], velocities: [0, 0, 0, 0], time_from_start: { sec: 5, nanosec: 0 } },
          ],
        },
      },
    );

  describe('as joint_trajectory_controller', () => {
    controllerCases(() => ({
      client,
      node: 'edscorbot_driver',
      joints: ['base_joint', 'shoulder', 'elbow', 'pitch'],
      amplitudeRad: 0.3,
      seconds: 2.5,
      beyondRad: 3,
      velocityLimitRadPerS: 0.7,
      accuracyRad: 0.07,
      afterReset: () => insist('arm'),
    }));
  });

  test('publishes measured joint states of all joints in the robot description', async () => {
    const states = await client.subscribe('sensor_msgs/msg/JointState', '/joint_states');
    const state = await states.any();
    expect(state.name).toEqual(expect.arrayContaining(['base_joint', 'shoulder', 'elbow', 'pitch', 'roll']));
  });

  test('broker killed during motion: the goal is aborted, and nothing moves before it is armed again', async () => {
    const states = await client.subscribe('sensor_msgs/msg/JointState', '/joint_states');
    const goal = turnBase(1);
    await goal.accepted;
    await states.next((m: Message) => m.velocity[m.name.indexOf('base_joint')] > 0.05, 20000);
    const from = states.messages.length;
    await broker.kill();
    const { status: ended, result } = await goal.result;
    expect(ended).toBe('aborted');
    expect(result.error_string).toMatch(/connection to the broker lost/);
    await reach('disconnected');
    await broker.up();
    await reach('inactive');
    // It settles at the last reference that it got.
    const second = () => new Promise((resolve) => setTimeout(resolve, 1000));
    await second();
    const held = await states.next();
    await second();
    const later = await states.next();
    const base = (m: Message) => m.position[m.name.indexOf('base_joint')] as number;
    expect(Math.abs(base(later) - base(held))).toBeLessThan(0.02);
    // never against the direction of its last command
    const way = states.messages.slice(from).map(base);
    let furthest = -Infinity;
    for (const p of way) expect(p).toBeGreaterThan((furthest = Math.max(furthest, p)) - 0.02);
    await insist('arm');
    await reach('holding');
  }, 60000);

  test('a reboot of the arm asks for homing', async () => {
    expect((await client.call(trigger, '/edscorbot_emulator/reboot')).success).toBe(true);
    await reach('stopped');
    expect((await call('arm')).message).toMatch(/reset first/);
    await insist('reset');
    await reach('unhomed');
    expect((await call('arm')).message).toMatch(/home it first/);
    await insist('home');
    await insist('arm');
  }, 60000);

  test('SIGINT in motion: the references brake to a standstill before the arm is left', async () => {
    // an arm that brakes slowly: longer than half a second
    await driver.stop();
    driver = ros.node('edscorbot_driver', {
      parameters: {
        'broker.port': broker.port,
        reference_period: 0.1,
        max_accelerations: [0.3, 0.3, 0.3, 0.3],
        lead_times: [0, 0, 0, 0],
      },
    });
    await insist('home');
    await insist('arm');
    const sent: { atS: number; base: number }[] = [];
    const ear = new MqttLink(
      { host: '127.0.0.1', port: broker.port, tls: false, caFile: '', clientId: 'ear' },
      [topicsOf('EDScorbot').commands],
      {
        connected: () => undefined,
        disconnected: () => undefined,
        message: (_topic, payload) => {
          const command = decodeCommand(payload);
          if (command?.signal === Signal.MOVE_TO_POINT)
            sent.push({ atS: performance.now() / 1000, base: command.point!.coordinates[0] });
        },
        trouble: () => undefined,
      },
    );
    try {
      const states = await client.subscribe('sensor_msgs/msg/JointState', '/joint_states');
      const goal = turnBase(-1);
      goal.result.catch(() => undefined);
      await states.next((m: Message) => m.velocity[m.name.indexOf('base_joint')] < -0.24, 30000);
      const moving = sent.length;
      await driver.stop('SIGINT');
      expect((await driver.exited).code).toBe(0);
      expect(emulator.running).toBe(true);
      // steps of the base joint's reference: full speed before the signal, smaller and smaller after it
      const steps = sent.slice(1).map(({ base }, k) => Math.abs(base - sent[k].base));
      const full = Math.max(...steps.slice(0, moving));
      const after = steps.slice(moving);
      expect(sent.at(-1)!.atS - sent[moving].atS).toBeGreaterThan(0.4);
      // references are whole counts, four of them a step at full speed
      expect(after.at(-1)).toBeLessThanOrEqual(0.5 * full);
    } finally {
      await ear.close();
    }
  }, 60000);

  test('a bad parameter: exit code 2 and one line', async () => {
    const bad = ros.node('edscorbot_driver', { parameters: { max_velocities: [0.5, 0.5] } });
    expect((await bad.exited).code).toBe(2);
    expect(bad.output).toMatch(/max_velocities: expected 4 values, one per joint/);
  });
});
