import { Kernel } from '../../kernels/load.js';
import { wasmBase64 } from '../../kernels/generated/meta.js';
import { Random } from '../../kernels/random.js';
import type { MetaExports } from './meta_gradient.js';
import { Optimizer } from './optimizer.js';
import { defaultRun } from './run_config.js';
import { tasksOf, treeSum } from './sharding.js';

const values = (n: number, seed: number): Float32Array => {
  const random = new Random(seed);
  return Float32Array.from({ length: n }, () => random.gaussian() * 10 ** (6 * random.uniform()));
};
const add = (a: Float32Array, b: Float32Array): void => b.forEach((v, k) => (a[k] += v));

describe('sharding', () => {
  it.each([
    [32, 8],
    [7, 5],
    [3, 8],
  ])('gives every one of %i tasks to one of %i shards', (batch, shards) => {
    const all = Array.from({ length: Math.min(shards, batch) }, (_, s) => tasksOf(s, { batch, shards }));
    expect(all.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: batch }, (_, k) => k));
  });

  it.each([2, 5, 8, 13])(
    'sums %i leaves to the same bits whole, by blocks, and by pieces in a kernel',
    (leaves) => {
      const count = 16 * 20;
      const run = { ...defaultRun, batch: 32, shards: leaves };
      const original = Array.from({ length: leaves }, (_, k) => values(count, k + 1));
      const whole = original.map((v) => v.slice());
      treeSum(0, leaves, (into, from) => add(whole[into], whole[from]));
      for (const block of [1, 2, 4]) {
        const parts = original.map((v) => v.slice());
        const heads: Float32Array[] = [];
        for (let at = 0; at < leaves; at += block) {
          treeSum(at, Math.min(leaves, at + block), (into, from) => add(parts[into], parts[from]));
          heads.push(parts[at]);
        }
        for (const workers of [1, 2]) {
          const sum = new Float32Array(count);
          const squares = new Float64Array(leaves);
          for (let w = 0; w < workers; w++) {
            const [from, to] = [w, w + 1].map((x) => Math.floor((x * leaves) / workers));
            const elements = Optimizer.elements(count, run, to - from);
            const kernel = new Kernel<MetaExports>(wasmBase64, 4 * elements + 8192);
            const optimizer = new Optimizer(kernel, run, count, from, to);
            optimizer.reduce(heads, squares);
            sum.set(optimizer.reduced, optimizer.from);
          }
          expect(sum).toEqual(whole[0]);
          const exact = whole[0].reduce((s, v) => s + v * v, 0);
          expect(squares.reduce((s, v) => s + v, 0) / exact).toBeCloseTo(1, 5);
        }
      }
    },
  );
});
