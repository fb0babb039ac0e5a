import { ED_SCORBOT_JOINTS } from './calibration.js';
import { readStepRecording, rmseDegrees } from './recording.js';

const counts = 'm1,m2,m3,m4,m5,m6,timestamp\n32768,0,0,0,0,0,0.1\n31513,0,0,0,0,0,0.6\n';
const references = 'm1,m2,m3,m4,elapsed_1,elapsed_2,exec_time\n31,0,0,0,0.1,0.2,0.1\n61,0,0,0,0.6,0.7,0.1\n';
const read = (c: string, r: string) => readStepRecording(c, r, 0, ED_SCORBOT_JOINTS[0]);

test('columns by name, counters and references as degrees', () => {
  const r = read(counts, references);
  expect(r.measuredDegrees).toEqual([0, 10]);
  expect(r.sampleTimeS).toEqual([0.1, 0.6]);
  expect(r.references).toEqual([31, 61]);
  expect(r.referenceDegrees[0]).toBeCloseTo(10.16, 2);
  expect(rmseDegrees(r, [3, 14])).toBeCloseTo(Math.sqrt((9 + 16) / 2), 12);
});

test.each([
  [
    'no column',
    counts.replace('timestamp', 'when'),
    references,
    /counts header: expected a column timestamp/,
  ],
  ['not a number', counts.replace('31513', 'x'), references, /counts\[1\]\.m1: expected a number, got "x"/],
  ['an empty cell', counts, references.replace('61', ''), /references\[1\]\.m1: expected a number/],
  ['no rows', counts.split('\n')[0], references, /counts: expected at least one row/],
  [
    'time that stands still',
    counts.replace('0.6', '0.1'),
    references,
    /counts\.timestamp\[1\]: expected more than 0\.1/,
  ],
])('%s is told', (_what, c, r, message) => expect(() => read(c, r)).toThrow(message));
