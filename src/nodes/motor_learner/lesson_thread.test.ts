import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Gate } from '../../arm/gate/gate';
import { profileNamed } from '../../arm/kinematics/profiles';
import type { Target } from '../../arm/target/target';
import { readLimits, readRobotModel } from '../../files/arm_files';
import { weightsPath } from '../../files/models';
import { readMotorWeights } from '../../files/motor_weights';
import { readTargetFile } from '../../files/target_file';
import { packageRoot } from '../../files/ros_environment';
import { InputError } from '../../input_error';
import { teachSequence } from '../../lesson/lesson';
import { lessonsOf } from '../../lesson/sequence';
import { activityOf } from './activity';
import { pcmSynapses } from '../../pcm/pcm_synapses';
import { crossbarShape } from '../../snn/layout';
import { describeSkill } from '../../skills/library';
import { readSkill, writeSkill } from '../../skills/skill';
import { defaultValues } from '../../ros/parameters';
import { MotorLearner } from '../../snn/motor_learner';
import { once } from '../../../test/motor/teachings';
import { liveComparison } from './comparison';
import { LessonThread, lessonThread } from './lesson_thread';
import { LessonCanceled } from './lesson_types';
import { parameterTable } from './parameters';

const profile = profileNamed('edscorbot_paper');
const { weights } = readMotorWeights(weightsPath(undefined, 'motor-default'));
const { target } = readTargetFile(join(packageRoot(), 'examples', 'reach.json'), profile);
const values = defaultValues(parameterTable);

describe('lessons in a thread', () => {
  let thread: LessonThread;
  beforeAll(() => (thread = lessonThread({ values, description: '', weights })));
  afterAll(() => thread.close());

  test('are those of this thread, bit for bit, judged as the gate judges here', async () => {
    const stages: string[] = [];
    const taught = await thread.ask(
      { kind: 'teach', target, options: { ...once, refineSteps: 3 } },
      undefined,
      (s) => stages.push(s),
    );
    expect(stages).toEqual(['exposure', 'update', 'recall', 'preview']);
    const learner = new MotorLearner(weights);
    const sequence = lessonsOf(target, profile, weights.config);
    const here = teachSequence(learner, sequence, profile, { refine: 3 });
    expect(taught.after).toEqual(here.after);
    expect(taught.synapses.weights).toEqual(learner.synapses.read());
    expect(taught.activity).toEqual(activityOf(learner, 1));
    const gate = new Gate(readRobotModel(), profile, readLimits());
    const { trajectory } = gate.judge(sequence.whole, here.velocities);
    expect(taught.judgement.trajectory?.positions).toEqual(trajectory?.positions);
    // compared there as here
    const lesson = { name: 'a', target: taught.target, recalled: taught.after.angles, executed: null };
    const chip = new MotorLearner(
      weights,
      pcmSynapses(values.pcm_preset, { seed: values.seed }),
      values.seed,
    );
    const method = 'learned on PCM (chip), predicted';
    const { after } = teachSequence(chip, sequence, profile, { refine: 3, readAfterS: once.readAfterS });
    expect(JSON.parse((await thread.ask({ kind: 'compare', lesson })).json)).toEqual(
      JSON.parse(JSON.stringify(liveComparison(lesson, profile, [{ method, recalled: after.angles }]))),
    );
    // whole again, methods included
    const [there, own] = [new Float64Array(4), new Float64Array(4)];
    taught.judgement.trajectory?.sample(1, there);
    trajectory?.sample(1, own);
    expect(there).toEqual(own);
    const again = await thread.ask({
      kind: 'restore',
      skills: [{ name: 'a', ...taught.kept!, target: taught.target, updates: 1 }],
      joinRad: 0,
      options: once,
    });
    expect(again.after).toEqual(here.after);
    // what one lesson told of its synapses stays as it was whatever is learned next, and is no garbage of this thread
    const told = taught.synapses.weights;
    const before = told.slice();
    await thread.ask({ kind: 'teach', target, options: once });
    expect(told).toEqual(before);
    for (const { buffer } of [told, ...taught.kept!.states, taught.activity.weight_change])
      expect(Object.prototype.toString.call(buffer)).toBe('[object SharedArrayBuffer]');
  }, 180_000);

  test('a motion of several lessons is a skill of as many states, on disk and back', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'oneshot-arm-skill-'));
    try {
      const rows = 400;
      const busy: Target = {
        kind: 'joints',
        joints: profile.joints.slice(0, 2),
        timesS: Float64Array.from({ length: rows + 1 }, (_, k) => (9 * k) / rows),
        angles: Float64Array.from({ length: 2 * (rows + 1) }, (_, i) => {
          const turns = (10 * Math.PI * Math.floor(i / 2)) / rows;
          return i % 2 ? 0.2 * (1 - Math.cos(turns)) : 0.3 * Math.sin(turns);
        }),
      };
      const taught = await thread.ask({ kind: 'teach', target: busy, options: once });
      expect(taught.lessons).toBeGreaterThan(2);
      // what is told of the networks is of the last of them, which ends where the motion does
      const { motion_share: share, target_velocities: shown, exposure_spike_steps: seen } = taught.activity;
      const last = taught.kept!.spans[taught.lessons - 1];
      expect(share).toBeCloseTo((last.toS - last.fromS) / 9, 9);
      expect([last.toS, share < 1]).toEqual([9, true]);
      expect([shown.length > 0, seen.length > 0]).toEqual([true, true]);
      const { rows: lines, columns } = crossbarShape(weights.config);
      const about = { weights: 'w', weightsSha256: 'ab'.repeat(32), profile: profile.name, updates: 1 };
      const { tcpErrorMeanM } = taught.after;
      const kept = { name: 'busy', ...about, ...taught.kept!, target: taught.target, tcpErrorMeanM };
      writeSkill(folder, kept, lines);
      expect(describeSkill(folder, 'busy').lessons).toBe(taught.lessons);
      const base = { ...about, profile, rows: lines, columns, steps: weights.config.steps };
      const skill = readSkill(folder, 'busy', base);
      // something else is learned meanwhile
      await thread.ask({ kind: 'teach', target, options: once });
      const again = await thread.ask({ kind: 'restore', skills: [skill], joinRad: 0, options: once });
      expect(again.lessons).toBe(taught.lessons);
      expect(again.after).toEqual(taught.after);
      // brought back without an exposure: only the recall is the same
      const { activity } = again;
      expect(activity.trainee_spike_neurons).toEqual(taught.activity.trainee_spike_neurons);
      expect([activity.motion_share, activity.exposure_spike_steps.length]).toEqual([share, 0]);
      expect(again.judgement.trajectory?.positions).toEqual(taught.judgement.trajectory?.positions);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('a target that cannot be taught is an InputError here, too; what is asked during a lesson is answered meanwhile', async () => {
    const far = {
      ...target,
      angles: Float64Array.from({ length: 4 }, (_, k) => 3 * k),
      timesS: Float64Array.of(0, 5),
    };
    await expect(thread.ask({ kind: 'prepare', target: far as never })).rejects.toBeInstanceOf(InputError);
    const controller = new AbortController();
    let over = false;
    const lesson = thread
      .ask(
        { kind: 'teach', target, options: { ...once, updates: 100, refineSteps: 1000 } },
        controller.signal,
      )
      .finally(() => (over = true));
    await thread.ask({ kind: 'prepare', target });
    expect(over).toBe(false);
    controller.abort('enough');
    await expect(lesson).rejects.toThrow(new LessonCanceled('enough'));
    const fresh = await thread.ask({ kind: 'teach', target, options: once });
    expect(fresh.after.tcpErrorMeanM).toBeLessThan(0.02);
  });
});

