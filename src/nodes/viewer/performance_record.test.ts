import { type Performed, PerformanceRecord } from './performance_record.js';

/** A joint that stands until the motion begins at 10 s, then moves by 1 rad/s for a second; a state every 0.1 s. */
function recorded(startToldFromS: number, startS = 10): Performed[] {
  const told: Performed[] = [];
  const record = new PerformanceRecord((p) => told.push(p));
  for (let k = 90; k <= 115; k++) {
    const t = k / 10;
    const angle = Math.min(1, Math.max(0, t - 10));
    record.take(['a'], [angle], t, t > 9.25 && t < 11.35, t >= startToldFromS ? startS : 0);
  }
  return told;
}

test.each([
  ['before the first state', 0],
  ['after the first states', 9.75],
  ['after it began', 10.25],
])('times count from the start of the motion, told %s', (_, toldFromS) => {
  const [performed, ...more] = recorded(toldFromS);
  expect(more).toEqual([]);
  expect(performed.names).toEqual(['a']);
  performed.timesS.forEach((t, k) => expect(performed.rows[k][0]).toBeCloseTo(Math.min(1, t), 9));
  expect(performed.timesS[0]).toBeCloseTo(0, 9);
  expect(performed.timesS).toHaveLength(14);
});

test('where no start is told they count from the first state; a start that never came leaves nothing', () => {
  const [performed] = recorded(Infinity);
  expect(performed.timesS[0]).toBe(0);
  expect(performed.rows[0]).toEqual([0]);
  expect(recorded(0, 20)[0].rows).toEqual([]);
});
