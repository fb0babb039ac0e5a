import { Gate } from '../../arm/gate/gate.js';
import { profileNamed } from '../../arm/kinematics/profiles.js';
import { jointLimits } from '../../arm/limits/joint_limits.js';
import type { Target } from '../../arm/target/target.js';
import { approachMove } from '../../arm/trajectory/moves.js';
import { readLimits, readRobotModel } from '../../files/arm_files.js';
import { weightsPath } from '../../files/models.js';
import { readMotorWeights } from '../../files/motor_weights.js';
import { packageRoot } from '../../files/ros_environment.js';
import { readTargetFile } from '../../files/target_file.js';
import { InputError } from '../../input_error.js';
import { MeasuredJoints, VelocityOutput } from '../../motion/index.js';
import { join } from 'node:path';
import { defaultValues } from '../../ros/parameters.js';
import { MotorLearner } from '../../snn/motor_learner.js';
import { streamed } from '../../../test/motion/settings.js';
import { Executor } from './executor.js';
import type { Configured } from './learner_topics.js';
import { LessonBook } from './lesson_book.js';
import { lessonMessage, noLesson } from './lesson_message.js';
import { LessonRoom } from './lesson_room.js';
import { parameterTable } from './parameters.js';
import { checkLength, Teaching } from './teaching.js';

const profile = profileNamed('edscorbot_paper');
const { weights } = readMotorWeights(weightsPath(undefined, 'motor-default'));
const { target } = readTargetFile(join(packageRoot(), 'examples', 'reach.json'), profile);
const stepS = 0.01;

/** A learner without ROS and threads, with an ideal arm, on a clock of its own. */
class Bench {
  nowS = 10;
  readonly names = profile.joints;
  readonly position = new Float64Array(this.names.length);
  readonly velocity = new Float64Array(this.names.length);
  readonly said: string[] = [];
  readonly values: Record<string, unknown> = defaultValues(parameterTable);
  readonly executor: Executor;
  readonly book: LessonBook;
  readonly teaching: Teaching;
  published = 0;

  /** @param broken what a lesson fails with. */
  constructor(broken?: Error) {
    const limits = jointLimits(readRobotModel(), this.names, readLimits());
    const joints = new MeasuredJoints(this.names);
    const gate = new Gate(readRobotModel(), profile, readLimits());
    const room = new LessonRoom(new MotorLearner(weights), profile, gate, () => 0);
    const never = new AbortController().signal;
    this.book = new LessonBook(
      {
        ask: (async (request: never, signal?: AbortSignal, onStage?: never) => {
          if (broken && (request as { kind: string }).kind === 'teach') throw broken;
          return room.answer(request, signal ?? never, onStage ?? (() => undefined));
        }) as never,
      },
      { name: 'motor-default', manifest: '', sha256: '' },
      weights.config,
      profile,
      gate,
    );
    const output = new VelocityOutput(
      { unavailable: () => '', send: (velocity) => this.velocity.set(velocity) },
      limits,
      4,
    );
    this.executor = new Executor({
      joints,
      limits,
      settings: streamed,
      output: () => output,
      approach: (from, to, speed) => approachMove(from, to, limits, speed),
      nowS: () => this.nowS,
      rosNowS: () => this.nowS,
      onChange: () => undefined,
      onTrouble: () => undefined,
    });
    this.joints = joints;
    const configured = { book: this.book, executor: this.executor, commandJoints: this.names };
    this.teaching = new Teaching({
      parameters: { get: (name: string) => this.values[name] } as never,
      log: { info: (t: string) => this.said.push(t), warn: (t: string) => this.said.push(t) } as never,
      ready: () => configured as unknown as Configured,
      publish: () => this.published++,
      report: () => undefined,
      message: (lesson) =>
        lesson
          ? lessonMessage(lesson, {
              base: this.book.base,
              profile,
              backend: 'software',
              frame: 'base',
              stamp: { sec: 0, nanosec: 0 },
            })
          : noLesson(),
    });
  }

  private readonly joints: MeasuredJoints;