describe('a thread that ends', () => {
  /** The first thread runs the first source, the next the second. */
  const threadOf = (sources: string[], patienceMs?: number): LessonThread =>
    new LessonThread(() => new Worker(sources.shift() as string, { eval: true }), patienceMs);
  const answers = `const { parentPort } = require('node:worker_threads');
    parentPort.on('message', ({ id, request }) => request && parentPort.postMessage({ id, value: null }));`;

  test.each([
    [
      'throws',
      `require('node:worker_threads').parentPort.on('message', () => { throw new Error('out of luck'); })`,
      /out of luck/,
    ],
    [
      'exits',
      `require('node:worker_threads').parentPort.on('message', () => process.exit(3))`,
      /thread that gives lessons ended/,
    ],
    ['cannot start', `throw new Error('no start')`, /no start/],
  ])(
    '%s: what was asked fails with the reason, and the next request goes to a new one',
    async (_, source, reason) => {
      const thread = threadOf([source, answers]);
      await expect(thread.ask({ kind: 'forget' })).rejects.toThrow(reason);
      await expect(thread.ask({ kind: 'forget' })).resolves.toBeNull();
      await thread.close();
    },
  );

  test('that does not obey is ended: the lesson is canceled, and the next request goes to a new one', async () => {
    const deaf = `require('node:worker_threads').parentPort.on('message', () => { for (;;); })`;
    const thread = threadOf([deaf, answers], 50);
    const controller = new AbortController();
    const lesson = thread.ask({ kind: 'forget' }, controller.signal);
    controller.abort('no patience');
    await expect(lesson).rejects.toThrow(new LessonCanceled('no patience'));
    await expect(thread.ask({ kind: 'forget' })).resolves.toBeNull();
    await thread.close();
  });
});
