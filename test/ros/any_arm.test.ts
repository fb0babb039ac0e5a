import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toQuaternion } from '../../src/arm/kinematics/rotation';
import { readArm } from '../../src/files/arms';
import { root, rosMissing, RosTest, type TestProcess } from './harness';
import type { Message, RosClient, TestTopic } from './ros_client';

const describeRos = rosMissing() ? describe.skip : describe;
const teach = 'oneshot_arm_msgs/action/Teach';

// a machine that is too busy to simulate in real time performs badly, which is not what is tested here
const patient = {
  joint_state_timeout_s: 3.5,
  joint_state_max_age_s: 5.5,
  tracking_tolerance_rad: 0.0,
  settle_s: 5.0,
  execution_tolerance_m: 1.0,
  execution_delay_s: 0.0,
};

const time = (s: number): { sec: number; nanosec: number } => {
  const ns = Math.round(s * 1e9);
  return { sec: Math.floor(ns / 1e9), nanosec: ns % 1e9 };
};

/** A packaged arm's example as the goals that teach it: joint angles, points of the tool, poses of the tool. */
function exampleOf(name: 'six_axis' | 'desk_arm') {
  const { profile, example } = readArm({ arm: name });
  const { dt, joints, positions } = JSON.parse(readFileSync(join(root, example!), 'utf8')) as {
    dt: number;
    joints: string[];
    positions: number[][];
  };
  const pose = new Float64Array(12);
  const stamped = positions.map((row, k) => {
    profile.pose(row, 0, pose, 0);
    const q = toQuaternion(pose, 0);
    return {
      header: { stamp: time(k * dt) },
      pose: {
        position: { x: pose[9], y: pose[10], z: pose[11] },
        orientation: { x: q[0], y: q[1], z: q[2], w: q[3] },
      },
    };
  });
  return {
    joints,
    end: positions[positions.length - 1],
    trajectory: {
      joint_names: joints,
      points: positions.map((row, k) => ({ positions: row, time_from_start: time(k * dt) })),
    },
    poses: { poses: stamped },
    path: {
      poses: stamped.map(({ header, pose: { position } }) => ({
        header,
        pose: { position, orientation: { x: 0, y: 0, z: 0, w: 0 } },
      })),
    },
  };
}

