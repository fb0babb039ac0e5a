import { z } from 'zod';
import { reject, InputError } from '../input_error.js';
import {
  tensorShapes,
  type MotorNetworkConfig,
  type MotorTensors,
  type MotorWeights,
} from '../snn/motor_network.js';
import type { Manifest, Tensor } from './manifest.js';
import { parseWith } from './validate.js';
import {
  manifestPath,
  readWeightFile,
  requireTensor,
  writeWeightFile,
  type ManifestHeader,
} from './weights.js';

const positive = z.number().positive();
const neuron = {
  neurons: z.int().min(1).max(4096),
  threshold: positive,
  tauMembraneSteps: positive,
  refractorySteps: z.int().min(0).max(100),
  damping: positive,
};
const tuned = z.strictObject({ units: z.int().min(1).max(256), limit: positive, width: positive });

/** Schema of a motor network's configuration (src/snn/motor_network.ts says what each field means). */
export const motorConfigSchema: z.ZodType<MotorNetworkConfig> = z.strictObject({
  steps: z.int().min(2).max(10000),
  stepS: positive,
  joints: z.int().min(1).max(7),
  clockLines: z.int().min(1).max(100),
  tauReadoutSteps: positive,
  trainee: z.strictObject(neuron),
  lsg: z.strictObject({
    ...neuron,
    adaptiveFraction: z.number().min(0).max(1),
    adaptation: z.number().min(0),
    tauAdaptationSteps: positive,
  }),
  encoder: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('bits') }),
    z.strictObject({
      kind: z.literal('tuned'),
      velocity: tuned,
      angle: tuned.nullable(),
      taps: z.array(z.int().min(-1000).max(1000)).max(64).optional(),
      relativeAngles: z.boolean().optional(),
    }),
  ]),
  update: z.strictObject({ learningRate: positive, readout: z.boolean(), direct: z.boolean() }),
});

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

/** The tensors of a configuration, each checked for its shape. */
export function motorTensors(
  config: MotorNetworkConfig,
  tensors: ReadonlyMap<string, Tensor>,
  source: string,
): MotorTensors {
  const shapes = tensorShapes(config);
  for (const name of tensors.keys())
    if (!shapes[name as keyof MotorTensors])
      throw new InputError(
        { code: 'unknown-tensor', field: `tensors.${name}`, expected: 'no such tensor', received: 'one' },
        source,
      );
  const found: Record<string, Float32Array> = {};
  for (const [name, shape] of Object.entries(shapes))
    if (shape) found[name] = requireTensor(tensors, name, shape, source);
  return found as unknown as MotorTensors;
}
