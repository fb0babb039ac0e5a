import { goalText } from './follow_goals.js';

test.each([
  ['rejected', null, /rejected/],
  ['aborted', null, /no reason/],
  [
    'aborted',
    { error_code: -4, error_string: 'shoulder: 0.2 rad' },
    /^PATH_TOLERANCE_VIOLATED: shoulder: 0.2 rad$/,
  ],
  ['aborted', { error_code: 0, error_string: '' }, /no reason/],
  ['succeeded', { error_code: 0, error_string: '' }, /^succeeded$/],
] as const)('%s has a reason', (end, result, text) => {
  expect(goalText(end, result)).toMatch(text);
});
