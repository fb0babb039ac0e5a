import { Keys } from './keys';

test('a key is held for so long after it came last; several add up; the newest kind counts', () => {
  const keys = new Keys(0.3);
  expect(keys.wanted(0, 2)).toBeNull();
  keys.press('q', 1);
  expect(keys.wanted(1.2, 2)).toEqual({ kind: 'joints', values: [0.5, 0] });
  keys.press('qs', 1.25);
  expect(keys.wanted(1.5, 2)).toEqual({ kind: 'joints', values: [0.5, -0.5] });
  expect(keys.wanted(1.56, 2)).toBeNull();
  keys.press('\x1b[A\x1b[D', 2);
  expect(keys.wanted(2.1, 2)).toEqual({ kind: 'twist', values: [0.5, 0.5, 0] });
  keys.press('a', 2.1);
  expect(keys.wanted(2.2, 2)).toEqual({ kind: 'joints', values: [-0.5, 0] });
  // a joint that the arm has not
  keys.release();
  keys.press('u', 3);
  expect(keys.wanted(3, 2)).toEqual({ kind: 'joints', values: [0, 0] });
});

test('speed, halt, pause, record, and the ways to the end', () => {
  const keys = new Keys(0.3);
  keys.press('q++++++', 1);
  expect(keys.wanted(1, 1)).toEqual({ kind: 'joints', values: [1] });
  keys.press('-', 1);
  expect(keys.speed).toBeCloseTo(0.9);
  expect(keys.press(' pm', 1)).toEqual(['stop', 'pause', 'record']);
  expect(keys.wanted(1, 1)).toBeNull();
  expect(keys.press('\x03', 1)).toEqual(['end']);
  expect(keys.press('\x1b', 1)).toEqual(['end']);
  expect(keys.press('\x1bOAx?', 2)).toEqual([]);
  expect(keys.wanted(2, 1)).toMatchObject({ kind: 'twist' });
});
