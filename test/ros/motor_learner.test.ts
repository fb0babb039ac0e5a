import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importReleasedWeights } from '../../src/files/import_weights';
import { writeMotorWeights } from '../../src/files/motor_weights';
import { patience, root, rosMissing, RosTest, type TestProcess } from './harness';
import { duration, reach } from './reach';
import type { Message, RosClient, TestTopic } from './ros_client';

const released = join(root, '..', 'shared', 'data', 'authors_weights', 'robot_arm.json');
const missing = rosMissing() || (existsSync(released) ? '' : 'no weights in ../shared');
if (missing) console.warn(`motor learner tests skipped: ${missing}`);
const describeRos = missing ? describe.skip : describe;

const teach = 'oneshot_arm_msgs/action/Teach';
const joints = ['base_joint', 'shoulder'];
const trigger = 'std_srvs/srv/Trigger';

describeRos('motor learner with a simulated arm', () => {
  const folder = mkdtempSync(join(tmpdir(), 'oneshot-arm-'));
  const weights = join(folder, 'weights', 'manifest.json');
  let ros: RosTest;
  let client: RosClient;
  let learner: TestProcess;
  let status: TestTopic;
  let states: TestTopic;

  beforeAll(async () => {
    const read = importReleasedWeights(released);
    if (read.kind !== 'motor') throw new Error('motor weights expected');
    writeMotorWeights(weights, { name: 'released', made: { command: 'test' }, quality: {} }, read.weights);
    ros = await RosTest.start();
    ros.node('arm_simulator');
    learner = ros.node('motor_learner', {
      parameters: {
        weights,
        skills_directory: join(folder, 'skills'),
        joint_state_timeout_s: 3.5,
        joint_state_max_age_s: 5.5,
        tracking_tolerance_rad: 0.0,
        // a machine that is too busy to simulate in real time performs badly, which is not what is tested here
        settle_s: 5.0,
        execution_tolerance_m: 1.0,
        execution_delay_s: 0.0,
      },
    });
    client = await ros.client();
    status = await client.subscribe('oneshot_arm_msgs/msg/LearnerStatus', '/motor_learner/status', 'latched');
    states = await client.subscribe('sensor_msgs/msg/JointState', '/joint_states', 'sensor');
    await status.any((s) => s.joint_states_fresh);
  });
  afterAll(async () => {
    if (process.env.ONESHOT_ARM_DEBUG) console.log(learner?.output);
    await ros?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  // a busy machine may hold the simulated arm up for seconds: each test starts from a learner that is ready
  beforeEach(async () => {
    await client.setParameter('motor_learner', 'max_tcp_error_m', 0.1);
    await status.any((s) => s.state === 'idle' || s.state === 'ready' || s.state === 'stopped', 20000);
    await client.call(trigger, '/motor_learner/reset').catch(() => undefined);
  });

  const lesson = (data: object) =>
    client.goal(teach, '/motor_learner/teach', { trajectory: reach(), ...data }, 60);
  const call = (name: string) => client.call(trigger, `/motor_learner/${name}`);
  /** Positions of the learned joints in the newest joint state. */
  const position = (m: Message = states.last) => joints.map((j) => m.position[m.name.indexOf(j)] as number);
  const stamp = (m: Message) => m.header.stamp.sec + 1e-9 * m.header.stamp.nanosec;
  /** Until the arm is where it was a fifth of a second before: a motion of the test before may still be ending. */
  const atRest = async () => {
    for (;;) {
      const earlier = states.last;
      await states.any((m) => stamp(m) > stamp(earlier) + 0.2);
      if (position().every((p, j) => Math.abs(p - position(earlier)[j]) < 1e-5)) return;
    }
  };
  const nothingMoves = async (work: () => Promise<void>) => {
    await atRest();
    const before = position();
    const from = states.messages.length;
    await work();
    await states.next();
    for (const m of states.messages.slice(from))
      position(m).forEach((p, j) => expect(Math.abs(p - before[j])).toBeLessThan(1e-3));
  };

  test('is an active lifecycle node', async () => {
    expect(await client.state('motor_learner')).toBe('active');
  });

  test('a lesson is learned and performed, with feedback, scores and latched topics', async () => {
    // a simulated arm whose process is held up is late by that much: taught again then, and in the end bounded by a quarter of untaught
    let [goal, tookMs, heldUp] = [lesson({ name: 'reach', execute: true }), 0, true];
    for (let more = 3; more >= 0 && heldUp; more--) {
      const [from, fromMs] = [states.messages.length, performance.now()];
      if (more < 3) goal = lesson({ name: 'reach', execute: true });
      await goal.result;
      tookMs = performance.now() - fromMs;
      const stamps = states.messages.slice(from).map(stamp);
      heldUp = Math.max(...stamps.slice(1).map((t, k) => t - stamps[k])) > 0.04;
    }
    const { status: end, result } = await goal.result;
    expect(result.message).toMatch(/executed/);
    expect(end).toBe('succeeded');
    expect(result.success).toBe(true);
    const { before, after, executed } = result.lesson;
    expect(before.tcp_error_mean_m).toBeGreaterThan(5 * after.tcp_error_mean_m);
    if (heldUp)
      console.warn('the machine is too busy to simulate in real time: executed error bounded loosely');
    const boundM = heldUp ? before.tcp_error_mean_m / 4 : 0.01;
    expect(Math.abs(executed.tcp_error_mean_m - after.tcp_error_mean_m)).toBeLessThan(boundM);
    expect(result.lesson.was_executed).toBe(true);
    // the stages make up the whole, which was within the time it took to be answered
    const { total_ms, ...stagesMs } = result.lesson.timing as Record<string, number>;
    expect(total_ms).toBeLessThan(tookMs);
    expect(Math.max(...Object.values(stagesMs))).toBeLessThanOrEqual(total_ms);
    expect(Math.min(...Object.values(stagesMs))).toBeGreaterThanOrEqual(0);
    const stages = [...new Set(goal.feedback.map((f) => f.stage as string))].filter(
      (s) => s !== 'approaching',
    );
    expect(stages).toEqual(['validating', 'exposure', 'update', 'recall', 'preview', 'executing']);
    // the arm is where the learned trajectory ends
    const learned = result.lesson.learned_trajectory;
    const last = learned.points[learned.points.length - 1].positions;
    position().forEach((p, j) => expect(p).toBeCloseTo(last[learned.joint_names.indexOf(joints[j])], 2));
    const latched = await client.subscribe(
      'trajectory_msgs/msg/JointTrajectory',
      '/motor_learner/learned_trajectory',
      'latched',
    );
    expect((await latched.any()).points.length).toBe(learned.points.length);
    const activity = await client.subscribe(
      'oneshot_arm_msgs/msg/Activity',
      '/motor_learner/activity',
      'latched',
    );
    const seen = await activity.any();
    expect(seen.trainee_spike_steps.length).toBeGreaterThan(100);
    expect(Math.max(...seen.trainee_spike_neurons)).toBeLessThan(250);
    expect(Math.max(...seen.learning_signal_norms)).toBeGreaterThan(0);
    expect(seen.exposure_spike_steps.length).toBeGreaterThan(100);
    expect(seen.exposure_spike_neurons).toHaveLength(seen.exposure_spike_steps.length);
    expect(seen.motion_share).toBe(1);
    // a byte a synapse, and the largest of them is 127 of the scale
    const rows = seen.clock_lines + seen.trainee_neurons;
    expect(seen.weight_change).toHaveLength(rows * (seen.trainee_neurons + seen.readouts));
    expect(Math.max(...seen.weight_change.map(Math.abs))).toBe(127);
    expect(seen.weight_change_scale).toBeGreaterThan(0);
    // what was learned is nearer to what was shown than what came out before
    const off = (velocities: number[]): number =>
      Math.hypot(...velocities.map((v, k) => v - seen.target_velocities[k]));
    expect(seen.target_velocities).toHaveLength(seen.steps * seen.readouts);
    expect(off(seen.velocities_after)).toBeLessThan(off(seen.velocities_before) / 2);
  }, 240_000);

  test('~/execute performs it again, after an approach', async () => {
    const from = status.messages.length;
    expect(await call('execute')).toMatchObject({ success: true, message: expect.stringContaining('reach') });
    await status.next((s) => s.state === 'executing', 20000, from);
    await status.next((s) => s.state === 'ready', 20000, from);
    expect(status.messages.slice(from).some((s) => s.state === 'approaching')).toBe(true);
  });

  describe('bad goals are aborted with the reason, and nothing moves', () => {
    const p = (positions: number[], t: number) => ({ positions, time_from_start: duration(t) });
    test.each<[string, object, RegExp]>([
      [
        'NaN',
        { trajectory: { joint_names: joints, points: [p([0, 0], 0), p([NaN, 0], 1)] } },
        /points\[1\]\.positions\[0\].*finite/,
      ],
      [
        'infinity',
        { trajectory: { joint_names: joints, points: [p([0, 0], 0), p([0, Infinity], 1)] } },
        /points\[1\]\.positions\[1\].*finite/,
      ],
      [
        'wrong row length',
        { trajectory: { joint_names: joints, points: [p([0, 0], 0), p([0.1], 1)] } },
        /points\[1\]\.positions.*2 values/,
      ],
      [
        'unknown joint',
        { trajectory: { joint_names: ['base_joint', 'hip'], points: [p([0, 0], 0), p([0, 0], 1)] } },
        /joint_names\[1\].*hip/,
      ],
      [
        'missing joint',
        { trajectory: { joint_names: ['base_joint'], points: [p([0], 0), p([0.1], 1)] } },
        /joint_names.*shoulder/,
      ],
      [
        'duplicate joint',
        { trajectory: { joint_names: ['shoulder', 'shoulder'], points: [p([0, 0], 0), p([0, 0], 1)] } },
        /joint_names\[1\].*once/,
      ],
      [
        'equal times',
        { trajectory: { joint_names: joints, points: [p([0, 0], 0), p([0, 0], 1), p([0, 0], 1)] } },
        /points\[2\]\.time_from_start.*grow/,
      ],
      [
        'times that fall',
        { trajectory: { joint_names: joints, points: [p([0, 0], 1), p([0, 0], 0.5)] } },
        /points\[1\]\.time_from_start.*grow/,
      ],
      [
        'empty',
        { trajectory: { joint_names: joints, points: [] } },
        /expected a trajectory, a path, or a motion recorded before/,
      ],
      ['one point', { trajectory: { joint_names: joints, points: [p([0, 0], 0)] } }, /at least 2 points/],
      [
        'beyond a limit',
        { trajectory: { joint_names: joints, points: [p([0, 0], 0), p([3, 0], 10)] } },
        /base_joint/,
      ],
      ['both', { path: { poses: [{}, {}] } }, /both/],
      [
        'path off the surface',
        {
          trajectory: {},
          path_dt: 0.1,
          path: { poses: [{}, {}].map(() => ({ pose: { position: { x: 0.1, y: 0, z: 0.2 } } })) },
        },
        /path\[0\].*surface/,
      ],
      [
        'path in another frame',
        { trajectory: {}, path: { header: { frame_id: 'moon' }, poses: [{}, {}] } },
        /path\.header\.frame_id.*moon/,
      ],
      [
        'path with NaN',
        { trajectory: {}, path_dt: 0.1, path: { poses: [{ pose: { position: { x: NaN } } }, {}] } },
        /path\.poses\[0\]\.pose\.position\.x/,
      ],
      ['a lesson without end', { updates: 4_000_000_000 }, /updates: expected at most 100/],
      ['refinement without end', { refine_steps: 1001 }, /refine_steps: expected at most 1000/],
    ])('%s', async (_, data, reason) => {
      await nothingMoves(async () => {
        const { status: end, result } = await lesson({ ...data, execute: true }).result;
        expect(end).toBe('aborted');
        expect(result.success).toBe(false);
        expect(result.message).toMatch(reason);
        // nothing of a lesson before
        expect(result.lesson.after.velocity_rmse_rad_per_s).toHaveLength(0);
      });
    });
  });

  test('a long lesson holds nothing up: it is told, stop is answered meanwhile, cancel ends it', async () => {
    const from = status.messages.length;
    const goal = lesson({ updates: 100, refine_steps: 1000 });
    let over = false;
    void goal.result.then(() => (over = true));
    await status.next((s) => s.state === 'learning', 20000, from);
    expect((await call('stop')).success).toBe(true);
    expect(over).toBe(false);
    expect(await goal.cancel()).toBe(1);
    const { status: end, result } = await goal.result;
    expect(end).toBe('canceled');
    expect(result.message).toMatch(/given up: canceled/);
    expect((await call('reset')).success).toBe(true);
    expect((await lesson({}).result).status).toBe('succeeded');
  });

  test('a second node of the same name is told', async () => {
    const diagnostics = await client.subscribe('diagnostic_msgs/msg/DiagnosticArray', '/diagnostics');
    const twin = ros.node('motor_learner', { parameters: { weights } });
    try {
      await diagnostics.next(
        (m) => m.status.some((s: Message) => /2 nodes are named motor_learner/.test(s.message as string)),
        30000,
      );
      // what a node prints comes by another way than its diagnostics, and may be later
      await Promise.any(
        [learner, twin].map((node) => node.waitFor(/2 nodes are named motor_learner/, 10000)),
      );
    } finally {
      await twin.stop('SIGINT'); // else it answers in the place of the other in what follows
    }
    // one that had to be killed stays in the graph until its lease ends, 20 s later
    await diagnostics.next(
      (m) => m.status.some((s: Message) => /\/name|: name/.test(s.name as string) && s.message === 'alone'),
      60000,
    );
  }, 120000);

  test('a recall that misses its target is refused with reasons, and nothing moves', async () => {
    await client.setParameter('motor_learner', 'max_tcp_error_m', 0.001);
    await nothingMoves(async () => {
      const { status: end, result } = await lesson({ execute: true }).result;
      expect(end).toBe('aborted');
      expect(result.lesson.gate_accepted).toBe(false);
      expect(result.lesson.reasons[0]).toMatchObject({ code: 'score', limit: 0.001 });
      expect(result.message).toContain('learned, not performed');
      const refused = await call('execute');
      expect(refused.success).toBe(false);
      expect(refused.message).toContain('refused');
    });
  });

  test('topics teach as well', async () => {
    const lessons = await client.subscribe('oneshot_arm_msgs/msg/Lesson', '/motor_learner/lesson', 'latched');
    await lessons.any();
    const from = lessons.messages.length;
    await client.publish('trajectory_msgs/msg/JointTrajectory', '/motor_learner/target_trajectory', reach());
    const byTrajectory = await lessons.next(() => true, 10000, from);
    expect(byTrajectory.after.tcp_error_mean_m).toBeLessThan(0.05);
    await client.publish('nav_msgs/msg/Path', '/motor_learner/target_path', byTrajectory.target_path);
    const byPath = await lessons.next(() => true, 10000, from + 1);
    expect(byPath.target_path.poses.length).toBe(byTrajectory.target_path.poses.length);
    expect(byPath.target_residual_m).toBeLessThan(1e-3);
    await client.publish('nav_msgs/msg/Path', '/motor_learner/target_path', { poses: [] });
    await status.next((s) => /at least 2 poses/.test(s.reason as string));
  });

  test('stop latches: nothing moves until reset', async () => {
    const goal = lesson({ name: 'stopped', execute: true });
    await status.next((s) => s.state === 'executing', 30000);
    expect((await call('stop')).success).toBe(true);
    const { status: end, result } = await goal.result;
    expect(end).toBe('aborted');
    expect(result.message).toContain('stop was asked for');
    await status.any((s) => s.state === 'stopped' && s.stop_latched);
    await nothingMoves(async () => {
      expect(await call('execute')).toMatchObject({
        success: false,
        message: expect.stringContaining('reset first'),
      });
      expect((await lesson({ execute: true }).result).result.message).toContain('reset first');
    });
    // learning alone is no motion
    expect((await lesson({ execute: false }).result).status).toBe('succeeded');
    expect((await call('reset')).success).toBe(true);
    expect((await lesson({ execute: true }).result).status).toBe('succeeded');
  }, 60000);

  test('cancel brakes without latching; a new goal preempts', async () => {
    const canceled = lesson({ execute: true });
    await status.next((s) => s.state === 'executing', 30000);
    expect(await canceled.cancel()).toBe(1);
    expect((await canceled.result).status).toBe('canceled');
    const old = lesson({ execute: true });
    await status.next((s) => s.state === 'executing', 30000);
    // one that cannot be taught interrupts nothing
    const bad = await lesson({ updates: 4_000_000_000 }).result;
    expect(bad).toMatchObject({ status: 'aborted', result: { message: expect.stringContaining('updates') } });
    expect(status.last.state).toBe('executing');
    const fresh = lesson({ execute: false });
    expect(await old.result).toMatchObject({ status: 'aborted' });
    expect((await old.result).result.message).toContain('preempted');
    expect((await fresh.result).status).toBe('succeeded');
    expect(status.last.stop_latched).toBe(false);
  }, 60000);

  test('skills: saved, forgotten, loaded, refused where damaged', async () => {
    const { result } = await lesson({ name: 'kept' }).result;
    const skill = (kind: 'Save' | 'Load', name: string) =>
      client.call(`oneshot_arm_msgs/srv/${kind}Skill`, `/motor_learner/${kind.toLowerCase()}_skill`, {
        name,
      });
    expect(await skill('Save', '../kept')).toMatchObject({ success: false });
    const saved = await skill('Save', 'kept');
    expect(saved.success).toBe(true);
    expect((await call('forget')).success).toBe(true);
    expect(await call('execute')).toMatchObject({ success: false, message: 'nothing was learned yet' });
    expect(await skill('Save', 'kept')).toMatchObject({ success: false });
    const loaded = await skill('Load', 'kept');
    expect(loaded).toMatchObject({ success: true, gate_accepted: true });
    expect(loaded.score.tcp_error_mean_m).toBeCloseTo(result.lesson.after.tcp_error_mean_m, 6);
    expect((await skill('Load', 'none')).message).toContain('no such file');
    const kept = join(folder, 'skills', 'kept');
    const values = join(
      kept,
      readdirSync(kept).find((name) => name.endsWith('.f32'))!,
    );
    const bytes = readFileSync(values);
    bytes[100] ^= 1;
    writeFileSync(values, bytes);
    expect((await skill('Load', 'kept')).message).toContain('sha256');
    expect((await call('execute')).success).toBe(true);
    await status.next((s) => s.state === 'ready', 20000);
  }, 60000);

  test('a million rows', async () => {
    await nothingMoves(async () => {
      const points = { $repeat: 1_000_000, item: { positions: [0, 0] } };
      const { status: end, result } = await client.goal(
        teach,
        '/motor_learner/teach',
        { trajectory: { joint_names: joints, points }, execute: true },
        220,
      ).result;
      expect(end).toBe('aborted');
      expect(result.message).toMatch(/points: expected at most \d+ points, got 1000000/);
    });
    // the node goes on
    expect((await lesson({ name: 'after' }).result).status).toBe('succeeded');
  }, 240000);

  test('SIGINT in motion: the arm comes to rest, the process ends within a second', async () => {
    const goal = lesson({ execute: true });
    await status.next((s) => s.state === 'executing', 30000);
    await states.next((m) => Math.max(...(m.velocity as number[]).map(Math.abs)) > 0.1, 10000);
    expect(await learner.stop('SIGINT')).toBeLessThan(1000 * patience());
    await states.next((m) => Math.max(...(m.velocity as number[]).map(Math.abs)) < 1e-3, 2000);
    await nothingMoves(async () => {
      await states.next();
    });
    goal.result.catch(() => undefined);
  }, 30000);
});
