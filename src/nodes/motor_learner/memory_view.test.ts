import { join } from 'node:path';
import { Gate } from '../../arm/gate/gate.js';
import { profileNamed } from '../../arm/kinematics/profiles.js';
import { readLimits, readRobotModel } from '../../files/arm_files.js';
import { weightsPath } from '../../files/models.js';
import { readMotorWeights } from '../../files/motor_weights.js';
import { packageRoot } from '../../files/ros_environment.js';
import { readTargetFile } from '../../files/target_file.js';
import { pcmSynapses } from '../../pcm/pcm_synapses.js';
import { MotorLearner } from '../../snn/motor_learner.js';
import { softwareSynapses } from '../../synapses/software_synapses.js';
import { once } from '../../../test/motor/teachings.js';
import { LessonBook } from './lesson_book.js';
import { LessonRoom } from './lesson_room.js';
import { inspectMemory } from './memory_service.js';

const profile = profileNamed('edscorbot_paper');
const { weights } = readMotorWeights(weightsPath(undefined, 'motor-default'));
const { target } = readTargetFile(join(packageRoot(), 'examples', 'reach.json'), profile);
const lesson = { ...once, name: 'reach', onStage: () => undefined, signal: new AbortController().signal };
const years = 10 * 365.25 * 86400;
const question = { age_s: 0, compensated: true, read_noise: true, most_rows: 40 };

function learning(factory = pcmSynapses('chip', { seed: 3, programming: { maxPulses: 2 } })) {
  const learner = new MotorLearner(weights, factory, 3);
  const room = new LessonRoom(learner, profile, new Gate(readRobotModel(), profile, readLimits()), () => 0);
  const ask = (request: never): unknown => room.answer(request, lesson.signal, () => undefined);
  const base = { name: 'motor-default', manifest: 'm', sha256: 'ab'.repeat(32) };
  const gate = new Gate(readRobotModel(), profile, readLimits());
  return { learner, book: new LessonBook({ ask: ask as never }, base, weights.config, profile, gate) };
}

test('what a memory holds is told for any age, and asking changes nothing', async () => {
  const [asked, left] = [learning(), learning()];
  const taught = await asked.book.teach(target, lesson);
  await left.book.teach(target, lesson);
  const now = await inspectMemory(asked.book, question);
  // another look, with another draw of what is fresh in each read
  expect(Math.abs(now.tcp_error_mean_m - taught.after.tcpErrorMeanM)).toBeLessThan(0.01);
  expect(now.path_m.length).toBe(3 * taught.target.steps);
  expect(await inspectMemory(asked.book, question)).toEqual(now);
  const { rows, columns, row_stride, column_stride, conductance } = now.cores[0];
  expect([row_stride, column_stride]).toEqual([Math.ceil(rows / 40), Math.ceil(columns / 40)]);
  expect(conductance.length).toBe(Math.ceil(rows / row_stride) * Math.ceil(columns / column_stride));
  const whole = (await inspectMemory(asked.book, { ...question, most_rows: 0 })).cores[0].conductance;
  expect(whole.length).toBe(rows * columns);
  expect(conductance[1]).toBe(whole[column_stride]);

  const old = await inspectMemory(asked.book, { ...question, age_s: years });
  const bare = await inspectMemory(asked.book, { ...question, age_s: years, compensated: false });
  expect(bare.cores).toEqual(old.cores); // compensation is digital
  const size = (cells: ArrayLike<number>): number =>
    Array.from(cells).reduce((sum, g) => sum + Math.abs(g), 0);
  expect(size(old.cores[0].conductance)).toBeLessThan(0.8 * size(conductance));
  expect(old.cores[0].target).toEqual(now.cores[0].target);
  expect(bare.tcp_error_mean_m).toBeGreaterThan(2 * old.tcp_error_mean_m);

  expect(asked.learner.ledger).toEqual(left.learner.ledger);
  const next = await Promise.all([asked, left].map(({ book }) => book.teach(target, lesson)));
  expect(next[0].after).toEqual(next[1].after);
}, 180_000);

test('a skill is looked at as a lesson is; of several lessons each is recalled at its age', async () => {
  const { book } = learning();
  const taught = await book.teach(target, lesson);
  const { states, spans } = book.kept();
  const { durationS } = taught.target;
  const halves = [
    { fromS: 0, toS: 0.6 * durationS },
    { fromS: 0.4 * durationS, toS: durationS },
  ];
  for (const kept of [
    { states, spans },
    { states: [states[0], states[0]], spans: halves },
  ]) {
    const { after } = await book.restore(
      [{ name: 'reach', target: taught.target, updates: 1, ...kept }],
      0,
      once,
    );
    const { tcp_error_mean_m, path_m } = await inspectMemory(book, question);
    expect(path_m.length).toBe(3 * taught.target.steps);
    // another draw of what is written and read
    expect(Math.abs(tcp_error_mean_m - after.tcpErrorMeanM)).toBeLessThan(0.01 + 0.2 * after.tcpErrorMeanM);
  }
  await book.forget();
  await expect(inspectMemory(book, question)).rejects.toThrow(/lesson.*first/);
}, 180_000);

test('where there is nothing to look at, or the age is none, it says so', async () => {
  const exact = learning(softwareSynapses).book;
  await expect(inspectMemory(exact, question)).rejects.toThrow(/a lesson first/);
  await exact.teach(target, lesson);
  await expect(inspectMemory(exact, question)).rejects.toThrow(/backend.*pcm.*exact numbers/);
  const release = learning(pcmSynapses('release', { seed: 3 })).book;
  await release.teach(target, lesson);
  const refusal = await inspectMemory(release, question).catch((error: Error) => error.message);
  expect(refusal).toMatch(/backend.*pcm.*preset release.*without cells/);
  expect(refusal).not.toMatch(/exact/);
  const { book } = learning();
  await book.teach(target, lesson);
  for (const age_s of [-1, NaN, Infinity, 1e10])
    await expect(inspectMemory(book, { ...question, age_s })).rejects.toThrow(/age_s: expected/);
}, 180_000);
