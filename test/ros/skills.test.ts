import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeSkill } from '../../src/skills/library';
import { temporaryFolder } from '../cli/run';
import { reach } from './reach';
import { root, rosMissing, RosTest } from './harness';

const describeRos = rosMissing() ? describe.skip : describe;

describeRos('skills of a learner', () => {
  const folder = temporaryFolder();
  let ros: RosTest;
  beforeAll(async () => (ros = await RosTest.start()));
  afterAll(() => ros?.stop());

  test('are saved, listed, and there again after a restart; a damaged one is named and does no harm', async () => {
    const skills = join(folder.path, 'skills');
    const client = await ros.client();
    const start = () => ros.node('motor_learner', { parameters: { skills_directory: skills } });
    const list = () => client.call('oneshot_arm_msgs/srv/ListSkills', '/motor_learner/list_skills', {}, 30);
    const learner = start();
    expect(await list()).toMatchObject({ success: true, skills: [], damaged: [] });
    const goal = client.goal('oneshot_arm_msgs/action/Teach', '/motor_learner/teach', {
      trajectory: reach(),
      name: 'reach',
    });
    expect((await goal.result).status).toBe('succeeded');
    for (const name of ['reach', 'other'])
      expect(
        await client.call('oneshot_arm_msgs/srv/SaveSkill', '/motor_learner/save_skill', { name }),
      ).toMatchObject({ success: true });
    const again = (request: object) =>
      client.call('oneshot_arm_msgs/srv/SaveSkill', '/motor_learner/save_skill', {
        name: 'other',
        ...request,
      });
    expect(await again({})).toMatchObject({
      success: false,
      message: expect.stringMatching(/name: expected a name that no skill has, or overwrite.*other/),
    });
    expect(await again({ overwrite: true })).toMatchObject({
      success: true,
      message: 'skill other replaced',
    });
    const saving = (...args: string[]) =>
      ros.process('save', process.execPath, [join(root, 'dist/src/cli/main.js'), 'save', 'other', ...args]);
    const refused = saving();
    const replaced = saving('--overwrite');
    expect((await refused.exited).code).toBe(1);
    expect(refused.output).toMatch(/overwrite/);
    expect((await replaced.exited).code).toBe(0);
    expect(replaced.output).toMatch(/skill other replaced/);
    await learner.stop();
    mkdirSync(join(skills, 'broken'));
    writeFileSync(join(skills, 'broken', 'skill.json'), '{');
    start();
    const { skills: found, damaged } = await list();
    expect(found).toMatchObject([{ name: 'other' }, { name: 'reach', backend: 'software', usable: true }]);
    expect(found[1].joints).toEqual(['base_joint', 'shoulder']);
    expect(found[1].duration_s).toBeCloseTo(2, 6);
    expect(damaged).toEqual([expect.stringMatching(/^broken: .*expected JSON/)]);
    const loaded = await client.call('oneshot_arm_msgs/srv/LoadSkill', '/motor_learner/load_skill', {
      name: 'reach',
    });
    expect(loaded).toMatchObject({ success: true, gate_accepted: true });
    expect(loaded.score.tcp_error_mean_m).toBeCloseTo(found[1].tcp_error_mean_m, 5);
    expect(existsSync(join(skills, 'reach', 'skill.json'))).toBe(true);
  }, 120000);

  test('several are held at once: each is performed without an exposure, and as one motion where their ends meet', async () => {
    const skills = join(folder.path, 'sequence');
    await ros.endAll();
    const client = await ros.client();
    ros.node('arm_simulator', { parameters: { physics: 'servo' } });
    ros.node('motor_learner', {
      parameters: {
        skills_directory: skills,
        joint_state_timeout_s: 5.0,
        joint_state_max_age_s: 5.0,
        settle_s: 5.0,
        execution_tolerance_m: 1.0,
        execution_delay_s: 0.0,
      },
    });
    const lessons = await client.subscribe('oneshot_arm_msgs/msg/Lesson', '/motor_learner/lesson', 'latched');
    const status = await client.subscribe(
      'oneshot_arm_msgs/msg/LearnerStatus',
      '/motor_learner/status',
      'latched',
    );
    await status.any((s) => s.joint_states_fresh, 30000);
    const srv = (type: string, name: string, request: object) =>
      client.call(`oneshot_arm_msgs/srv/${type}`, `/motor_learner/${name}`, request, 60);
    const rows = 50;
    /** Joints from a to b as sin^2, 2 s. */
    const move = (a: number[], b: number[]) =>
      Array.from({ length: rows + 1 }, (_, k) => ({
        positions: a.map((q, j) => q + (b[j] - q) * Math.sin((Math.PI * k) / rows / 2) ** 2),
        time_from_start: {
          sec: Math.floor((2 * k) / rows),
          nanosec: Math.round((((2 * k) / rows) % 1) * 1e9),
        },
      }));
    const [home, there] = [[0, 0], [0.4, 0.2]]; // prettier-ignore
    const taught: Record<string, number> = {};
    for (const [name, points] of [
      ['out', move(home, there)],
      ['back', move(there, home)],
    ] as const) {
      const goal = {
        trajectory: { joint_names: ['base_joint', 'shoulder'], points },
        name,
        refine_steps: 5,
      };
      const { result } = await client.goal('oneshot_arm_msgs/action/Teach', '/motor_learner/teach', goal, 60)
        .result;
      expect(result.message).not.toMatch(/refused|may not/);
      taught[name] = result.lesson.after.tcp_error_mean_m;
      expect(await srv('SaveSkill', 'save_skill', { name })).toMatchObject({ success: true });
    }
    expect(await client.call('std_srvs/srv/Trigger', '/motor_learner/forget', {}, 30)).toMatchObject({
      success: true,
    });
    const states = await client.subscribe('sensor_msgs/msg/JointState', '/joint_states', 'sensor');

    // one by one: each its own state, as good as it was taught
    for (const name of ['out', 'back']) {
      const one = await srv('ExecuteSkills', 'execute_skills', { names: [name] });
      expect(one).toMatchObject({ success: true, gate_accepted: true });
      expect(one.score.tcp_error_mean_m).toBeCloseTo(taught[name], 6);
      await lessons.next((l) => l.name === name && l.was_executed, 60000, 0);
      expect(lessons.last.timing.exposure_ms).toBe(0);
    }
    const command = ros.process('execute', process.execPath, [
      join(root, 'dist/src/cli/main.js'),
      ...['execute', 'out', 'back', 'out', '--json', '-', '--wait', '60'],
    ]);
    expect(await command.exited).toMatchObject({ code: 0 });
    const answer = JSON.parse(command.output);
    expect(answer).toMatchObject({ success: true, gate_accepted: true });
    expect(answer.duration_s).toBeGreaterThan(5.9);
    const whole = await lessons.next((l) => l.name === 'out + back + out' && l.was_executed, 60000, 0);
    expect(whole.timing.exposure_ms).toBe(0);
    expect(whole.after.tcp_error_mean_m).toBeLessThan(1.5 * Math.max(taught.out, taught.back) + 0.002);
    // one trajectory, begun and ended once
    const { points } = whole.learned_trajectory;
    const end = points[points.length - 1];
    expect(end.time_from_start.sec + 1e-9 * end.time_from_start.nanosec).toBeCloseTo(answer.duration_s, 6);
    expect(
      Math.hypot(...states.last.position.map((q: number, j: number) => q - (there[j] ?? 0))),
    ).toBeLessThan(0.06);

    // ends that do not meet are told, and nothing moves
    const apart = await srv('ExecuteSkills', 'execute_skills', { names: ['out', 'out'] });
    expect(apart).toMatchObject({ success: false });
    expect(apart.message).toMatch(/out: expected a motion that begins within 0.05 rad of where out ends/);
    expect(await srv('ExecuteSkills', 'execute_skills', { names: [] })).toMatchObject({
      success: false,
      message: expect.stringMatching(/names: expected at least one skill/),
    });
    expect(await srv('ExecuteSkills', 'execute_skills', { names: ['none'] })).toMatchObject({
      success: false,
    });
  }, 240000);

  test('are renamed, exported and removed over ROS; what was exported is the skill', async () => {
    const skills = join(folder.path, 'sequence');
    const client = await ros.client();
    const srv = (type: string, name: string, request: object) =>
      client.call(`oneshot_arm_msgs/srv/${type}`, `/motor_learner/${name}`, request, 60);
    expect(await srv('RenameSkill', 'rename_skill', { name: 'out', new_name: 'back' })).toMatchObject({
      success: false,
      message: expect.stringMatching(/expected a name that no skill has/),
    });
    expect(await srv('RenameSkill', 'rename_skill', { name: 'out', new_name: 'greet' })).toMatchObject({
      success: true,
    });
    const { success, manifest, values_file, values } = await srv('ExportSkill', 'export_skill', {
      name: 'greet',
    });
    expect(success).toBe(true);
    const out = join(folder.path, 'exported', 'greet');
    mkdirSync(out, { recursive: true });
    writeFileSync(join(out, 'skill.json'), manifest);
    writeFileSync(join(out, values_file), Uint8Array.from(values));
    expect(describeSkill(join(folder.path, 'exported'), 'greet')).toEqual(describeSkill(skills, 'greet'));
    expect(await srv('ForgetSkill', 'forget_skill', { name: 'greet' })).toMatchObject({ success: true });
    expect(await srv('ForgetSkill', 'forget_skill', { name: 'greet' })).toMatchObject({ success: false });
    const { skills: left } = await srv('ListSkills', 'list_skills', {});
    expect(left.map((s: { name: string }) => s.name)).toEqual(['back']);
  }, 120000);
});
