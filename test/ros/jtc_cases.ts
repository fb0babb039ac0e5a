/**
 * What any joint_trajectory_controller of this project must do, seen by an rclpy client: the same cases for the simulated
 * arm and for the driver of the real one.
 */
import type { Message, RosClient, TestGoal, TestTopic } from './ros_client';

/** The controller under test. */
export interface ControllerUnderTest {
  client: RosClient;
  /** Node that has ~/stop, ~/reset and the controller's parameters. */
  node: string;
  /** All its joints, in its order. */
  joints: readonly string[];
  /** A motion of the first joint that takes `seconds` without trouble, rad. */
  amplitudeRad: number;
  seconds: number;
  /** Beyond the position limit of the first joint, rad; and its velocity limit, rad/s. */
  beyondRad: number;
  velocityLimitRadPerS: number;
  /** How close measured positions come to what was asked for, rad. */
  accuracyRad: number;
  /** What it takes besides ~/reset to move again after a stop. */
  afterReset?: () => Promise<void>;
}

const FOLLOW = 'control_msgs/action/FollowJointTrajectory';
const ACTION = '/joint_trajectory_controller/follow_joint_trajectory';
const TOPIC = '/joint_trajectory_controller/joint_trajectory';
const [INVALID_GOAL, INVALID_JOINTS, OLD_HEADER_TIMESTAMP, PATH_VIOLATED, GOAL_VIOLATED] = [
  -1, -2, -3, -4, -5,
];

interface Point {
  positions?: number[];
  velocities?: number[];
  accelerations?: number[];
  effort?: number[];
  time_from_start: { sec: number; nanosec: number };
}

const duration = (s: number) => ({ sec: Math.floor(s), nanosec: Math.round((s - Math.floor(s)) * 1e9) });

