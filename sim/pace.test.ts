import { Pace } from './pace';

/** Cycles of 10 ms that take a while themselves, called whenever the process gets to it. */
class Bench {
  nowS = 0;
  readonly dueS: number[] = [];
  readonly pace = new Pace(0.01, 0, () => this.nowS);

  /** How long one call held everything up, s. */
  call(cycleTakesS: number): number {
    const startS = this.nowS;
    this.pace.due(startS, (dueS) => {
      this.dueS.push(dueS);
      this.nowS += cycleTakesS;
    });
    return this.nowS - startS;
  }
}

test('a process that was held up makes up for it, every cycle once and in order', () => {
  const bench = new Bench();
  bench.nowS = 0.3;
  for (let k = 0; k < 40; k++) {
    bench.call(0.001);
    bench.nowS += 0.001;
  }
  const { dueS } = bench;
  dueS.forEach((t, k) => expect(t).toBeCloseTo(0.01 * (k + 1), 9));
  expect(dueS.at(-1)).toBeGreaterThan(bench.nowS - 0.02);
  expect(bench.pace.report(bench.nowS).lostS).toBe(0);
});

test('cycles that take longer than they simulate never keep what came meanwhile waiting for long', () => {
  const bench = new Bench();
  for (let k = 0; k < 200; k++) {
    expect(bench.call(0.015)).toBeLessThan(0.04);
    bench.nowS += 0.0001;
  }
  // what it can not make up for is given up and told
  expect(bench.pace.report(bench.nowS).lostS).toBeGreaterThan(0.3);
});
