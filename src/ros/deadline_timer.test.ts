import { Random } from '../kernels/random';
import { DeadlineTimer, type Waking } from './deadline_timer';

/** A machine whose time passes only as the timer sleeps, and which wakes it as late as `late` says (ms; below 0: early). */
class Machine implements Waking {
  ms = 1234.567;
  napped = 0;
  private wake: (() => void) | undefined;
  private wakeAt = 0;
  constructor(private readonly late: () => number) {}
  now(): number {
    return this.ms;
  }
  after(ms: number, wake: () => void): void {
    if (!Number.isInteger(ms) || ms < 0) throw new Error(`sleeps ${ms} ms`);
    [this.wake, this.wakeAt] = [wake, this.ms + Math.max(0, ms + this.late())];
  }
  nap(ms: number): void {
    if (!(ms > 0 && ms < 1)) throw new Error(`naps ${ms} ms`);
    this.napped += ms;
    this.ms += ms;
  }
  /** Runs until so many ms have passed, or nothing is left to do. */
  run(ms: number): void {
    const end = this.ms + ms;
    while (this.wake && this.wakeAt <= end) {
      const { wake } = this;
      this.wake = undefined;
      this.ms = Math.max(this.ms, this.wakeAt);
      wake();
    }
    this.ms = Math.max(this.ms, end);
  }
}

test.each([5, 10 / 3, 1, 0.5, 20])(
  'a minute at a period of %d ms has exactly its ticks, each on time',
  (period) => {
    const random = new Random(1);
    const machine = new Machine(() => random.uniform() - 0.5);
    const start = machine.ms;
    const late: number[] = [];
    new DeadlineTimer(period, () => late.push(machine.ms - start - (late.length + 1) * period), machine);
    machine.run(60_000.1);
    expect(late).toHaveLength(Math.floor(60_000.1 / period));
    // never early, and as late as the machine at worst: lateness does not add up
    expect(Math.min(...late)).toBeGreaterThan(-1e-6);
    expect(Math.max(...late)).toBeLessThan(0.5 + 1e-6);
  },
);

test('periods that are missed are left out and counted, and the next tick comes at its even time', () => {
  let delay = 0;
  const machine = new Machine(() => delay);
  const start = machine.ms;
  const ticks: number[] = [];
  const timer = new DeadlineTimer(
    5,
    () => {
      ticks.push(machine.ms - start);
      delay = 0;
      if (ticks.length === 2) machine.ms += 12; // its own work, until 22
      if (ticks.length === 4) delay = 21.2; // the machine's
    },
    machine,
  );
  machine.run(65.01);
  const expected = [5, 10, 22, 25, 51.2, 55, 60, 65];
  ticks.forEach((tick, k) => expect(tick).toBeCloseTo(expected[k], 6));
  expect(ticks).toHaveLength(expected.length);
  // 15; 30, 35, 40, 45 (20 and 50 were told late)
  expect(timer.missed).toBe(5);
  // ticks and missed periods together are all there were
  expect(ticks.length + timer.missed).toBe(65 / 5);
});

test('an end holds at once: between ticks, and within one', () => {
  for (const within of [false, true]) {
    const machine = new Machine(() => 0);
    let ticks = 0;
    const timer: DeadlineTimer = new DeadlineTimer(
      5,
      () => {
        ticks++;
        if (within && ticks === 3) timer.end();
      },
      machine,
    );
    machine.run(15.5);
    timer.end();
    machine.run(1000);
    expect(ticks).toBe(3);
  }
});

test('a tick that throws does not end the timer', () => {
  const machine = new Machine(() => 0);
  let ticks = 0;
  new DeadlineTimer(
    5,
    () => {
      if (ticks++ === 0) throw new Error('once');
    },
    machine,
  );
  expect(() => machine.run(5.5)).toThrow('once');
  machine.run(10);
  expect(ticks).toBeGreaterThan(1);
});

test('the event loop keeps it going, and a thread that was held up goes on at the next even time', async () => {
  const alive = setInterval(() => undefined, 1000); // the timer keeps no process alive
  const start = performance.now();
  const times: number[] = [];
  await new Promise<void>((resolve) => {
    const timer = new DeadlineTimer(4, () => {
      times.push(performance.now() - start);
      if (times.length === 5) while (performance.now() - start < times[4] + 30);
      if (times.length < 10) return;
      timer.end();
      resolve();
    });
  });
  clearInterval(alive);
  const periods = times.map((ms) => Math.floor(ms / 4 + 1e-3));
  expect(new Set(periods).size).toBe(periods.length);
  times.forEach((ms) => expect(ms).toBeGreaterThan(4 - 0.1));
});
