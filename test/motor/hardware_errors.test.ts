import { wasmBase64 } from '../../src/kernels/generated/meta.js';
import { Kernel } from '../../src/kernels/load.js';
import { Random } from '../../src/kernels/random.js';
import { pcmConfig } from '../../src/pcm/config.js';
import { chooseRange } from '../../src/pcm/range.js';
import { motorSizes } from '../../src/snn/motor_forward.js';
import { HardwareErrors } from '../../src/training/motor/hardware_errors.js';
import type { MetaExports } from '../../src/training/motor/meta_gradient.js';
import { defaultNetwork } from '../../src/training/motor/run_config.js';

const { rows, columns, crossbarStride: stride } = motorSizes(defaultNetwork);
const neurons = defaultNetwork.trainee.neurons;
const kernel = new Kernel<MetaExports>(wasmBase64, 4 << 20);
const noise = { share: 1, error: [0.01, 0.07, -0.02] as [number, number, number], levels: 16 };
const errors = new HardwareErrors(kernel.exports, kernel, defaultNetwork, noise);
const [weights, before, out, update] = [0, 0, 0, 0].map(() => kernel.f32(stride * stride));
const random = new Random(1);
const masked = (i: number, j: number): boolean => (i < 5 ? j >= neurons : i - 5 === j);
const flat = new Float32Array(rows * columns);
for (let i = 0; i < rows; i++)
  for (let j = 0; j < columns; j++)
    if (!masked(i, j)) flat[i * columns + j] = weights[i * stride + j] = 0.2 * random.gaussian();
const { rowGain, columnRange } = chooseRange(pcmConfig('chip'), flat, rows, columns);
errors.program(weights);

/** Calls f(k, full scale) for every entry that the runs use. */
function each(f: (k: number, full: number) => void): void {
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) if (!masked(i, j)) f(i * stride + j, rowGain[i] * columnRange[j]);
}

test("errors have the polynomial's standard deviation, masked entries stay 0", () => {
  const bins = Array.from({ length: 5 }, () => ({ n: 0, sum: 0, squares: 0, wanted: 0 }));
  let stray = 0;
  for (let run = 0; run < 8; run++) {
    errors.seed(run);
    errors.deploy(out, weights);
    each((k, full) => {
      const g = Math.abs(weights[k]) / full;
      const bin = bins[Math.min(4, Math.floor(5 * g))];
      const e = (out[k] - weights[k]) / full;
      bin.n++;
      bin.sum += e;
      bin.squares += e * e;
      bin.wanted += (0.01 + 0.07 * g - 0.02 * g * g) ** 2;
    });
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) if (masked(i, j)) stray += Math.abs(out[i * stride + j]);
  }
  expect(stray).toBe(0);
  for (const { n, sum, squares, wanted } of bins) {
    expect(n).toBeGreaterThan(2000);
    expect(Math.abs(Math.sqrt(squares / wanted) - 1)).toBeLessThan(0.05);
    expect(Math.abs(sum / n)).toBeLessThan(4 * Math.sqrt(wanted / n / n));
  }
});

test('updates become multiples of a level, right on average', () => {
  const mean = new Float64Array(stride * stride);
  const runs = 60;
  let [sum, n, uneven] = [0, 0, 0];
  for (let run = 0; run < runs; run++) {
    each((k, full) => (update[k] = 0.1 * (full / 16)));
    errors.seed(100 + run);
    errors.deploy(before, weights);
    errors.write(out, update, before, weights);
    each((k, full) => {
      const level = (update[k] - weights[k]) / (full / 16);
      if (Math.abs(level - Math.round(level)) > 1e-3) uneven++;
      mean[k] += level / runs;
    });
  }
  each((k) => {
    sum += mean[k];
    n++;
  });
  expect(uneven).toBe(0);
  expect(Math.abs(sum / n - 0.1)).toBeLessThan(0.002);
});

test('devices that are not written keep their errors, written ones draw new ones', () => {
  update.fill(0);
  const chosen = (k: number): boolean => k % 7 === 0;
  each((k, full) => (update[k] = chosen(k) ? (2 * full) / 16 : 0));
  errors.seed(3);
  errors.deploy(before, weights);
  errors.write(out, update, before, weights);
  let [kept, same, n] = [0, 0, 0];
  each((k) => {
    if (!chosen(k)) kept += out[k] === before[k] ? 0 : 1;
    else {
      n++;
      same += out[k] - update[k] === before[k] - weights[k] ? 1 : 0;
    }
  });
  expect(kept).toBe(0);
  expect(same / n).toBeLessThan(0.01);
});

test('a column that an update outgrows is wider: its weights survive, their errors grow with it, all of it is written', () => {
  const j = neurons;
  const grown = (i: number): number => 10 * rowGain[i] * columnRange[j] * (i % 2 ? 1 : -1);
  update.fill(0);
  for (let i = 5; i < rows - 1; i++) update[i * stride + j] = grown(i) - weights[i * stride + j];
  errors.seed(7);
  errors.deploy(before, weights);
  errors.write(out, update, before, weights);
  for (let i = 5; i < rows - 1; i++) expect(Math.abs(out[i * stride + j] / grown(i) - 1)).toBeLessThan(0.5);
  // the last row was not changed, but its column was
  const last = (rows - 1) * stride + j;
  expect(out[last]).not.toBe(before[last]);
});
