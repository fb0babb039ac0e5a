import fc from 'fast-check';
import { VelocityGuard } from './velocity_guard.js';

const limits = [
  { name: 'a', lower: -3, upper: 3, velocity: 1, acceleration: 4, jerk: 100 },
  { name: 'b', lower: -3, upper: 3, velocity: 0.5, acceleration: 2, jerk: 100 },
];
const timeoutS = 0.08;
const tickS = 0.01;

/** A guard on a clock, and all that it sent. */
class Bench {
  readonly sent: { atS: number; velocity: number[] }[] = [];
  readonly reasons: string[] = [];
  nowS = 10;
  readonly guard = new VelocityGuard({
    limits,
    timeoutS,
    send: (v) => this.sent.push({ atS: this.nowS, velocity: [...v] }),
    onEnd: (reason) => this.reasons.push(reason),
  });
  say(velocity: number[], sender = 'one'): void {
    this.guard.receive(velocity, sender, this.nowS);
  }
  wait(seconds: number): void {
    const untilS = this.nowS + seconds;
    while (this.nowS < untilS - 1e-9) {
      this.nowS += tickS;
      this.guard.tick(this.nowS);
    }
  }
  /** From rest to these velocities, a message each tick. */
  speedUp(to: number[], sender = 'one'): void {
    for (let part = 0; part <= 1.0001; part += 0.05) {
      this.say(
        to.map((v) => v * part),
        sender,
      );
      this.wait(tickS);
    }
  }
  get last(): number[] {
    return this.sent[this.sent.length - 1].velocity;
  }
}

