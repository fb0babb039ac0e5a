import { InputError } from '../input_error.js';
import { checkParameter, type ParameterSpec } from './parameters.js';

const rate: ParameterSpec = { type: 'double', default: 100, range: [1, 500], doc: 'Hz' };

describe('checkParameter', () => {
  test.each<[ParameterSpec, unknown, unknown]>([
    [rate, 250.5, 250.5],
    [rate, 250n, 250],
    [{ type: 'int', default: 1, range: [1, 9], doc: '' }, 9n, 9],
    [{ type: 'bool', default: false, doc: '' }, true, true],
    [{ type: 'string', default: 'a', choices: ['a', 'b'], doc: '' }, 'b', 'b'],
    [{ type: 'double[]', default: [], doc: '' }, new Float64Array([1, 2]), [1, 2]],
    [{ type: 'string[]', default: [], doc: '' }, ['x'], ['x']],
  ])('accepts %#', (spec, value, expected) => {
    expect(checkParameter('p', spec, value)).toEqual(expected);
  });

  test.each<[ParameterSpec, unknown, string]>([
    [rate, 0, 'out-of-range'],
    [rate, Number.NaN, 'out-of-range'],
    [rate, '100', 'wrong-type'],
    [{ type: 'double', default: 0, doc: '' }, Infinity, 'out-of-range'],
    [{ type: 'int', default: 1, doc: '' }, 1.5, 'wrong-type'],
    [{ type: 'bool', default: false, doc: '' }, 1, 'wrong-type'],
    [{ type: 'string', default: 'a', choices: ['a', 'b'], doc: '' }, 'c', 'unknown-choice'],
    [{ type: 'double[]', default: [], range: [0, 1], doc: '' }, [0.5, 2], 'out-of-range'],
    [{ type: 'string[]', default: [], doc: '' }, [1], 'wrong-type'],
  ])('refuses %#', (spec, value, code) => {
    let caught: unknown;
    try {
      checkParameter('p', spec, value);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(InputError);
    expect((caught as InputError).fault).toMatchObject({ code, field: 'p' });
  });
});
