import { editDistance, nearestName } from './nearest_name.js';

test.each([
  ['kitten', 'sitting', 3],
  ['', 'abc', 3],
  ['flaw', 'lawn', 2],
  ['same', 'same', 0],
])('%s to %s: %d', (a, b, expected) => {
  expect(editDistance(a, b)).toBe(expected);
  expect(editDistance(b, a)).toBe(expected);
});

test('the nearest name, letter case aside', () => {
  expect(nearestName('Bakend', ['seed', 'backend', 'weights'])).toBe('backend');
  expect(nearestName('x', [])).toBe('');
});
