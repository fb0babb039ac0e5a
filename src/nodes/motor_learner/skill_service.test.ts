import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Gate } from '../../arm/gate/gate.js';
import { profileNamed } from '../../arm/kinematics/profiles.js';
import { readLimits, readRobotModel } from '../../files/arm_files.js';
import { weightsPath } from '../../files/models.js';
import { readMotorWeights } from '../../files/motor_weights.js';
import { packageRoot } from '../../files/ros_environment.js';
import { readTargetFile } from '../../files/target_file.js';
import { MotorLearner } from '../../snn/motor_learner.js';
import { once } from '../../../test/motor/teachings.js';
import { LessonBook } from './lesson_book.js';
import { LessonRoom } from './lesson_room.js';
import { exportedSkill, loadSkill, saveSkill, skillList } from './skill_service.js';

const profile = profileNamed('edscorbot_paper');
const { weights } = readMotorWeights(weightsPath(undefined, 'motor-default'));
const { target } = readTargetFile(join(packageRoot(), 'examples', 'reach.json'), profile);
const never = new AbortController().signal;

/** A book whose lessons are given here, of weights with that checksum. */
function book(sha256 = 'ab'.repeat(32)): LessonBook {
  const gate = new Gate(readRobotModel(), profile, readLimits());
  const room = new LessonRoom(new MotorLearner(weights), profile, gate, () => 0);
  const ask = (request: never): unknown => room.answer(request, never, () => undefined);
  const base = { name: 'motor-default', manifest: 'm', sha256 };
  return new LessonBook({ ask: ask as never }, base, weights.config, profile, gate);
}
const reach = { name: 'reach', overwrite: false };
const lesson = { ...once, name: 'reach', onStage: () => undefined, signal: never };

interface Saved {
  path: string;
  message: string;
}
interface List {
  message: string;
  skills: Record<string, unknown>[];
  damaged: string[];
}

describe('kept skills', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'oneshot-arm-skills-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  test('a lesson is kept, listed, and brought back by another learner of the same weights with the same recall', async () => {
    const first = book();
    const taught = await first.teach(target, lesson);
    expect(saveSkill(first, folder, reach, 'software')).toMatchObject({
      success: true,
      message: 'skill reach saved',
    });
    const list = skillList(first, folder) as List;
    expect(list.message).toBe('1 skills');
    expect(list.skills[0]).toMatchObject({
      name: 'reach',
      joints: ['base_joint', 'shoulder'],
      backend: 'software',
      weights: 'motor-default',
      usable: true,
    });
    expect(list.skills[0].tcp_error_mean_m).toBeCloseTo(taught.after.tcpErrorMeanM, 9);

    const other = book();
    const again = await other.restore([loadSkill(other, folder, 'reach')], 0, once);
    expect(again.after).toEqual(taught.after);
    expect(again.judgement.trajectory?.positions).toEqual(taught.judgement.trajectory?.positions);
  });

  test('nothing is kept before a lesson, nor under a name that leaves the folder', async () => {
    const none = book();
    expect(() => saveSkill(none, folder, reach, 'software')).toThrow(/skill.*a lesson first/);
    await none.teach(target, lesson);
    for (const name of ['../reach', '', '.hidden', 'a/b'])
      expect(() => saveSkill(none, folder, { name, overwrite: false }, 'software')).toThrow(/name: expected/);
    expect((skillList(none, folder) as List).skills).toEqual([]);
  });

  test('a name that a skill has, damaged or not, is taken unless it is said to be overwritten', async () => {
    const learner = book();
    await learner.teach(target, lesson);
    const { path } = saveSkill(learner, folder, reach, 'software') as Saved;
    const kept = readFileSync(path, 'utf8');
    for (const there of [kept, '{']) {
      writeFileSync(path, there);
      expect(() => saveSkill(learner, folder, reach, 'software')).toThrow(
        /name: expected .*overwrite.*reach/,
      );
      expect(readFileSync(path, 'utf8')).toBe(there);
    }
    expect(saveSkill(learner, folder, { name: 'reach', overwrite: true }, 'software')).toMatchObject({
      message: 'skill reach replaced',
    });
    expect(loadSkill(learner, folder, 'reach').updates).toBe(1);
    expect(saveSkill(learner, folder, { name: 'new', overwrite: true }, 'software')).toMatchObject({
      message: 'skill new saved',
    });
  });

  test('a skill of other weights is listed as of no use and not loaded; a damaged one is told, not loaded, not exported', async () => {
    const first = book();
    await first.teach(target, lesson);
    const { path } = saveSkill(first, folder, reach, 'software') as Saved;
    const stranger = book('cd'.repeat(32));
    expect((skillList(stranger, folder) as List).skills[0]).toMatchObject({ name: 'reach', usable: false });
    expect(() => loadSkill(stranger, folder, 'reach')).toThrow(/weights/);

    const exported = exportedSkill(folder, 'reach') as {
      values_file: string;
      values: Buffer;
      manifest: string;
    };
    expect(exported.manifest).toBe(readFileSync(path, 'utf8'));
    const values = join(dirname(path), exported.values_file);
    expect(exported.values).toEqual(readFileSync(values));
    const damaged = Buffer.from(exported.values);
    damaged[100] ^= 1;
    writeFileSync(values, damaged);
    expect((skillList(first, folder) as List).damaged.join()).toMatch(/^reach: .*sha256/);
    expect(() => loadSkill(first, folder, 'reach')).toThrow(/sha256/);
    expect(() => exportedSkill(folder, 'reach')).toThrow(/sha256/);
    expect(() => exportedSkill(folder, 'none')).toThrow(/no such file/);
  });
});