describe('VelocityGuard', () => {
  it('passes a sound stream on, message by message and unchanged', () => {
    const bench = new Bench();
    const given: number[][] = [];
    for (let k = 0; k < 200; k++) {
      const velocity = [0.8 * Math.sin(0.04 * k), 0.4 * Math.sin(0.04 * k)];
      given.push(velocity);
      bench.say(velocity);
      bench.wait(tickS);
    }
    expect(bench.sent.map((s) => s.velocity)).toEqual(given);
    expect(bench.reasons).toEqual([]);
  });

  it('ends a stream that falls silent within 100 ms, at the acceleration limits, and then says zero', () => {
    const bench = new Bench();
    bench.speedUp([0.8, -0.4]);
    const silentS = bench.nowS - tickS;
    const passed = bench.sent.length;
    bench.wait(2);
    const own = bench.sent.slice(passed);
    expect(own[0].atS - silentS).toBeLessThanOrEqual(0.1);
    let before = [0.8, -0.4];
    let beforeS = own[0].atS - tickS;
    for (const { atS, velocity } of own) {
      velocity.forEach((v, j) => {
        expect(Math.abs(v)).toBeLessThanOrEqual(Math.abs(before[j]));
        expect(Math.abs(v - before[j])).toBeLessThanOrEqual(limits[j].acceleration * (atS - beforeS) + 1e-9);
      });
      [before, beforeS] = [velocity, atS];
    }
    expect(bench.last).toEqual([0, 0]);
    const zero = own.findIndex((s) => s.velocity.every((v) => v === 0));
    // v / a = 0.2 s, and a cycle
    expect(own[zero].atS - own[0].atS).toBeLessThanOrEqual(0.2 + tickS);
    expect(own.length - zero).toBeGreaterThan(10);
    expect(bench.guard.state).toBe('waiting');
    expect(bench.reasons).toEqual([expect.stringMatching(/no velocities for (8|9)\d ms/)]);
  });

  it('a stream that went silent at rest has ended by itself', () => {
    const bench = new Bench();
    bench.speedUp([0.2, 0]);
    bench.say([0, 0]);
    bench.wait(1);
    expect(bench.reasons).toEqual([]);
    expect(bench.guard.state).toBe('waiting');
  });

  it('a stream that goes on after a silence is refused until it asks for rest', () => {
    const bench = new Bench();
    bench.speedUp([0.8, 0.4]);
    bench.wait(1);
    const before = bench.sent.length;
    for (let k = 0; k < 50; k++) {
      bench.say([0.8, 0.4]);
      bench.wait(tickS);
    }
    expect(bench.sent).toHaveLength(before);
    bench.speedUp([0.3, 0.1]);
    expect(bench.last).toEqual([expect.closeTo(0.3), expect.closeTo(0.1)]);
    expect(bench.guard.reason).toBe('');
  });

  it.each([
    ['NaN', [0.5, NaN], /b: NaN rad\/s is not within 0.5/],
    ['an infinite value', [Infinity, 0], /a: Infinity rad\/s/],
    ['a value beyond its limit', [0.5, 0.51], /b: 0.51 rad\/s is not within 0.5/],
    ['too few values', [0.5], /expected 2 velocities, got 1/],
    ['too many values', [0.5, 0.2, 0], /expected 2 velocities, got 3/],
    ['none', [], /expected 2 velocities, got 0/],
    ['a jump', [0, 0.2], /a: from 0.500 to 0.000 rad\/s at once/],
  ])('%s ends the stream and is not passed on', (_, bad, reason) => {
    const bench = new Bench();
    bench.speedUp([0.5, 0.2]);
    const passed = bench.sent.length;
    bench.say(bad as number[]);
    expect(bench.sent).toHaveLength(passed);
    bench.wait(1);
    expect(bench.reasons).toEqual([expect.stringMatching(reason as RegExp)]);
    expect(bench.last).toEqual([0, 0]);
  });

  it('a second source ends the stream; at rest the source may change', () => {
    const bench = new Bench();
    bench.speedUp([0.5, 0], 'one');
    bench.say([0, 0], 'two');
    bench.wait(1);
    expect(bench.reasons).toEqual([expect.stringMatching(/two sources/)]);
    bench.speedUp([0.3, 0], 'two');
    bench.say([0, 0], 'two');
    bench.speedUp([0.2, 0], 'one');
    expect(bench.last[0]).toBeCloseTo(0.2);
    expect(bench.reasons).toHaveLength(1);
  });

  it('held up itself, it takes what waits first, once', () => {
    const bench = new Bench();
    bench.speedUp([0.5, 0]);
    bench.nowS += 0.15;
    bench.guard.tick(bench.nowS);
    bench.say([0.5, 0]);
    bench.wait(0.05);
    expect(bench.guard.state).toBe('passing');
    bench.nowS += 0.15;
    bench.guard.tick(bench.nowS);
    bench.nowS += 0.15;
    bench.guard.tick(bench.nowS);
    expect(bench.guard.state).toBe('braking');
  });

  it('slows down an arm that moves by a command of before its time', () => {
    const bench = new Bench();
    bench.wait(0.1);
    bench.guard.halt([0.6, -9], 'the arm moves', bench.nowS);
    bench.wait(1);
    expect(bench.sent[0].velocity).toEqual([expect.closeTo(0.56), expect.closeTo(-0.48)]);
    expect(bench.last).toEqual([0, 0]);
  });

  it('whatever comes in, what goes out is finite, within limits, and comes to rest with the silence', () => {
    const value = fc.oneof(
      { weight: 6, arbitrary: fc.double({ min: -1.1, max: 1.1, noNaN: true }) },
      { weight: 2, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity, 1e300) },
    );
    const step = fc.record({
      velocity: fc.oneof(
        { weight: 9, arbitrary: fc.array(value, { minLength: 2, maxLength: 2 }) },
        { weight: 1, arbitrary: fc.array(value, { maxLength: 3 }) },
      ),
      scale: fc.constantFrom(1, 0.05, 0.2),
      sender: fc.constantFrom('one', 'one', 'one', 'two'),
      waitS: fc.constantFrom(0, 0.01, 0.02, 0.1, 0.3),
      heldUpS: fc.constantFrom(0, 0, 0, 0.06, 1),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const bench = new Bench();
        for (const { velocity, scale, sender, waitS, heldUpS } of steps) {
          bench.say(
            velocity.map((v) => v * scale),
            sender,
          );
          bench.nowS += heldUpS;
          bench.wait(waitS);
        }
        const lastS = bench.nowS;
        bench.wait(2);
        let before = [0, 0];
        let sound = true;
        for (const { velocity } of bench.sent) {
          sound &&= velocity.every(
            (v, j) =>
              Math.abs(v) <= limits[j].velocity * (1 + 1e-6) &&
              Math.abs(v - before[j]) <= limits[j].acceleration * timeoutS + 1e-9,
          );
          before = velocity;
        }
        expect(sound).toBe(true);
        expect(before.every((v) => v === 0)).toBe(true);
        const moving = bench.sent.filter((s) => s.velocity.some((v) => v !== 0));
        // 0.1 s, v / a = 0.25 s, a cycle of each
        if (moving.length) expect(moving[moving.length - 1].atS - lastS).toBeLessThan(0.38);
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});
