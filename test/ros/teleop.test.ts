import { join } from 'node:path';
import { readArm } from '../../src/files/arms';
import { root, rosMissing, RosTest } from './harness';
import type { Message, RosClient, TestTopic } from './ros_client';

const describeRos = rosMissing() ? describe.skip : describe;
const jogType = 'control_msgs/msg/JointJog';
const twistType = 'geometry_msgs/msg/TwistStamped';
const rate = 40;
/** The arm of these tests; where a motion begins is its home. */
const arm = readArm({ arm: 'six_axis' });
const { profile } = arm;
const joints = profile.joints;
const home = [...profile.startAngles];

/** The cases of MoveIt Servo's tests, from an rclpy client against the node and a simulated arm that takes velocities. */
describeRos('teleop', () => {
  let ros: RosTest;
  let client: RosClient;
  let status: TestTopic;
  let commands: TestTopic;
  let states: TestTopic;
  beforeAll(async () => {
    ros = await RosTest.start();
    const description = {
      robot_description_file: join(root, 'urdf/six_axis.urdf'),
      joint_limits: join(root, 'config/arms/six_axis.yaml'),
      tcp_link: 'tool0',
    };
    ros.node('arm_simulator', {
      parameters: {
        ...description,
        physics: 'servo',
        initial_positions: `[${home.map((q) => q.toFixed(6)).join(', ')}]`,
        velocity_timeout: 2.0,
      },
    });
    ros.node('teleop', {
      parameters: {
        arm: 'six_axis',
        output: 'velocity',
        stream_gain: 0.0, // what is sent is what is asked for, without a correction
        // wide enough for a machine with too much to do
        command_timeout_s: 0.6,
        lease_s: 0.7,
        stream_max_gap_s: 1.0,
        joint_state_timeout_s: 5.0,
        joint_state_max_age_s: 5.0,
      },
    });
    client = await ros.client();
    status = await client.subscribe('oneshot_arm_msgs/msg/TeleopStatus', '/teleop/status', 'latched');
    commands = await client.subscribe(
      'std_msgs/msg/Float64MultiArray',
      '/forward_velocity_controller/commands',
    );
    states = await client.subscribe('sensor_msgs/msg/JointState', '/joint_states', 'sensor');
    await status.any((s) => s.joint_states_fresh, 30000);
    await states.any();
  }, 60000);
  afterAll(async () => {
    if (process.env.ONESHOT_ARM_DEBUG) console.log(ros?.outputs());
    await ros?.stop();
  });

  const jog = (
    velocities: readonly number[],
    names: readonly string[] = joints.slice(0, velocities.length),
  ) => ({
    joint_names: names,
    velocities,
  });
  const twist = (linear: readonly number[], frame: string) => ({
    header: { frame_id: frame },
    twist: { linear: { x: linear[0], y: linear[1], z: linear[2] } },
  });
  const repeat = (message: object, seconds: number) => Array.from({ length: seconds * rate }, () => message);
  const play = (message: object, seconds: number, offset: number | null = 0) => {
    const [type, topic] = 'joint_names' in message ? [jogType, 'joint_jog'] : [twistType, 'twist'];
    return client.play(type, `/teleop/${topic}`, repeat(message, seconds), rate, offset);
  };
  const set = (name: string, value: number | string) => client.setParameter('teleop', name, value);
  const idle = () => status.next((s) => s.state === 'idle' && s.source === '', 15000);
  const position = (m: Message = states.last) =>
    joints.map((name) => m.position[m.name.indexOf(name)] as number);
  const tool = (q: readonly number[]): number[] => {
    const pose = new Float64Array(12);
    profile.pose(q, 0, pose, 0);
    return [...pose];
  };
  /** Until nothing has been sent for half a second. */
  const quiet = async (): Promise<void> => {
    for (let seen = -1; seen !== commands.messages.length;) {
      seen = commands.messages.length;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  };
  /** Commands that a piece of work brought, to their end. */
  const during = async (work: () => Promise<unknown>, moves = true): Promise<number[][]> => {
    const [from, told] = [commands.messages.length, status.messages.length];
    await work();
    if (moves) await status.next((s) => s.state === 'moving', 10000, told);
    await idle();
    await quiet();
    return commands.messages.slice(from).map((m) => m.data as number[]);
  };
  const fastest = (sent: readonly number[][], j: number): number => Math.max(...sent.map((v) => v[j]));

  test('57: velocities beyond their limits are all scaled alike; an override scales them all', async () => {
    await set('command_in_type', 'speed_units');
    const limits = arm.gate.limits.map((l) => l.velocity);
    const asked = [0, 0, 0, 0, 1.05 * limits[4], 1.1 * limits[5]];
    for (const [override, factor, sense] of [
      [1, 1 / 1.1, 1],
      [0.5, 0.5, -1],
    ]) {
      await set('speed_override', override);
      const sent = await during(() => play(jog(asked.map((v) => sense * v)), 0.9));
      for (const j of [4, 5])
        expect(Math.max(...sent.map((v) => sense * v[j]))).toBeCloseTo(factor * asked[j], 6);
    }
    await set('speed_override', 1);
  }, 60000);

  test('58, 60: what is not finite, too few or too many velocities, a twist without frame: invalid, nothing sent', async () => {
    const before = commands.messages.length;
    const cases: [object, RegExp][] = [
      [jog([0.1, NaN]), /velocities\[1\]: expected a finite number, got NaN/],
      [twist([NaN, 0, 0], 'base'), /twist.linear.x: expected a finite number/],
      [twist([0.1, 0, 0], ''), /frame_id: expected a frame/],
      [twist([0.1, 0, 0], 'nowhere'), /frame_id: expected .* got "nowhere"/],
      [jog([0.1], joints.slice(0, 2)), /velocities: expected 2 values/],
      [jog([0.1, 0.1, 0.1], joints.slice(0, 2)), /velocities: expected 2 values/],
      [jog([0.1], ['no_such_joint']), /joint_names\[0\]: expected one of .* got "no_such_joint"/],
    ];
    for (const [message, expected] of cases) {
      const from = status.messages.length;
      await play(message, 0.1);
      const told = await status.next((s) => s.code === -1 && expected.test(s.message), 10000, from);
      expect(told.state).toBe('idle');
    }
    expect(commands.messages.length).toBe(before);
  }, 60000);

  test('61: a jog of 1 without units is the joint scale', async () => {
    await set('command_in_type', 'unitless');
    await set('scale.joint', 0.4);
    const sent = await during(() => play(jog([1]), 0.8));
    expect(fastest(sent, 0)).toBeCloseTo(0.4, 6);
    const from = status.messages.length;
    await play(jog([1.5]), 0.1);
    await status.next((s) => s.code === -1 && /expected -1 to 1/.test(s.message), 10000, from);
    await during(() => play(jog([-1]), 0.8));
  }, 60000);

  test('63: a twist moves the tool along the axes of the frame it names', async () => {
    await set('command_in_type', 'speed_units');
    for (const frame of ['base', 'tool0']) {
      const from = position();
      const pose = tool(from);
      const asked = [0, 0.05, 0.1];
      const want =
        frame === 'base'
          ? asked
          : [0, 1, 2].map((r) => asked.reduce((s, a, c) => s + pose[3 * r + c] * a, 0));
      await during(() => play(twist(asked, frame), 0.6));
      const to = tool(position());
      const moved = [0, 1, 2].map((i) => to[9 + i] - pose[9 + i]);
      const [a, b] = [Math.hypot(...moved), Math.hypot(...want)];
      expect(a).toBeGreaterThan(0.03);
      expect(moved.reduce((s, m, i) => s + (m * want[i]) / a / b, 0)).toBeGreaterThan(0.98);
      // it is not turned
      for (let i = 0; i < 9; i++) expect(Math.abs(to[i] - pose[i])).toBeLessThan(0.05);
      await during(() =>
        play(
          twist(
            asked.map((v) => -v),
            frame,
          ),
          0.6,
        ),
      );
    }
  }, 60000);

  test('64: near a bound all joints halt, away is allowed: status 6', async () => {
    const elbow = joints[2];
    const { upper } = arm.gate.limits[2];
    await set('joint_limit_margin', upper - position()[2] - 0.2);
    const before = position();
    const from = status.messages.length;
    await during(() => play(jog([0.6, 0.1], [elbow, joints[0]]), 1.5));
    expect(status.messages.slice(from).map((s) => s.code)).toContain(6);
    const there = position();
    expect(there[2]).toBeGreaterThan(before[2] + 0.15);
    const sent = await during(() => play(jog([0.3, 0.3], [elbow, joints[0]]), 0.3), false);
    expect(Math.max(...sent.flat().map(Math.abs), 0)).toBe(0);
    await during(() => play(jog([-0.5], [elbow]), 0.6));
    expect(position()[2]).toBeLessThan(there[2] - 0.1);
    await set('joint_limit_margin', 0.1);
  }, 60000);

  test('65: silence stops the arm smoothly, and then nothing is sent', async () => {
    await play(jog([0.4]), 1);
    const last = states.messages.length;
    await idle();
    await quiet();
    // without a jolt: two states apart, velocity changes by no more than the limit of acceleration allows
    const moving = states.messages.slice(last);
    const stamp = (m: Message) => m.header.stamp.sec + 1e-9 * m.header.stamp.nanosec;
    const { acceleration } = arm.gate.limits[0];
    moving.slice(1).forEach((m, k) => {
      const dt = Math.max(0.01, stamp(m) - stamp(moving[k]));
      const [a, b] = [m, moving[k]].map((s) => s.velocity[s.name.indexOf(joints[0])]);
      expect(Math.abs(a - b)).toBeLessThan(acceleration * (dt + 0.03));
    });
    const silent = commands.messages.length;
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(commands.messages.length).toBe(silent);
    await during(() => play(jog([-0.4]), 1));
  }, 60000);

  test('66: stamps of zero, of the future and of another clock move nothing, and stop what moves', async () => {
    const before = commands.messages.length;
    for (const offset of [null, 3600, -3600, -1.5e9]) {
      const from = status.messages.length;
      await play(jog([0.3]), 0.2, offset);
      await status.next((s) => s.code === -1 && /header.stamp/.test(s.message), 10000, from);
    }
    expect(commands.messages.length).toBe(before);
    await play(jog([0.3]), 0.6);
    await play(jog([0.3]), 1.2, null);
    expect(status.last.state).not.toBe('moving');
    await idle();
    await during(() => play(jog([-0.3]), 0.6));
  }, 60000);

  test('67: while paused nothing moves; after it the arm goes on from where it is', async () => {
    const pause = (data: boolean) => client.call('std_srvs/srv/SetBool', '/teleop/pause', { data });
    await play(jog([0.4]), 0.8);
    await pause(true);
    await status.next((s) => s.state === 'paused', 10000, status.messages.length - 1);
    await play(jog([0.4]), 0.8);
    await states.next((m) => Math.max(...m.velocity.map(Math.abs)) < 1e-3);
    const paused = position();
    const sent = commands.messages.length;
    await play(jog([0.4]), 0.4);
    expect(commands.messages.length).toBe(sent);
    await pause(false);
    const from = states.messages.length;
    await during(() => play(jog([0.2]), 0.5));
    const after = states.messages.slice(from).map((m) => position(m)[0]);
    expect(after[0]).toBeCloseTo(paused[0], 3);
    after.slice(1).forEach((q, k) => expect(Math.abs(q - after[k])).toBeLessThan(0.05));
  }, 60000);

  test('one at a time: a joystick waits until the jogs end, and needs its dead man', async () => {
    const joyType = 'sensor_msgs/msg/Joy';
    const joy = (held: boolean) => ({ axes: [0.5, 0, 0, 0, 0, 0], buttons: [0, 0, 0, 0, held ? 1 : 0, 0] });
    const joystick = (held: boolean, seconds: number) =>
      client.play(joyType, '/joy', repeat(joy(held), seconds), rate);
    const sent = await during(() => joystick(false, 0.5), false);
    expect(sent).toEqual([]);
    const from = status.messages.length;
    await Promise.all([play(jog([-0.1]), 1), joystick(true, 0.6)]);
    await status.next((s) => s.code === -1 && /holds the arm/.test(s.message), 10000, from);
    await idle();
    await quiet();
    await set('scale.joint', 0.4);
    const moved = await during(() => joystick(true, 0.8));
    expect(fastest(moved, 0)).toBeCloseTo(0.2, 6);
  }, 60000);

  test('59: towards a singularity it slows (1), halts (2), and leaves slowed (3)', async () => {
    const codes = async (linear: number[], seconds: number): Promise<Set<number>> => {
      const from = status.messages.length;
      await play(
        twist(
          linear.map((x) => 0.16 * x),
          'base',
        ),
        seconds,
      );
      const seen = new Set<number>(status.messages.slice(from).map((s) => s.code));
      await idle();
      await quiet();
      return seen;
    };
    // over its own axis, whichever way it has been turned
    const ahead = [Math.cos(position()[0]), Math.sin(position()[0]), 0];
    const into = await codes(ahead, 4);
    expect(into).toContain(1);
    // ever slower, it comes near the condition number at which it would halt, which is set below that here
    await set('singularity.hard_stop', 17.5);
    expect(await codes(ahead, 0.5)).toContain(2);
    expect(Math.max(...(states.last.velocity as number[]).map(Math.abs))).toBeLessThan(0.02);
    const back = ahead.map((x) => -x);
    const out = await codes(back, 3);
    expect(out).toContain(3);
    // a busy machine has come less far in that time
    for (let k = 0; k < 5 && !out.has(0); k++) for (const code of await codes(back, 1)) out.add(code);
    expect(out).toContain(0);
  }, 60000);
});
