import type { Page } from 'playwright-core';
import { RosTest, rosMissing, type TestProcess } from './ros/harness';
import { lifterJoints, lifterUrdf } from './ros/lifter';
import type { RosClient } from './ros/ros_client';
import { Browsers, browserMissing, colours, differing, eventually } from './viewer/browser';

const missing = rosMissing() || browserMissing();
if (missing) console.warn(`viewer browser tests skipped: ${missing}`);
const describeBrowser = missing ? describe.skip : describe;

const joints = ['base_joint', 'shoulder', 'elbow', 'pitch', 'roll'];
const lesson = {
  name: 'test lesson',
  backend: 'software',
  weights: 'test',
  profile: 'edscorbot_paper',
  updates: 1,
  before: { tcp_error_mean_m: 0.4321, tcp_error_max_m: 0.6, velocity_rmse_rad_per_s: [1, 1] },
  after: { tcp_error_mean_m: 0.0123, tcp_error_max_m: 0.03, velocity_rmse_rad_per_s: [0.1, 0.1] },
  executed: { tcp_error_mean_m: 0.0156, tcp_error_max_m: 0.04, velocity_rmse_rad_per_s: [0.1, 0.1] },
  gate_accepted: true,
  time_scaling: 1,
  was_executed: true,
  timing: { exposure_ms: 5, update_ms: 1, recall_ms: 4, total_ms: 10 },
  target_path: {
    poses: Array.from({ length: 40 }, (_, k) => {
      const a = -0.4 + 0.02 * k;
      return {
        pose: {
          position: {
            x: 0.92 * Math.cos(a) + 0.033 * Math.sin(a),
            y: 0.92 * Math.sin(a) - 0.033 * Math.cos(a),
            z: 0.3585,
          },
        },
      };
    }),
  },
  learned_trajectory: {
    joint_names: joints,
    points: Array.from({ length: 40 }, (_, k) => ({ positions: [0.4 - 0.02 * k, 0.02, 0, 0, 0] })),
  },
};

describeBrowser('viewer in a browser', () => {
  let ros: RosTest;
  let client: RosClient;
  let viewer: TestProcess;
  const browsers = new Browsers();
  let page: Page;
  let controlUrl: string;
  const errors: string[] = [];
  const text = (id: string) => page.getByTestId(id).textContent();
  const until = (id: string, pattern: RegExp) =>
    page.waitForFunction(
      ([i, p]) => new RegExp(p).test(document.querySelector(`[data-testid="${i}"]`)?.textContent ?? ''),
      [id, pattern.source] as const,
      { timeout: 30000 },
    );
  const move = (first: number, seconds = 2) =>
    client.goal(
      'control_msgs/action/FollowJointTrajectory',
      '/joint_trajectory_controller/follow_joint_trajectory',
      {
        trajectory: {
          joint_names: joints,
          points: [
            {
              positions: [first, 0.2, 0.3, 0, 0],
              velocities: [0, 0, 0, 0, 0],
              time_from_start: { sec: seconds, nanosec: 0 },
            },
          ],
        },
      },
    );

  beforeAll(async () => {
    ros = await RosTest.start();
    ros.node('arm_simulator');
    viewer = ros.node('viewer', { parameters: { port: 0 } });
    client = await ros.client();
    await viewer.waitFor(/control the arm: http\S+/);
    controlUrl = /control the arm: (\S+)/.exec(viewer.output)![1];
    page = await (await browsers.get(true)).newPage({ viewport: { width: 900, height: 640 } });
    page.on('pageerror', (e) => errors.push(e.message));
    await page.goto(controlUrl);
    await until('connection', /^connected$/);
    await until('arm-state', /holding/);
  }, 90000);
  afterAll(async () => {
    await browsers.close();
    await ros?.stop();
  });

  /** Waits until the page shows the base joint within half a degree of an angle. */
  const baseAt = (degrees: number) =>
    page.waitForFunction(
      (wanted) => {
        const shown = document.querySelector('[data-testid="joints"]')?.textContent ?? '';
        const value = /base\s*(-?\d+\.\d)°/.exec(shown)?.[1];
        return value !== undefined && Math.abs(Number(value) - wanted) < 0.5;
      },
      degrees,
      { timeout: 60000 },
    );

  test('the arm is drawn and moves: pixels differ before and after', async () => {
    const scene = page.getByTestId('scene');
    await baseAt(0);
    let before = await scene.screenshot();
    await eventually(async () => (await colours((before = await scene.screenshot()))) > 50); // not an empty canvas
    const there = move(0.9);
    await there.accepted;
    await baseAt(51.57); // 0.9 rad
    await eventually(async () => (await differing(before, await scene.screenshot())) > 0.02);
    await there.result;
    await move(0).result;
    await baseAt(0);
  }, 180000);

  test('errors of a lesson are read from the page, its paths are drawn', async () => {
    const before = await page.getByTestId('scene').screenshot();
    await client.publish('oneshot_arm_msgs/msg/Lesson', '/motor_learner/lesson', lesson, 'latched');
    await until('error-after', /1\.23 cm/);
    expect(await text('error-before')).toBe('43.21 cm');
    expect(await text('error-executed')).toBe('1.56 cm');
    expect(await text('lesson-name')).toContain('test lesson');
    await until('distance', /^\d+\.\d cm$/);
    expect(await differing(before, await page.getByTestId('scene').screenshot())).toBeGreaterThan(0.0005);
  }, 60000);

  test('spikes are drawn', async () => {
    const spikes = Array.from({ length: 500 }, (_, k) => k);
    await client.publish(
      'oneshot_arm_msgs/msg/Activity',
      '/motor_learner/activity',
      {
        step_s: 0.01,
        steps: 249,
        trainee_neurons: 250,
        lsg_neurons: 800,
        clock_lines: 5,
        readouts: 2,
        motion_share: 1,
        exposure_spike_steps: spikes.map((k) => k % 249),
        exposure_spike_neurons: spikes.map((k) => (k * 11) % 250),
        trainee_spike_steps: spikes.map((k) => k % 249),
        trainee_spike_neurons: spikes.map((k) => (k * 7) % 250),
        lsg_spike_steps: spikes.map((k) => k % 249),
        lsg_spike_neurons: spikes.map((k) => (k * 13) % 800),
        learning_signal_norms: Array.from({ length: 249 }, (_, k) => k / 249),
        weight_change: spikes.map((k) => (k % 255) - 127),
        weight_change_scale: 0.001,
        target_velocities: [],
        velocities_before: [],
        velocities_after: [],
      },
      'latched',
    );
    const raster = page.getByTestId('raster');
    await raster.waitFor({ state: 'visible' });
    expect(await colours(await raster.screenshot())).toBeGreaterThan(10);
  }, 60000);

  test('STOP needs no token and aborts the motion; perform and reset do need it', async () => {
    const reader = await (await browsers.get(false)).newPage();
    await reader.goto(controlUrl.split('#')[0]);
    expect(await reader.getByTestId('execute').isDisabled()).toBe(true);
    const goal = move(0.9, 30);
    await goal.accepted;
    await reader.getByTestId('stop').click();
    expect((await goal.result).status).toBe('aborted');
    await until('arm-state', /stopped/);
    await page.getByTestId('reset').click();
    await until('arm-state', /holding/);
    await reader.close();
  }, 60000);

  test('the page comes back by itself after the viewer did; no error in the page', async () => {
    const port = new URL(controlUrl).port;
    expect(await viewer.stop('SIGINT')).toBeLessThan(3000);
    await until('connection', /lost/);
    viewer = ros.node('viewer', { parameters: { port: Number(port) } });
    await until('connection', /^connected$/);
    expect(errors).toEqual([]);
  }, 60000);
});

