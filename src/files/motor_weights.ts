import { z } from 'zod';
import { reject, InputError } from '../input_error.js';
import { tensorShapes, type MotorTensors, type MotorWeights } from '../snn/motor_network.js';
import type { Manifest, Tensor } from './manifest.js';
import { parseWith } from './validate.js';
import { motorConfigSchema, motorTensors } from './motor_schema.js';
import { manifestPath, readWeightFile, writeWeightFile, type ManifestHeader } from './weights.js';

export { motorConfigSchema, motorTensors } from './motor_schema.js';

/** Motor weights as read from disk, with what the manifest says about them. */
export interface MotorWeightFile {
  manifest: Manifest;
  weights: MotorWeights;
}

/**
 * Reads motor weights. @param path the manifest, or a folder with manifest.json.
 * @throws InputError on a wrong checksum, length, shape, missing tensor, unknown configuration or value that is not finite.
 */
export function readMotorWeights(path: string): MotorWeightFile {
  const at = manifestPath(path);
  const { manifest, tensors } = readWeightFile(at);
  if (manifest.kind !== 'motor')
    throw new InputError(
      { code: 'wrong-kind', field: 'kind', expected: '"motor"', received: `"${manifest.kind}"` },
      at,
    );
  const config = parseWith(z.object({ config: motorConfigSchema }), manifest, at).config;
  return { manifest, weights: { config, tensors: motorTensors(config, tensors, at) } };
}

/** Writes motor weights: PATH (JSON) and PATH's name with .f32 beside it. */
export function writeMotorWeights(
  path: string,
  header: Omit<ManifestHeader, 'kind' | 'config'>,
  weights: MotorWeights,
): Manifest {
  const config = parseWith(z.object({ config: motorConfigSchema }), weights, path).config;
  const tensors = new Map<string, Tensor>();
  for (const [name, shape] of Object.entries(tensorShapes(config))) {
    const values = weights.tensors[name as keyof MotorTensors];
    if (!shape) continue;
    if (values?.length !== shape[0] * shape[1])
      reject('wrong-length', `tensors.${name}`, `${shape.join(' x ')} values`, values?.length);
    tensors.set(name, { shape, values });
  }
  return writeWeightFile(path, { ...header, kind: 'motor', config: { ...config } }, tensors);
}
