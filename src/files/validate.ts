import type { z } from 'zod';
import { InputError, describe, type Fault } from '../input_error.js';

/**
 * Data from outside, checked against a schema.
 * @param source the file or option it came from, named in the error.
 * @throws InputError with the first fault: field, expected, received.
 */
export function parseWith<S extends z.ZodType>(schema: S, data: unknown, source: string): z.output<S> {
  const result = schema.safeParse(data, { reportInput: true });
  if (result.success) return result.data;
  throw new InputError(faultOf(result.error.issues[0], []), source);
}

type Issue = z.core.$ZodIssue;

function faultOf(issue: Issue, above: PropertyKey[]): Fault {
  const path = [...above, ...issue.path];
  const field = fieldName(path);
  // of a union's alternatives, the one that got furthest says most
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const nearest = issue.errors.reduce((a, b) => (b.length < a.length ? b : a));
    if (nearest.length > 0) return faultOf(nearest[0], path);
  }
  if (issue.code === 'unrecognized_keys')
    return {
      code: 'unknown-field',
      field: fieldName([...path, issue.keys[0]]),
      expected: 'no such field',
      received: 'one',
    };
  const received = describe(issue.input);
  if (received === 'undefined')
    return { code: 'missing-field', field, expected: expectation(issue), received: 'nothing' };
  return { code: issue.code.replaceAll('_', '-'), field, expected: expectation(issue), received };
}

function expectation(issue: Issue): string {
  const unit = (origin: string) =>
    origin === 'array' ? ' entries' : origin === 'string' ? ' characters' : '';
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'int'
        ? 'an integer'
        : `${/^[aeiou]/.test(issue.expected) ? 'an' : 'a'} ${issue.expected}`;
    case 'too_small':
      return `${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}${unit(issue.origin)}`;
    case 'too_big':
      return `${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}${unit(issue.origin)}`;
    case 'invalid_value':
      return issue.values.map((v) => JSON.stringify(v)).join(' or ');
    default:
      return issue.message.replace(/^Invalid (input|option|discriminator value)[:.] [Ee]xpected /, '');
  }
}

/** A path as in JavaScript: velocities[12][1]. */
function fieldName(path: PropertyKey[]): string {
  const name = path
    .map((p) => (typeof p === 'number' ? `[${p}]` : `.${String(p)}`))
    .join('')
    .replace(/^\./, '');
  return name || 'content';
}
