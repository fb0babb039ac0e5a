import { join } from 'node:path';
import { writeMotorWeights } from '../../src/files/motor_weights.js';
import { Random } from '../../src/kernels/random.js';
import { paperConfig, tensorShapes, type MotorTensors } from '../../src/snn/motor_network.js';

/** Writes small random motor weights in the paper's layout (they have learned nothing); returns the manifest's path. */
export function tinyWeights(folder: string): string {
  const config = structuredClone(paperConfig);
  config.lsg.neurons = 40;
  config.trainee.neurons = 30;
  const random = new Random(7);
  const tensors: Record<string, Float32Array> = {};
  for (const [name, shape] of Object.entries(tensorShapes(config)))
    if (shape)
      tensors[name] = Float32Array.from(
        { length: shape[0] * shape[1] },
        () => (0.7 * random.gaussian()) / Math.sqrt(shape[0]),
      );
  const path = join(folder, 'manifest.json');
  writeMotorWeights(
    path,
    { name: 'tiny', made: { command: 'test' }, quality: {} },
    { config, tensors: tensors as unknown as MotorTensors },
  );
  return path;
}
