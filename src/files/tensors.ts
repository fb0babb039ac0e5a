/** Tensors out of the values of a weight file; knows no files. */
import { InputError, reject } from '../input_error.js';
import type { Manifest, Tensor } from './manifest.js';

/**
 * The named tensors of a file's values.
 * @throws InputError on a length that does not fit its shape, a name twice, or a value that is not finite.
 */
export function splitTensors(all: Float32Array, description: Pick<Manifest, 'tensors'>): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  for (const [i, { name, shape, offset, length }] of description.tensors.entries()) {
    const product = shape.reduce((a, b) => a * b, 1);
    if (product !== length)
      reject('wrong-length', `tensors[${i}].length`, `${shape.join(' x ')} = ${product}`, length);
    if (tensors.has(name)) reject('duplicate', `tensors[${i}].name`, 'each tensor once', name);
    const values = all.subarray(offset, offset + length);
    const bad = firstNotFinite(values);
    if (bad >= 0) reject('not-finite', `${name}[${bad}]`, 'a finite number', values[bad]);
    tensors.set(name, { shape, values });
  }
  return tensors;
}

/** A tensor that must be there with a shape. @throws InputError (missing-tensor, wrong-shape). */
export function requireTensor(
  tensors: ReadonlyMap<string, Tensor>,
  name: string,
  shape: readonly number[],
  source: string,
): Float32Array {
  const tensor = tensors.get(name);
  const wanted = shape.join(' x ');
  if (!tensor)
    throw new InputError(
      {
        code: 'missing-tensor',
        field: `tensors.${name}`,
        expected: `a tensor of ${wanted}`,
        received: 'none',
      },
      source,
    );
  const got = tensor.shape.join(' x ');
  if (got !== wanted)
    throw new InputError(
      { code: 'wrong-shape', field: `tensors.${name}.shape`, expected: wanted, received: got },
      source,
    );
  return tensor.values;
}

/** Index of the first NaN or infinity, or -1. */
function firstNotFinite(values: Float32Array): number {
  for (let i = 0; i < values.length; i++) if (values[i] - values[i] !== 0) return i;
  return -1;
}
