import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../cli/run';
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
    const { dt, positions } = JSON.parse(readFileSync(join(root, 'examples/reach.json'), 'utf8')) as {
      dt: number;
      positions: number[][];
    };
    const points = positions.map((row, k) => ({
      positions: row.map((q) => -q),
      time_from_start: { sec: Math.floor(k * dt), nanosec: Math.round((k * dt - Math.floor(k * dt)) * 1e9) },
    }));
    const goal = client.goal('oneshot_arm_msgs/action/Teach', '/motor_learner/teach', {
      trajectory: { joint_names: ['base_joint', 'shoulder'], points },
      name: 'reach',
    });
    expect((await goal.result).status).toBe('succeeded');
    for (const name of ['reach', 'other'])
      expect(
        await client.call('oneshot_arm_msgs/srv/SaveSkill', '/motor_learner/save_skill', { name }),
      ).toMatchObject({ success: true });
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
});
