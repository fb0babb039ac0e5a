import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RosTest, rosMissing, type TestProcess } from './ros/harness';
import { lifterJoints, lifterUrdf } from './ros/lifter';
import type { Message, RosClient, TestTopic } from './ros/ros_client';

const describeRos = rosMissing() ? describe.skip : describe;

const [urdf, joints] = [lifterUrdf, lifterJoints];

describeRos('arm_simulator with an arm of its own description', () => {
  let ros: RosTest;
  let client: RosClient;
  let simulator: TestProcess;
  let states: TestTopic;
  let folder: string;
  const trigger = (name: string) => client.call('std_srvs/srv/Trigger', `/arm_simulator/${name}`);
  const set = (name: string, data: boolean) =>
    client.call('std_srvs/srv/SetBool', `/arm_simulator/${name}`, { data });
  const step = (cycles: number) =>
    client.call('oneshot_arm_msgs/srv/StepSimulation', '/arm_simulator/step', { cycles }, 60);
  const seconds = ({ sec, nanosec }: { sec: number; nanosec: number }): number => sec + nanosec * 1e-9;
  /** The joint state of a simulated time, rounding aside. */
  const stateAt = (time: number): Promise<Message> =>
    states.any((m: Message) => Math.abs(seconds(m.header.stamp) - time) < 1e-6);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'any-arm-'));
    const file = join(folder, 'lifter.urdf');
    writeFileSync(file, urdf);
    ros = await RosTest.start();
    simulator = ros.node('arm_simulator', {
      parameters: {
        robot_description_file: file,
        publish_clock: true,
        paused: true,
        'payload.mass': 0.5,
      },
      // a launch file gives it to all nodes; a simulator that waited for its own clock would never start
      args: ['-p', 'use_sim_time:=true'],
    });
    client = await ros.client();
    await client.waitFor('service', '/arm_simulator/step', { timeout: 20 });
    states = await client.subscribe('sensor_msgs/msg/JointState', '/joint_states');
  }, 60000);
  afterAll(async () => {
    await ros?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('its joints start inside their ranges, the others and those that follow them are told', async () => {
    const clock = await client.subscribe('rosgraph_msgs/msg/Clock', '/clock');
    const { success, time } = await step(20);
    expect(success).toBe(true);
    expect(seconds(time)).toBeCloseTo(0.2, 9);
    const state = await stateAt(0.2);
    expect(state.name).toEqual([...joints, 'grip', 'grip_mimic']);
    expect(Math.abs(state.position[0])).toBeLessThan(0.02);
    expect(Math.abs(state.position[2] - 1)).toBeLessThan(0.02);
    await clock.any((m: Message) => Math.abs(seconds(m.clock) - 0.2) < 1e-6);
  }, 60000);

  test('a motion of simulated time is performed step by step, and again the same way after a reset', async () => {
    const target = [0.3, 0.8, 0.6, -0.5];
    const performed = async (): Promise<number[]> => {
      const goal = client.goal(
        'control_msgs/action/FollowJointTrajectory',
        '/joint_trajectory_controller/follow_joint_trajectory',
        {
          trajectory: {
            joint_names: joints,
            points: [
              { positions: target, velocities: [0, 0, 0, 0], time_from_start: { sec: 2, nanosec: 0 } },
            ],
          },
        },
      );
      expect(await goal.accepted).toBe(true);
      await simulator.waitFor(/goal of 1 points taken/);
      simulator.output = '';
      const { time } = await step(250);
      expect((await goal.result).status).toBe('succeeded');
      return [...(await stateAt(seconds(time))).position] as number[];
    };
    const first = await performed();
    target.forEach((q, j) => expect(Math.abs(first[j] - q)).toBeLessThan(0.03));
    // the lift carries six links of 1.5 kg and the payload
    const weight = (6 * 1.5 + 0.5) * 9.81;
    const { effort } = states.last;
    expect(Math.abs(effort[0] - weight)).toBeLessThan(0.02 * weight);
    expect((await trigger('reset_simulation')).success).toBe(true);
    await step(20);
    const second = await performed();
    second.forEach((q, j) => expect(Math.abs(q - first[j])).toBeLessThan(1e-3));
  }, 90000);

  test('free drive and wrench: led, then held; a motion meanwhile is refused with the reason; stop ends it', async () => {
    expect((await set('free_drive', true)).success).toBe(true);
    const refused = await client.goal(
      'control_msgs/action/FollowJointTrajectory',
      '/joint_trajectory_controller/follow_joint_trajectory',
      {
        trajectory: {
          joint_names: joints,
          points: [{ positions: [0.3, 0, 1, 0], time_from_start: { sec: 2, nanosec: 0 } }],
        },
      },
    ).result;
    expect(refused.result.error_string).toMatch(/free drive/);
    const push = (data: object) =>
      client.call('oneshot_arm_msgs/srv/ApplyWrench', '/arm_simulator/apply_wrench', data);
    const before = await stateAt(seconds((await step(1)).time));
    const pushed = await push({ wrench: { torque: { x: 0, y: 0, z: 4 } }, duration: 0.5 });
    expect(pushed).toMatchObject({ success: true, message: expect.stringMatching(/tcp/) });
    const after = await stateAt(seconds((await step(100)).time));
    expect(after.position[1] - before.position[1]).toBeGreaterThan(0.1);
    expect(await push({ link: 'wing', duration: 1 })).toMatchObject({
      success: false,
      message: expect.stringMatching(/link: expected one of .*tcp/),
    });
    await trigger('stop');
    const status = await client.subscribe(
      'oneshot_arm_msgs/msg/ArmStatus',
      '/arm_simulator/status',
      'latched',
    );
    await step(50);
    await status.any((m: Message) => m.stop_latched === true && m.reason === 'stop service');
    expect((await set('free_drive', true)).message).toMatch(/stopped/);
    expect((await trigger('reset')).success).toBe(true);
  }, 60000);

  test('let go, it runs in real time and says so', async () => {
    expect((await step(0)).message).toMatch(/1 to 100000/);
    expect((await set('pause', false)).success).toBe(true);
    expect((await step(1)).message).toMatch(/paused/);
    const diagnostics = await client.subscribe('diagnostic_msgs/msg/DiagnosticArray', '/diagnostics');
    const factor = (m: Message): number =>
      Number(
        m.status
          .find((s: Message) => s.name === 'arm_simulator: simulation')
          ?.values.find((v: Message) => v.key === 'real_time_factor').value,
      );
    const message = await diagnostics.next((m: Message) => factor(m) > 0.5, 60000);
    expect(factor(message)).toBeLessThan(1.6);
  }, 90000);
});

describeRos('arm_simulator with what does not fit', () => {
  test.each([
    [
      'a joint that follows another',
      { joints: ['grip_mimic'] },
      /joints\[0\]: expected a joint that moves by itself/,
    ],
    ['an unknown tool', { tcp_link: 'wing' }, /tcp_link: expected a link of robot lifter/],
    [
      'a payload without masses',
      { physics: 'servo', 'payload.mass': 1 },
      /payload\.mass: expected physics: mujoco/,
    ],
  ])(
    '%s is named',
    async (_, parameters, text) => {
      const ros = await RosTest.start();
      try {
        const node = ros.node('arm_simulator', {
          parameters: { robot_description: urdf.replace(/\n\s*/g, ' '), ...parameters } as never,
        });
        await node.waitFor(text, 30000);
        expect((await node.exited).code).toBe(2);
      } finally {
        await ros.stop();
      }
    },
    60000,
  );
});
