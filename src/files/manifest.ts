import { z } from 'zod';

/** What every weight manifest holds, whatever the network. */
export const manifestSchema = z.strictObject({
  format: z.literal('oneshot-arm weights'),
  version: z.literal(1),
  kind: z.enum(['motor', 'fewshot']),
  /** Short name: "motor-default". */
  name: z.string().min(1).max(80),
  /** Configuration of the network; its reader checks it. */
  config: z.record(z.string(), z.unknown()),
  tensors: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        shape: z.array(z.int().min(1)).min(1).max(4),
        /** Of the first value, in values (not bytes). */
        offset: z.int().min(0),
        /** In values. */
        length: z.int().min(1),
      }),
    )
    .min(1),
  /** The values' file, beside the manifest: float32, little endian, row major. */
  file: z.string().regex(/^[\w.-]+$/, 'expected a file name without folders'),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits'),
  /** How the weights came about. */
  made: z.looseObject({
    command: z.string(),
    seed: z.int().optional(),
    commit: z.string().optional(),
    trainingTimeS: z.number().min(0).optional(),
    source: z.string().optional(),
  }),
  /** What was measured with them; free form, numbers with units in their names. */
  quality: z.record(z.string(), z.unknown()),
});

/** A weight file's description; the values lie in `file` beside it. */
export type Manifest = z.infer<typeof manifestSchema>;

/** Values of one tensor, row major. */
export interface Tensor {
  shape: number[];
  values: Float32Array;
}
