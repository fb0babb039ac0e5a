import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPython, findScript } from '../../src/cli/bench/jax.js';
import { importReleasedWeights } from '../../src/files/import_weights.js';
import { Random } from '../../src/kernels/random.js';
import { encode, maxInputEntries } from '../../src/snn/encoder.js';
import { paperConfig, type MotorTensors, type MotorWeights } from '../../src/snn/motor_network.js';
import { drawClean, drawMany } from '../../src/training/motor/families.js';
import { MetaGradient } from '../../src/training/motor/meta_gradient.js';
import { flatten, initialTensors, unflatten } from '../../src/training/motor/parameters.js';
import { paperRun } from '../../src/training/motor/run_config.js';

const script = findScript();
const python = script ? findPython() : null;
const released = join(__dirname, '../../../shared/data/authors_weights/robot_arm.json');
if (!python)
  console.warn('skipped: gradients against JAX need a Python with jax and optax, and the JAX script');

const cases: [string, number, () => MotorWeights][] = [
  [
    'fresh weights, LSG 400',
    16,
    () => {
      const config = { ...paperConfig, lsg: { ...paperConfig.lsg, neurons: 400 } };
      return { config, tensors: initialTensors(config, new Random(1)) };
    },
  ],
];
if (existsSync(released))
  cases.push([
    "the authors' weights",
    4,
    () => {
      const imported = importReleasedWeights(released);
      if (imported.kind !== 'motor') throw new Error('expected motor weights');
      return imported.weights;
    },
  ]);

(python ? describe : describe.skip)("every tensor's gradient against JAX on the same batch", () => {
  it.each(cases)(
    '%s',
    (_, batch, make) => {
      const { config, tensors } = make();
      const { steps } = config;
      const meta = new MetaGradient(config, { ...paperRun, batch }, batch);
      flatten(config, tensors, meta.parameters);
      const targets = drawMany(batch, steps, (trial, k) => drawClean(new Random(3, k), trial));
      targets.forEach((target, k) => meta.forward(k, target, null));
      meta.setRates(meta.counts);
      targets.forEach((_target, k) => meta.backward(k));
      meta.finish();
      const ours = unflatten(config, meta.gradient);

      const folder = mkdtempSync(join(tmpdir(), 'oneshot-arm-gradient-'));
      try {
        const write = (name: string, values: Float32Array): void =>
          writeFileSync(join(folder, `${name}.f32`), values);
        for (const [name, values] of Object.entries(tensors)) write(name, values);
        write('targets', Float32Array.from(targets.flatMap((t) => [...t.velocities])));
        const width = 48;
        const inputs = new Float32Array(batch * steps * width);
        const lists = {
          start: new Int32Array(steps + 1),
          line: new Int32Array(maxInputEntries(config)),
          value: new Float32Array(maxInputEntries(config)),
        };
        targets.forEach((target, k) => {
          encode(config, target, lists);
          for (let t = 0; t < steps; t++)
            for (let e = lists.start[t]; e < lists.start[t + 1]; e++)
              if (lists.line[e] >= config.clockLines)
                inputs[(k * steps + t) * width + lists.line[e] - config.clockLines] = lists.value[e];
        });
        write('inputs', inputs);
        const sizes = {
          lsg: config.lsg.neurons,
          trainee: config.trainee.neurons,
          batch,
          steps,
          inputs: width,
        };
        writeFileSync(join(folder, 'sizes.json'), JSON.stringify(sizes));
        const { status, stderr } = spawnSync(python!, [join(__dirname, 'jax_gradient.py'), script!, folder], {
          encoding: 'utf8',
          env: { ...process.env, JAX_PLATFORMS: 'cpu' },
        });
        expect({ status, error: status === 0 ? '' : stderr }).toEqual({ status: 0, error: '' });
        for (const name of Object.keys(tensors) as (keyof MotorTensors)[]) {
          const bytes = readFileSync(join(folder, `g_${name}.f32`));
          const theirs = new Float32Array(
            bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
          );
          expect(cosine(ours[name]!, theirs)).toBeGreaterThan(0.9999);
        }
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    300_000,
  );
});

function cosine(a: Float32Array, b: Float32Array): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (let k = 0; k < a.length; k++) {
    ab += a[k] * b[k];
    aa += a[k] * a[k];
    bb += b[k] * b[k];
  }
  return ab / Math.sqrt(aa * bb);
}
