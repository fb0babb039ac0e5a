import { approachMove } from '../../arm/trajectory/moves.js';
import { MeasuredJoints, VelocityOutput } from '../../motion/index.js';
import { streamed } from '../../../test/motion/settings.js';
import { Executor } from './executor.js';

const stepS = 0.01;

/** An executor that streams velocities to an ideal arm, on a clock of its own. */
class Bench {
  nowS = 10;
  readonly position = new Float64Array(2);
  readonly velocity = new Float64Array(2);
  readonly limits;
  readonly joints: MeasuredJoints;
  readonly executor: Executor;
  fault = '';
  /** Fastest joint since the last look, rad/s. */
  speed = 0;

  constructor(acceleration = 4) {
    this.limits = ['a', 'b'].map((name) => ({
      name,
      lower: -2,
      upper: 2,
      velocity: 1,
      acceleration,
      jerk: 100,
    }));
    this.joints = new MeasuredJoints(['a', 'b']);
    const port = {
      unavailable: () => '',
      send: (velocity: Float64Array): void => {
        if (this.fault) throw new Error(this.fault);
        this.velocity.set(velocity);
      },
    };
    this.executor = new Executor({
      joints: this.joints,
      limits: this.limits,
      settings: streamed,
      output: () => new VelocityOutput(port, this.limits, 4),
      approach: (from, to, speed) => approachMove(from, to, this.limits, speed),
      nowS: () => this.nowS,
      rosNowS: () => this.nowS,
      onChange: () => undefined,
      onTrouble: () => undefined,
    });
  }

  /** Time passes until it holds; whoever waits gets on in between. */
  async until(holds: () => boolean, seconds = 20): Promise<void> {
    for (let t = 0; t < seconds && !holds(); t += stepS) {
      this.nowS += stepS;
      this.velocity.forEach((v, j) => (this.position[j] += v * stepS));
      this.joints.receive(['a', 'b'], this.position, this.velocity, this.nowS, this.nowS, this.nowS);
      this.executor.tick();
      this.speed = Math.max(...this.velocity.map(Math.abs));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(holds()).toBe(true);
  }

  motion(a: number, b: number) {
    return approachMove([0, 0], [a, b], this.limits, 0.6);
  }

  /** Performs; the end lands in what is returned. */
  perform(a: number, b: number, signal?: AbortSignal) {
    const seen: { end?: { ok: boolean; message: string }; stages: string[] } = { stages: [] };
    void this.executor
      .perform(this.motion(a, b), signal, (stage) => void seen.stages.push(stage))
      .then((end) => (seen.end = end));
    return seen;
  }
}

test('performs a motion to its end; a second one begins with an approach', async () => {
  const bench = new Bench();
  const first = bench.perform(0.8, -0.4);
  await bench.until(() => first.end !== undefined);
  expect(first.end).toMatchObject({ ok: true, message: '' });
  expect(bench.position[0]).toBeCloseTo(0.8, 2);
  const second = bench.perform(0.5, 0.5);
  await bench.until(() => second.end !== undefined);
  expect(second.end?.ok).toBe(true);
  expect(new Set(second.stages)).toEqual(new Set(['approaching', 'executing']));
  expect(second.stages[0]).toBe('approaching');
});

test('of two motions asked for before the next joint state the newer one runs, and the older one is told so', async () => {
  const bench = new Bench();
  await bench.until(() => bench.joints.complete);
  const older = bench.perform(0.8, 0);
  const newer = bench.perform(-0.5, 0);
  await bench.until(() => newer.end !== undefined);
  expect(older.end).toMatchObject({ ok: false });
  expect(older.end?.message).toMatch(/replaced/);
  expect(newer.end?.ok).toBe(true);
  expect(bench.position[0]).toBeCloseTo(-0.5, 2);
});

test('what interrupts a motion ends it with that reason, whatever it is', async () => {
  const bench = new Bench();
  const forgotten = bench.perform(0.8, 0);
  await bench.until(() => bench.speed > 0.3);
  bench.executor.interruptMotion('forgotten');
  await bench.until(() => forgotten.end !== undefined);
  expect(forgotten.end).toMatchObject({ ok: false, message: 'forgotten' });

  const abort = new AbortController();
  const canceled = bench.perform(0.8, 0, abort.signal);
  await bench.until(() => bench.speed > 0.3);
  abort.abort('a person canceled it');
  await bench.until(() => canceled.end !== undefined);
  expect(canceled.end?.message).toBe('a person canceled it');

  const broken = bench.perform(0.8, 0);
  await bench.until(() => bench.speed > 0.3);
  bench.fault = 'the publisher is gone';
  await bench.until(() => broken.end !== undefined);
  expect(broken.end).toMatchObject({ ok: false });
  expect(broken.end?.message).toMatch(/the publisher is gone/);
  expect(bench.executor.state).not.toBe('executing');
});

test('stopped: nothing is performed until a reset, and it says why', async () => {
  const bench = new Bench();
  const stopped = bench.perform(0.8, 0);
  await bench.until(() => bench.speed > 0.3);
  expect(bench.executor.stop('pressed')).toBe('');
  await bench.until(() => stopped.end !== undefined);
  expect(stopped.end?.message).toBe('pressed');
  const refused = bench.perform(0.2, 0);
  await bench.until(() => refused.end !== undefined);
  expect(refused.end?.message).toMatch(/pressed; reset first/);
  expect(bench.executor.reset()).toBe('');
  const after = bench.perform(0.2, 0);
  await bench.until(() => after.end !== undefined);
  expect(after.end?.ok).toBe(true);
});

test('the end of the process waits until a slow arm has braked, longer than half a second', async () => {
  const bench = new Bench(0.5);
  const motion = bench.perform(1.8, 0);
  await bench.until(() => bench.speed > 0.4);
  const beganS = bench.nowS;
  let over = false;
  void bench.executor.shutdown().then(() => (over = true));
  let fastest = Infinity;
  await bench.until(() => {
    expect(bench.speed).toBeLessThanOrEqual(fastest + 1e-9);
    fastest = bench.speed;
    return motion.end !== undefined;
  });
  expect(bench.speed).toBe(0);
  expect(bench.nowS - beganS).toBeGreaterThan(0.7);
  expect(motion.end?.message).toBe('the learner ends');
  for (let k = 0; k < 100 && !over; k++) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(over).toBe(true);
});

test('no joint states at all: the motion is refused after a while, with the reason', async () => {
  const bench = new Bench();
  const seen: { end?: { ok: boolean; message: string } } = {};
  void bench.executor.perform(bench.motion(0.5, 0)).then((end) => (seen.end = end));
  for (let k = 0; k < 500 && !seen.end; k++) {
    bench.nowS += stepS;
    bench.executor.tick();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(seen.end?.message).toMatch(/no joint states of a, b yet/);
});