describeBrowser('viewer of another robot', () => {
  test('draws it without visuals, knows its tool, and where the target of a lesson with its own kinematics lies', async () => {
    const ros = await RosTest.start();
    const parameters = { robot_description: lifterUrdf.replace(/\n\s*/g, ' '), physics: 'servo' };
    ros.node('arm_simulator', { parameters });
    const viewer = ros.node('viewer', { parameters: { port: 0 } });
    const [client] = await Promise.all([ros.client(), viewer.waitFor(/control the arm: http\S+/, 30000)]);
    const browsers = new Browsers();
    try {
      const page = await (await browsers.get(true)).newPage({ viewport: { width: 900, height: 640 } });
      const errors: string[] = [];
      page.on('pageerror', (e) => errors.push(e.message));
      await page.goto(/control the arm: (\S+)/.exec(viewer.output)![1]);
      const shows = (id: string, pattern: RegExp) =>
        page.waitForFunction(
          ([i, p]) => new RegExp(p).test(document.querySelector(`[data-testid="${i}"]`)?.textContent ?? ''),
          [id, pattern.source] as const,
          { timeout: 30000 },
        );
      await shows('joints', /lift.*0\.0 cm.*turn.*0\.0°.*bend.*57\.3°.*wrist/);
      // the tool's place by hand: three offsets up, then 0.4 m along the arm that is bent by 1 rad; target given in the
      // frame of the carriage, 0.3 m above the base
      const tool = { x: 0.4 * Math.sin(1), y: 0, z: 0.6 + 0.4 * Math.cos(1) };
      const path = Array.from({ length: 20 }, (_, k) => ({
        pose: { position: { ...tool, y: 0.05 + 0.01 * k } },
      }));
      await client.publish(
        'oneshot_arm_msgs/msg/Lesson',
        '/motor_learner/lesson',
        {
          ...lesson,
          profile: 'lifter',
          target_path: { header: { frame_id: 'carriage' }, poses: path },
          learned_trajectory: {
            joint_names: lifterJoints,
            points: path.map((_, k) => ({ positions: [0, 0.01 * k, 1, 0] })),
          },
        },
        'latched',
      );
      await shows('distance', /^5\.0 cm$/);
      expect(await colours(await page.getByTestId('scene').screenshot())).toBeGreaterThan(50);
      expect(errors).toEqual([]);
    } finally {
      await browsers.close();
      await ros.stop();
    }
  }, 120000);
});