  /** Time passes until it holds; whoever waits gets on in between. */
  async until(holds: () => boolean, seconds = 60): Promise<void> {
    for (let t = 0; t < seconds && !holds(); t += stepS) {
      this.nowS += stepS;
      this.velocity.forEach((v, j) => (this.position[j] += v * stepS));
      this.joints.receive(this.names, this.position, this.velocity, this.nowS, this.nowS, this.nowS);
      this.executor.tick();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(holds()).toBe(true);
  }

  get speed(): number {
    return Math.max(...this.velocity.map(Math.abs));
  }

  /** A goal as the action's server hands it over. */
  goal(request: object, wanted: Target = target) {
    const controller = new AbortController();
    const stages: string[] = [];
    const goal = {
      request: {
        trajectory: { points: [{}, {}] },
        path: { poses: [] },
        name: 'reach',
        updates: 0,
        refine_steps: 0,
        execute: false,
        ...request,
      },
      signal: controller.signal,
      get reason() {
        return controller.signal.aborted ? String(controller.signal.reason) : '';
      },
      get cancelRequested() {
        return controller.signal.reason === 'canceled';
      },
      feedback: ({ stage }: { stage: string }) => {
        if (stages.at(-1) !== stage) stages.push(stage);
      },
    };
    const seen: {
      stages: string[];
      interrupt: (reason: string) => void;
      done?: Awaited<ReturnType<Teaching['byGoal']>>;
      error?: Error;
    } = { stages, interrupt: (reason) => controller.abort(reason) };
    this.teaching.byGoal(goal as never, wanted).then(
      (done) => (seen.done = done),
      (error: Error) => (seen.error = error),
    );
    return seen;
  }

  async ended(seen: { done?: unknown; error?: Error }): Promise<void> {
    await this.until(() => seen.done !== undefined || seen.error !== undefined);
  }
}

test('a goal is taught, judged, performed and measured, stage by stage', async () => {
  const bench = new Bench();
  const goal = bench.goal({ execute: true });
  await bench.ended(goal);
  expect(goal.done).toMatchObject({ end: 'succeeded', result: { success: true } });
  expect(goal.stages).toEqual(['validating', 'exposure', 'update', 'recall', 'preview', 'executing']);
  const { lesson } = goal.done!.result;
  expect(lesson.was_executed).toBe(true);
  expect(lesson.executed.tcp_error_mean_m).toBeLessThan(0.02);
  expect(lesson.after.tcp_error_mean_m).toBeLessThan(lesson.before.tcp_error_mean_m / 5);
  const { learned_trajectory: motion } = lesson;
  const last = motion.points.at(-1)!.positions;
  bench.names.forEach((name, j) =>
    expect(bench.position[j]).toBeCloseTo(last[motion.joint_names.indexOf(name)], 2),
  );
  expect(bench.published).toBeGreaterThan(1);
});

test('performed worse than the tolerance: learned, but no success, with the reason in message, lesson and status', async () => {
  const bench = new Bench();
  bench.values.execution_tolerance_m = 1e-6;
  const goal = bench.goal({ execute: true });
  await bench.ended(goal);
  expect(goal.done).toMatchObject({ end: 'aborted', result: { success: false } });
  const { message, lesson } = goal.done!.result;
  expect(message).toMatch(/not as predicted: tracking: .* \(allowed 0\.00 cm\)/);
  expect(message).toContain(lesson.executed_shortcoming);
  expect(lesson.was_executed).toBe(true);
  expect(bench.teaching.lastReason).toBe(lesson.executed_shortcoming);
});

test('canceled while it learns, or while the arm moves: it says which, and the arm comes to rest', async () => {
  const bench = new Bench();
  const early = bench.goal({ updates: 100, refine_steps: 1000 });
  await bench.until(() => early.stages.includes('exposure'));
  early.interrupt('canceled');
  await bench.ended(early);
  expect(early.done).toMatchObject({
    end: 'canceled',
    result: { success: false, message: 'the lesson was given up: canceled' },
  });
  expect(bench.teaching.learning).toBe(false);

  const late = bench.goal({ execute: true });
  await bench.until(() => bench.speed > 0.2);
  late.interrupt('canceled');
  await bench.ended(late);
  expect(late.done?.end).toBe('canceled');
  expect(late.done?.result.message).toMatch(/not performed to its end: canceled/);
  expect(late.done?.result.lesson.was_executed).toBe(false);
  expect(bench.speed).toBe(0);
  expect(bench.executor.stopReason).toBe('');
});

test('a new lesson gives up the one before, and begins only when the arm rests', async () => {
  const bench = new Bench();
  const old = bench.goal({ updates: 100, refine_steps: 1000, name: 'old' });
  await bench.until(() => old.stages.includes('exposure'));
  const fresh = bench.goal({ name: 'fresh' });
  await bench.ended(old);
  expect(old.done).toMatchObject({ end: 'aborted' });
  expect(old.done?.result.message).toMatch(/given up: a new lesson begins/);
  await bench.ended(fresh);
  expect(fresh.done?.end).toBe('succeeded');
  expect(bench.book.current?.name).toBe('fresh');

  const moving = bench.goal({ execute: true });
  await bench.until(() => bench.speed > 0.2);
  const next = bench.goal({ name: 'next' });
  await bench.until(() => next.stages.includes('exposure'));
  expect(bench.speed).toBe(0);
  await bench.ended(next);
  expect(moving.done?.result.message).toMatch(/a new lesson begins/);
});

test('what the gate refuses is learned, told with the reason and not performed; on_refusal lets the target stand in', async () => {
  const bench = new Bench();
  bench.values.max_tcp_error_m = 1e-4;
  const refused = bench.goal({ execute: true });
  await bench.ended(refused);
  expect(refused.done?.end).toBe('aborted');
  expect(refused.done?.result.message).toMatch(/^learned, not performed: .*0\.0001/);
  expect(refused.done?.result.lesson.gate_accepted).toBe(false);
  expect(bench.position).toEqual(new Float64Array(bench.names.length));
  await expect(bench.teaching.perform()).rejects.toThrow(/^refused: /);

  bench.values.on_refusal = 'target';
  bench.values.max_tcp_error_m = 1e-4;
  const stands = bench.goal({ execute: true });
  await bench.ended(stands);
  expect(bench.said.join()).toMatch(/target's own trajectory is performed/);
  // the score is that of an arm that did what the target says
  const own = target.kind === 'joints' ? target.angles.slice(-2) : [];
  profile.joints
    .slice(0, 2)
    .forEach((_, j) => expect(profile.urdfSign[j] * bench.position[j]).toBeCloseTo(own[j], 1));
});

test('a lesson that fails stops the arm: what the learner knows is not to be trusted; a bad target does not', async () => {
  const bad = new Bench(new Error('the recall is not finite'));
  const goal = bad.goal({ execute: true });
  await bad.ended(goal);
  expect(goal.error?.message).toBe('the recall is not finite');
  expect(bad.executor.stopReason).toMatch(/the lesson failed: the recall is not finite/);

  const good = new Bench();
  const far = good.goal({}, {
    ...target,
    timesS: Float64Array.of(0, 5),
    angles: Float64Array.of(0, 0, 9, 9),
  } as Target);
  await good.ended(far);
  expect(far.error).toBeInstanceOf(InputError);
  expect(good.executor.stopReason).toBe('');
});

test('stopped: a goal still teaches, and does not perform; by topic the reason is kept', async () => {
  const bench = new Bench();
  await bench.until(() => bench.nowS > 10.3);
  bench.executor.stop('pressed');
  const goal = bench.goal({ execute: true });
  await bench.ended(goal);
  expect(goal.done?.end).toBe('aborted');
  expect(goal.done?.result.message).toMatch(/pressed; reset first/);
  expect(goal.done?.result.lesson.after.tcp_error_mean_m).toBeGreaterThan(0);

  let over = false;
  void bench.teaching
    .byTopic(() => {
      throw new InputError({ code: 'x', field: 'points', expected: 'some', received: 'none' });
    })
    .then(() => (over = true));
  await bench.until(() => over);
  expect(bench.teaching.lastReason).toMatch(/points/);
});

test('what was not learned is not performed; kept skills are asked for by name, not too many', async () => {
  const bench = new Bench();
  await expect(bench.teaching.perform()).rejects.toThrow('nothing was learned yet');
  await expect(bench.teaching.performSkills([], '/nowhere')).rejects.toThrow(/names.*at least one/);
  await expect(bench.teaching.performSkills(new Array<string>(101).fill('a'), '/nowhere')).rejects.toThrow(
    /names.*at most 100/,
  );
  await expect(bench.teaching.loadSkill('none', '/nowhere')).rejects.toThrow(/no such file/);
});

test.each([
  ['updates', 101, 100],
  ['refine_steps', 1001, 1000],
])('%s %d is longer than a lesson may be', (name, asked, most) => {
  const length = { updates: 0, refine_steps: 0, [name]: asked };
  expect(() => checkLength(length)).toThrow(new RegExp(`${name}.*at most ${most}`));
  expect(() => checkLength({ ...length, [name]: most })).not.toThrow();
});