describeRos('two arms of different kinds in two namespaces of one graph', () => {
  const left = exampleOf('six_axis');
  const right = exampleOf('desk_arm');
  let ros: RosTest;
  let client: RosClient;
  let states: { left: TestTopic; right: TestTopic };
  let lessons: { left: TestTopic; right: TestTopic };
  let status: { left: TestTopic; right: TestTopic };
  let described: TestProcess;

  beforeAll(async () => {
    ros = await RosTest.start();
    client = await ros.client();
    const inNamespace = (name: string) => ({ args: ['-r', `__ns:=/${name}`] });
    // the learner on the right knows its arm by topic robot_description only, which is not there yet
    described = ros.node('motor_learner', {
      parameters: {
        ...patient,
        profile: 'urdf',
        tcp_link: 'tool0',
        robot_description_timeout_s: 60.0,
        joint_limits: join(root, 'config/arms/desk_arm.yaml'),
      },
      ...inNamespace('right'),
    });
    ros.node('motor_learner', { parameters: { ...patient, arm: 'six_axis' }, ...inNamespace('left') });
    ros.node('arm_simulator', { parameters: { arm: 'six_axis' }, ...inNamespace('left') });
    ros.node('arm_simulator', { parameters: { arm: 'desk_arm' }, ...inNamespace('right') });
    const both = async (type: string, topic: string, qos: 'sensor' | 'latched') => ({
      left: await client.subscribe(type, `/left/${topic}`, qos),
      right: await client.subscribe(type, `/right/${topic}`, qos),
    });
    states = await both('sensor_msgs/msg/JointState', 'joint_states', 'sensor');
    status = await both('oneshot_arm_msgs/msg/LearnerStatus', 'motor_learner/status', 'latched');
    lessons = await both('oneshot_arm_msgs/msg/Lesson', 'motor_learner/lesson', 'latched');
    for (const side of ['left', 'right'] as const)
      await status[side].any((s) => s.state === 'idle' && s.joint_states_fresh, 60000);
  }, 120000);
  afterAll(() => ros?.stop());

  const lesson = (side: 'left' | 'right', data: object) =>
    client.goal(teach, `/${side}/motor_learner/teach`, data, 120).result;
  const at = (state: Message, joints: string[]) =>
    joints.map((name) => state.position[state.name.indexOf(name)] as number);

  test('each is described on its own topic, and the learner without a file took its arm from there', async () => {
    expect(described.output).toMatch(/motor-arm.*joints shoulder_pan, shoulder_lift/);
    expect(states.left.last.name).toEqual(left.joints);
    expect(states.right.last.name).toEqual(expect.arrayContaining(right.joints));
    // the simulators start at their arms' homes
    at(states.left.messages[0], left.joints).forEach((q, j) =>
      expect(Math.abs(q - [0, -1.5708, 1.5708, -1.5708, -1.5708, 0][j])).toBeLessThan(0.05),
    );
  });

  test('both learn and move at the same time, each its own motion', async () => {
    const answers = await Promise.all([
      lesson('left', { trajectory: left.trajectory, name: 'reach', execute: true }),
      lesson('right', { trajectory: right.trajectory, name: 'pick', execute: true }),
    ]);
    answers.forEach(({ status: end, result }, i) => {
      const { joints } = [left, right][i];
      expect({ end, message: result.message }).toMatchObject({ end: 'succeeded' });
      expect(result.lesson.name).toBe(['reach', 'pick'][i]);
      expect(result.lesson.learned_trajectory.joint_names).toEqual(joints);
      expect(result.lesson.after.velocity_rmse_rad_per_s).toHaveLength(joints.length);
      expect(result.lesson.after.tcp_error_percent_of_path).toBeLessThan(4);
      expect(result.lesson.was_executed).toBe(true);
    });
    for (const [side, { joints, end }] of [
      ['left', left],
      ['right', right],
    ] as const)
      at(states[side].last, joints).forEach((q, j) => expect(Math.abs(q - end[j])).toBeLessThan(0.1));
  }, 180000);

  test('what one does, the other neither hears nor does', async () => {
    const told = lessons.right.messages.length;
    const before = at(states.right.last, right.joints);
    const from = states.right.messages.length;
    await client.publish('nav_msgs/msg/Path', '/left/motor_learner/target_path', left.path);
    const count = lessons.left.messages.length;
    const taught = await lessons.left.next((m) => m.target_path.poses.length > 0, 30000, count);
    expect(taught.after.tcp_error_percent_of_path).toBeLessThan(4);
    expect(await client.call('std_srvs/srv/Trigger', '/left/motor_learner/stop')).toMatchObject({
      success: true,
    });
    await status.left.any((s) => s.state === 'stopped');
    await states.right.next();
    expect(lessons.right.messages).toHaveLength(told);
    expect(status.right.last.stop_latched).toBe(false);
    for (const m of states.right.messages.slice(from))
      at(m, right.joints).forEach((q, j) => expect(Math.abs(q - before[j])).toBeLessThan(1e-3));
    expect((await client.call('std_srvs/srv/Trigger', '/left/motor_learner/reset')).success).toBe(true);
  }, 60000);

  test('the six-axis arm learns by path and by poses, and performs them', async () => {
    for (const [name, path, orientationRad] of [
      ['path', left.path, Infinity],
      ['poses', left.poses, 0.1],
    ] as const) {
      const { status: end, result } = await lesson('left', { path, name, execute: true });
      expect({ name, end, message: result.message }).toMatchObject({ end: 'succeeded' });
      expect(result.lesson.after.tcp_error_percent_of_path).toBeLessThan(4);
      expect(result.lesson.after.orientation_error_mean_rad).toBeLessThan(orientationRad);
      expect(result.lesson.was_executed).toBe(true);
      expect(result.lesson.target_path.header.frame_id).toBe('base_link');
    }
    // poses ask for the orientations that the joint angles had: the same motion, whatever the branch
    const { result } = await lesson('left', { path: left.poses, refine_steps: 20 });
    const poses = result.lesson.target_path.poses;
    const wanted = left.poses.poses[left.poses.poses.length - 1].pose.position;
    const reached = poses[poses.length - 1].pose.position;
    for (const axis of ['x', 'y', 'z'] as const)
      expect(Math.abs(reached[axis] - wanted[axis])).toBeLessThan(1e-3);
    expect(result.lesson.after.tcp_error_percent_of_path).toBeLessThan(0.5);
    expect(result.lesson.after.orientation_error_mean_rad).toBeLessThan(0.02);
  }, 180000);
});

describeRos('a learner without an arm', () => {
  test('says what it waited for, and ends', async () => {
    const ros = await RosTest.start();
    try {
      const learner = ros.node('motor_learner', {
        parameters: { profile: 'urdf', robot_description_timeout_s: 0.2 },
        args: ['-r', '__ns:=/lonely'],
      });
      expect((await learner.exited).code).toBe(2);
      expect(learner.output).toMatch(
        /robot_description: expected a description on topic \/lonely\/robot_description within 0.2 s/,
      );
    } finally {
      await ros.stop();
    }
  }, 60000);
});