/** Declares the cases; `get` gives the controller once it runs (after beforeAll). */
export function controllerCases(get: () => ControllerUnderTest): void {
  let states: TestTopic;
  const joints = () => get().joints;
  const n = () => joints().length;
  const row = (first: number) => [first, ...new Array<number>(n() - 1).fill(0)];
  const point = (t: number, positions: number[], velocities: number[] | null = row(0)): Point => ({
    positions,
    velocities: velocities ?? [],
    time_from_start: duration(t),
  });
  const send = (
    points: Point[],
    more: { names?: readonly string[]; stamp?: object; goal?: object } = {},
  ): TestGoal =>
    get().client.goal(FOLLOW, ACTION, {
      trajectory: { header: { stamp: more.stamp ?? {} }, joint_names: more.names ?? joints(), points },
      ...more.goal,
    });
  const there = () => point(get().seconds, row(get().amplitudeRad));
  const back = () => point(get().seconds, row(0));
  /** Measured position of joint j now. */
  const position = async (j = 0): Promise<number> => {
    const message = await states.next();
    return message.position[message.name.indexOf(joints()[j])] as number;
  };
  const still = async (): Promise<void> => {
    await states.next((m: Message) => m.velocity.every((v: number) => Math.abs(v) < 2e-3), 20000);
  };
  const refused = async (goal: TestGoal, code: number, text: RegExp): Promise<void> => {
    const before = await position();
    const { status, result } = await goal.result;
    expect({ status, code: result.error_code, text: result.error_string }).toEqual({
      status: 'aborted',
      code,
      text: expect.stringMatching(text),
    });
    for (let k = 0; k < 10; k++) await states.next();
    expect(Math.abs((await position()) - before)).toBeLessThan(get().accuracyRad);
  };

  beforeAll(async () => {
    states = await get().client.subscribe('sensor_msgs/msg/JointState', '/joint_states');
    await states.any();
  });
  beforeEach(still);

  test('a good goal succeeds, with feedback, and the arm is there', async () => {
    const goal = send([there()]);
    expect(await goal.accepted).toBe(true);
    const { status, result } = await goal.result;
    expect({ status, code: result.error_code }).toEqual({ status: 'succeeded', code: 0 });
    expect(Math.abs((await position()) - get().amplitudeRad)).toBeLessThan(get().accuracyRad);
    expect(goal.feedback.length).toBeGreaterThan(2);
    const [first] = goal.feedback;
    expect(first.joint_names).toEqual(joints());
    expect(first.desired.positions[0] - first.actual.positions[0]).toBeCloseTo(first.error.positions[0], 9);
    expect((await send([back()]).result).status).toBe('succeeded');
  }, 60000);

  test('joints in any order are mapped by name', async () => {
    const names = [...joints()].reverse();
    const goal = send([{ ...there(), positions: [...row(get().amplitudeRad)].reverse() }], { names });
    expect((await goal.result).status).toBe('succeeded');
    expect(Math.abs((await position()) - get().amplitudeRad)).toBeLessThan(get().accuracyRad);
    expect((await send([back()]).result).status).toBe('succeeded');
  }, 60000);

  test('unknown, duplicate and no joints', async () => {
    const names = joints();
    await refused(
      send([there()], { names: ['no_such_joint', ...names.slice(1)] }),
      INVALID_JOINTS,
      /no_such_joint/,
    );
    await refused(
      send([there()], { names: [names[0], ...names.slice(0, -1)] }),
      INVALID_JOINTS,
      /more than once/,
    );
    await refused(send([there()], { names: [] }), INVALID_JOINTS, /empty/);
  });

  test('missing and surplus values', async () => {
    const short = { ...there(), positions: row(0.1).slice(1) };
    await refused(send([short]), INVALID_GOAL, /positions: expected \d values, got \d/);
    await refused(send([{ ...there(), velocities: [...row(0), 0] }]), INVALID_GOAL, /velocities: expected/);
    await refused(send([{ ...there(), accelerations: [0] }]), INVALID_GOAL, /accelerations: expected/);
    await refused(send([{ time_from_start: duration(1) }]), INVALID_GOAL, /positions: empty/);
    await refused(send([{ ...there(), effort: row(1) }]), INVALID_GOAL, /effort/);
  });

  test('unsorted and equal times', async () => {
    const { seconds } = get();
    await refused(send([there(), point(seconds / 2, row(0))]), INVALID_GOAL, /does not come after/);
    await refused(send([there(), back()]), INVALID_GOAL, /does not come after/);
  });

  test('a trajectory that ended in the past', async () => {
    const { stamp } = (await states.next()).header;
    await refused(
      send([there()], { stamp: { sec: stamp.sec - 1000, nanosec: 0 } }),
      OLD_HEADER_TIMESTAMP,
      /ended .* s ago/,
    );
  });

  test('no points', () => refused(send([]), INVALID_GOAL, /points: empty/));

  test('non-zero end velocity', () =>
    refused(send([point(get().seconds, row(get().amplitudeRad), row(0.1))]), INVALID_GOAL, /end velocity/));

  test('NaN and infinity', async () => {
    await refused(send([point(1, row(Number.NaN))]), INVALID_GOAL, /finite/);
    await refused(send([point(1, row(Infinity))]), INVALID_GOAL, /finite/);
    await refused(send([point(1, row(0), row(-Infinity)), back()]), INVALID_GOAL, /finite/);
  });

  test('beyond position, velocity and acceleration limits, and a jump', async () => {
    const { beyondRad, velocityLimitRadPerS: limit } = get();
    await refused(send([point(100, row(beyondRad))]), INVALID_GOAL, /position limit/);
    await refused(send([point(0.5, row(limit * 0.7), null)]), INVALID_GOAL, /velocity limit/);
    await refused(send([point(0.02, row(limit * 0.01))]), INVALID_GOAL, /acceleration limit/);
    await refused(send([point(0, row(0.2)), point(100, row(0.2))]), INVALID_GOAL, /jump/);
  });

  test('partial goals only where the parameter allows them', async () => {
    const { client, node, amplitudeRad, seconds } = get();
    const partial = (p: number) =>
      send([{ positions: [p], velocities: [0], time_from_start: duration(seconds) }], {
        names: [joints()[1]],
      });
    await refused(partial(amplitudeRad), INVALID_JOINTS, /missing and partial goals are not allowed/);
    expect(await client.setParameter(node, 'allow_partial_joints_goal', true)).toMatchObject({
      successful: true,
    });
    const before = await position(0);
    expect((await partial(amplitudeRad / 2).result).status).toBe('succeeded');
    expect(Math.abs((await position(1)) - amplitudeRad / 2)).toBeLessThan(get().accuracyRad);
    expect(Math.abs((await position(0)) - before)).toBeLessThan(get().accuracyRad);
    expect((await partial(0).result).status).toBe('succeeded');
    await client.setParameter(node, 'allow_partial_joints_goal', false);
  }, 60000);

  test('cancel: the arm brakes and holds', async () => {
    const goal = send([there()]);
    await goal.accepted;
    await states.next((m: Message) => Math.abs(m.velocity[m.name.indexOf(joints()[0])]) > 0.02, 20000);
    await goal.cancel();
    expect((await goal.result).status).toBe('canceled');
    await still();
    const held = await position();
    expect(Math.abs(held)).toBeLessThan(get().amplitudeRad);
    for (let k = 0; k < 20; k++) await states.next();
    expect(Math.abs((await position()) - held)).toBeLessThan(get().accuracyRad);
    expect((await send([back()]).result).status).toBe('succeeded');
  }, 60000);

  test('preemption: the old goal is aborted, the new one succeeds; a bad goal leaves the running one alone', async () => {
    const first = send([there()]);
    await first.accepted;
    await states.next((m: Message) => Math.abs(m.velocity[m.name.indexOf(joints()[0])]) > 0.02, 20000);
    const bad = await send([point(1, row(Number.NaN))]).result;
    expect(bad).toMatchObject({ status: 'aborted', result: { error_code: INVALID_GOAL } });
    const second = send([point(2 * get().seconds, row(-get().amplitudeRad / 2))]);
    const old = await first.result;
    expect(old.status).toBe('aborted');
    expect(old.result.error_string).toMatch(/preempted/);
    expect((await second.result).status).toBe('succeeded');
    expect(Math.abs((await position()) + get().amplitudeRad / 2)).toBeLessThan(get().accuracyRad);
    expect((await send([back()]).result).status).toBe('succeeded');
  }, 90000);

  test('a trajectory on the topic is performed and replaces a running one', async () => {
    const { client, amplitudeRad, seconds } = get();
    const publish = (points: Point[]) =>
      client.publish('trajectory_msgs/msg/JointTrajectory', TOPIC, { joint_names: joints(), points });
    await publish([there()]);
    await states.next((m: Message) => Math.abs(m.velocity[m.name.indexOf(joints()[0])]) > 0.02, 20000);
    await publish([point(2 * seconds, row(-amplitudeRad / 2))]);
    await states.next(
      (m: Message) =>
        Math.abs(m.position[m.name.indexOf(joints()[0])] + amplitudeRad / 2) < get().accuracyRad,
      30000,
    );
    // Bad messages on the topic move nothing.
    await still();
    const before = await position();
    await publish([point(1, row(Number.NaN))]);
    await publish([{ ...there(), positions: [0.3] }]);
    for (let k = 0; k < 10; k++) await states.next();
    expect(Math.abs((await position()) - before)).toBeLessThan(get().accuracyRad);
    expect((await send([back()]).result).status).toBe('succeeded');
  }, 90000);

  test('path and goal tolerance violations', async () => {
    const name = joints()[0];
    const tight = { name, position: 1e-7, velocity: 0, acceleration: 0 };
    const path = await send([there()], { goal: { path_tolerance: [tight] } }).result;
    expect(path).toMatchObject({ status: 'aborted', result: { error_code: PATH_VIOLATED } });
    expect(path.result.error_string).toMatch(new RegExp(`${name}: position error .* tolerance`));
    await still();
    expect((await send([back()]).result).status).toBe('succeeded');
    const goal = await send([there()], {
      goal: {
        goal_tolerance: [{ ...tight, position: 1e-12, velocity: 1e-12 }],
        goal_time_tolerance: duration(0.1),
      },
    }).result;
    expect(goal).toMatchObject({ status: 'aborted', result: { error_code: GOAL_VIOLATED } });
    const unknown = send([there()], { goal: { path_tolerance: [{ ...tight, name: 'no_such_joint' }] } });
    await refused(unknown, INVALID_JOINTS, /no_such_joint/);
    expect((await send([back()]).result).status).toBe('succeeded');
  }, 90000);

  test('stop aborts, brakes and latches until reset', async () => {
    const { client, node } = get();
    const goal = send([there()]);
    await goal.accepted;
    await states.next((m: Message) => Math.abs(m.velocity[m.name.indexOf(joints()[0])]) > 0.02, 20000);
    expect((await client.call('std_srvs/srv/Trigger', `/${node}/stop`)).success).toBe(true);
    const stopped = await goal.result;
    expect(stopped.status).toBe('aborted');
    expect(stopped.result.error_string).toMatch(/stopped/);
    await still();
    await refused(send([back()]), INVALID_GOAL, /stopped.*reset/);
    expect((await client.call('std_srvs/srv/Trigger', `/${node}/reset`)).success).toBe(true);
    await get().afterReset?.();
    expect((await send([back()]).result).status).toBe('succeeded');
  }, 60000);
}
