import { lowPass } from './butterworth';
import { prepareDemonstration } from './demonstration';

const hz = 100;
const sine = (f: number, count = 2000) =>
  Float64Array.from({ length: count }, (_, i) => Math.sin((2 * Math.PI * f * i) / hz));

test.each([1, 3, 6, 12, 25])('a sine of %d Hz keeps its phase and the amplitude that theory gives', (f) => {
  const out = lowPass(sine(f), 1, hz, 6);
  // |H|^2 of the bilinear Butterworth filter, once forwards and once backwards
  const gain = 1 / (1 + (Math.tan((Math.PI * f) / hz) / Math.tan((Math.PI * 6) / hz)) ** 4);
  for (let i = 500; i < 1500; i++) expect(out[i]).toBeCloseTo(gain * Math.sin((2 * Math.PI * f * i) / hz), 6);
});

test('a line stays what it is, its ends too', () => {
  const line = Float64Array.from({ length: 50 }, (_, i) => 0.3 + 0.02 * i);
  lowPass(line, 1, hz, 6).forEach((y, i) => expect(y).toBeCloseTo(line[i], 3));
});

/** Still, half a cosine of 2 s, still; 250 Hz. */
function shown(change: (row: number[], i: number) => number[] = (row) => row) {
  const timesS = Array.from({ length: 1001 }, (_, i) => 5 + i * 0.004);
  const positions = timesS.map((t, i) => {
    const x = Math.min(1, Math.max(0, (t - 6) / 2));
    return change([0.1 + 0.5 * (1 - Math.cos(Math.PI * x)), 7], i);
  });
  return { joints: ['a', 'b'], timesS, positions };
}

test('stillness at both ends is cut off, and what is left is the motion', () => {
  const d = prepareDemonstration(shown(), { joints: ['a'] });
  expect(d.trimmedS.before).toBeCloseTo(1, 1);
  expect(d.trimmedS.after).toBeCloseTo(1, 1);
  expect(d.timesS[d.timesS.length - 1]).toBeCloseTo(2, 1);
  expect(d.positions[0]).toBeCloseTo(0.1, 2);
  expect(d.positions[d.positions.length - 1]).toBeCloseTo(1.1, 2);
  expect(d.smoothing.maxRad).toBeLessThan(2e-3);
  d.timesS.forEach((t, i) => {
    const x = Math.min(1, Math.max(0, (t + d.trimmedS.before - 1) / 2));
    expect(d.positions[i]).toBeCloseTo(0.1 + 0.5 * (1 - Math.cos(Math.PI * x)), 2);
  });
});

const refusals: [string, object, RegExp][] = [
  ['joints unknown', { ...shown(), joints: ['x', 'y'] }, /joints: expected a among them, got "x, y"/],
  [
    'NaN',
    shown((row, i) => (i === 9 ? [NaN, 7] : row)),
    /positions\[9\]\[a\]: expected a finite number, got NaN/,
  ],
  [
    'times backwards',
    { ...shown(), timesS: shown().timesS.map((t, i) => (i === 5 ? 1 : t)) },
    /times\[5\]: expected a time after/,
  ],
  ['no motion', shown(() => [0.2, 7]), /positions: expected a motion of at least 0.01 rad/],
  [
    'two samples',
    {
      joints: ['a', 'b'],
      timesS: [0, 0.1],
      positions: [
        [0, 0],
        [1, 1],
      ],
    },
    /samples: expected at least 3/,
  ],
  [
    'an hour',
    {
      joints: ['a', 'b'],
      timesS: Array.from({ length: 9001 }, (_, i) => i * 0.4),
      positions: Array.from({ length: 9001 }, (_, i) => [Math.sin(i), 0]),
    },
    /times: expected a demonstration of at most 600 s, got "3600.0 s"/,
  ],
  ['rows of another length', shown((row, i) => (i === 3 ? [1] : row)), /positions\[3\]: expected 2 values/],
  [
    'a gap',
    { ...shown(), timesS: shown().timesS.map((t, i) => (i > 500 ? t + 3 : t)) },
    /times\[501\]: expected samples at most 0.5 s apart/,
  ],
];
test.each(refusals)('%s is refused, with the field and what was expected', (_, data, message) => {
  expect(() => prepareDemonstration(data as never, { joints: ['a'] })).toThrow(message);
});
