import { engineBytes, fitCost, iterationTime, machineSpread, type Measured } from './iteration_model.js';
import { Random } from '../kernels/random.js';

const costs = {
  taskS: 5e-3,
  taskSpread: 0,
  shared: { fixedS: 4e-3, perByteS: 2e-9 },
  own: { fixedS: 1e-3, perByteS: 1e-9 },
};
const run = { batch: 64, shards: 16, bytes: 1e6 };

describe('time of an iteration', () => {
  it('of one worker is its tasks, what is fixed, and the copies', () => {
    const t = iterationTime(costs, { ...run, workers: 1 }, null, 1);
    expect(t.computeS).toBeCloseTo(0.32, 12);
    expect(t.sharedS).toBeCloseTo(0.004 + 4e6 * 2e-9, 12);
    expect(t.ownS).toBeCloseTo(0.001 + 2e6 * 1e-9, 12);
    expect(t.totalS).toBeCloseTo(0.32 + 0.012 + 0.003, 12);
  });

  it('has what workers do beside their tasks once, what driver and engine do for each of them', () => {
    const [one, four] = [1, 4].map((workers) => iterationTime(costs, { ...run, workers }, null, workers));
    expect(four.ownS).toBe(one.ownS);
    expect(four.sharedS - one.sharedS).toBeCloseTo((3 + 6) * 1e6 * 2e-9, 12);
  });

  it('on 1 Gb/s adds 8 ms for 1 MB each way and worker, and three round trips', () => {
    const network = { bitsPerS: 1e9, roundTripS: 1e-4 };
    const t = iterationTime(costs, { ...run, workers: 4 }, network, 4);
    expect(t.linkS).toBeCloseTo(4 * 2 * 8e-3, 12);
    expect(t.latencyS).toBeCloseTo(3e-4, 12);
  });

  it('waits for the worker with the most blocks', () => {
    const five = iterationTime(costs, { ...run, workers: 3 }, null, 4);
    expect(five.computeS).toBeCloseTo(2 * 16 * 5e-3, 12);
  });

  it('waits for the slowest of many workers at least as long as drawn ones do on average', () => {
    const random = new Random(3);
    for (const workers of [2, 16, 256]) {
      const network = { bitsPerS: 1e12, roundTripS: 0 };
      const { computeS } = iterationTime(
        costs,
        { batch: 256, shards: 256, bytes: 1, workers },
        network,
        workers,
      );
      let sum = 0;
      for (let k = 0; k < 2000; k++) {
        let slowest = 0;
        for (let w = 0; w < workers; w++) slowest = Math.max(slowest, 1 + machineSpread * random.gaussian());
        sum += slowest;
      }
      const drawn = ((256 / workers) * costs.taskS * sum) / 2000;
      expect(computeS).toBeGreaterThan(drawn);
      expect(computeS).toBeLessThan(1.06 * drawn);
    }
  });
});

describe('the fit', () => {
  const measure = (fixedS: number, perByteS: number): Measured[] =>
    [1, 2].flatMap((workers) =>
      [2e5, 1e6, 2e6].map((parameters) => {
        const bytes = engineBytes(workers, workers, parameters);
        return { bytes, costS: fixedS + perByteS * bytes };
      }),
    );

  it('finds the cost that made the measurements', () => {
    const { cost, residualS } = fitCost(measure(6e-3, 3e-9));
    expect(cost.fixedS).toBeCloseTo(6e-3, 10);
    expect(cost.perByteS / 3e-9).toBeCloseTo(1, 8);
    expect(residualS).toBeLessThan(1e-12);
  });

  it('gives no negative costs', () => {
    expect(fitCost(measure(-1e-3, 3e-9)).cost.fixedS).toBe(0);
    expect(fitCost(measure(6e-3, -1e-9)).cost.perByteS).toBe(0);
  });
});
