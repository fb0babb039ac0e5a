import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { edscorbotPaper } from '../../src/arm/kinematics/edscorbot';
import { trialFromVelocities } from '../../src/arm/target/trial';
import { Random } from '../../src/kernels/random';
import { describeSkill, exportSkill, forgetSkill, listSkills, renameSkill } from '../../src/skills/library';
import { readSkill, type Skill, writeSkill } from '../../src/skills/skill';
import { oneshotArm, root, temporaryFolder } from '../cli/run';

const folder = temporaryFolder();
const [rows, columns, steps] = [20, 15, 249];
const base = { weightsSha256: 'ab'.repeat(32), profile: edscorbotPaper, rows, columns, steps };

/** A skill all of whose numbers follow from one. */
function skill(name: string, mark: number): Skill {
  return {
    name,
    weights: 'w',
    weightsSha256: base.weightsSha256,
    profile: edscorbotPaper.name,
    updates: 1,
    states: [new Float32Array(rows * columns).fill(mark)],
    spans: [{ fromS: 0, toS: 2.49 }],
    target: trialFromVelocities(new Float32Array(2 * steps).fill(mark / 1000), edscorbotPaper),
    tcpErrorMeanM: mark,
    backend: 'pcm',
    savedAtS: 1000,
  };
}

test('skills are listed, described, renamed, exported, forgotten; a damaged one leaves the others usable', () => {
  const directory = join(folder.path, 'few');
  for (const [k, name] of ['a', 'b', 'c'].entries()) writeSkill(directory, skill(name, k + 1), rows);
  expect(describeSkill(directory, 'b')).toMatchObject({
    joints: ['base_joint', 'shoulder'],
    backend: 'pcm',
    tcpErrorMeanM: 2,
    savedAtS: 1000,
    weightsSha256: base.weightsSha256,
  });
  renameSkill(directory, 'a', 'first');
  expect(() => renameSkill(directory, 'b', 'c')).toThrow(/name: expected a name that no skill has, got "c"/);
  expect(() => forgetSkill(directory, 'a')).toThrow(/name: expected one of b, c, first, got "a"/);
  exportSkill(directory, 'c', join(folder.path, 'out'));
  expect(readSkill(join(folder.path, 'out'), 'c', base).states[0][7]).toBe(3);
  forgetSkill(directory, 'c');
  const values = readdirSync(join(directory, 'b')).find((f) => f.endsWith('.f32')) as string;
  const bytes = readFileSync(join(directory, 'b', values));
  bytes[100] ^= 1;
  writeFileSync(join(directory, 'b', values), bytes);
  const { skills, damaged } = listSkills(directory);
  expect(skills.map((s) => s.name)).toEqual(['first']);
  expect(damaged).toMatchObject([{ name: 'b', reason: expect.stringMatching(/sha256: expected/) }]);
  expect(readSkill(directory, 'first', base).states[0][0]).toBe(1);
});

test('the command line lists them as text and JSON, and says which are there', async () => {
  const directory = join(folder.path, 'cli');
  writeSkill(directory, skill('wave', 0.01), rows);
  const listed = await oneshotArm(['skills', 'list', '--directory', directory]);
  expect(listed.stdout).toMatch(/wave +base_joint shoulder +2.49 +1.00 +pcm +1970-01-01 00:16/);
  const shown = await oneshotArm(['skills', 'show', 'wave', '--directory', directory, '--json', '-']);
  expect(JSON.parse(shown.stdout)).toMatchObject({ name: 'wave', durationS: 2.49 });
  const wrong = await oneshotArm(['skills', 'forget', 'way', '--directory', directory]);
  expect(wrong).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/name: expected one of wave, got "way"/),
  });
});

/** How often the saving process is killed; each start costs up to half a second. */
const kills = Number(process.env.ONESHOT_ARM_KILLS ?? 50);

test('50 skills, saved again and again by processes that are killed: none is lost, none is half', async () => {
  const directory = join(folder.path, 'many');
  for (let k = 0; k < 50; k++) writeSkill(directory, skill(`s${k}`, 1), rows);
  const random = new Random(5);
  const script = `
    const { writeSkill } = require('./dist/src/skills/skill.js');
    const { edscorbotPaper } = require('./dist/src/arm/kinematics/edscorbot.js');
    const { trialFromVelocities } = require('./dist/src/arm/target/trial.js');
    const [directory, from, group] = process.argv.slice(1);
    process.stdout.write('.');
    for (let mark = Number(from); ; mark++)
      writeSkill(directory, { name: 's' + (10 * group + (mark % 10)), weights: 'w', weightsSha256: '${base.weightsSha256}', profile: edscorbotPaper.name,
        updates: 1, states: [new Float32Array(${rows * columns}).fill(mark)], spans: [{ fromS: 0, toS: 2.49 }],
        target: trialFromVelocities(new Float32Array(${2 * steps}).fill(mark / 1000), edscorbotPaper), tcpErrorMeanM: mark }, ${rows});`;
  const kill = async (from: number, group: number): Promise<void> => {
    const child = spawn(process.execPath, ['-e', script, directory, String(from), String(group)], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    await new Promise((resolve) => setTimeout(resolve, 1 + random.uniform() * 12));
    child.kill('SIGKILL');
    await once(child, 'close');
  };
  for (let round = 0; round < kills / 5; round++) {
    // five at a time, each with skills of its own
    await Promise.all([0, 1, 2, 3, 4].map((k) => kill(1 + 7 * round, k)));
    const { skills, damaged } = listSkills(directory);
    expect(damaged).toEqual([]);
    expect(skills.length).toBe(50);
  }
  for (let k = 0; k < 50; k++) {
    const read = readSkill(directory, `s${k}`, base);
    const mark = read.tcpErrorMeanM;
    expect(read.states[0].every((w) => w === mark)).toBe(true);
    expect(read.target.velocities[9]).toBeCloseTo(mark / 1000, 6);
  }
  expect(existsSync(join(directory, 's0', 'skill.json'))).toBe(true);
}, 600000);
