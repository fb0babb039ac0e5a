/** What a motor network's manifest must say, and its tensors; knows no files. */
import { z } from 'zod';
import { InputError } from '../input_error.js';
import { tensorShapes, type MotorNetworkConfig, type MotorTensors } from '../snn/motor_network.js';
import type { Tensor } from './manifest.js';
import { requireTensor } from './tensors.js';

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
  clockPeriodSteps: z.number().min(1).optional(),
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
