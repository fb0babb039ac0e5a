import { describe, expect, test } from '@jest/globals';
import { InputError } from '../input_error.js';
import { Random } from '../kernels/random.js';
import { SoftwareSynapses } from '../synapses/software_synapses.js';
import type { PcmSynapses } from './pcm_synapses.js';
import { pcmSynapses } from './pcm_synapses.js';

function gaussians(n: number, random: Random, scale = 1): Float32Array {
  return Float32Array.from({ length: n }, () => scale * random.gaussian());
}
function make(preset: string, rows: number, columns: number, options: object = {}): PcmSynapses {
  return pcmSynapses(preset, { seed: 4, ...options })(rows, columns, 'test') as PcmSynapses;
}

describe('ideal', () => {
  test('is the software backend bit for bit: reads, updates, products; on one core and on several', () => {
    const random = new Random(1);
    for (const [rows, columns] of [
      [7, 3],
      [255, 252],
      [504, 300],
    ]) {
      const software = new SoftwareSynapses(rows, columns);
      const ideal = make('ideal', rows, columns);
      const weights = gaussians(rows * columns, random);
      for (const synapses of [software, ideal]) synapses.program(weights);
      for (let n = 0; n < 3; n++) {
        const delta = gaussians(rows * columns, random, 0.01);
        for (const synapses of [software, ideal]) {
          synapses.update(delta);
          synapses.advance(3600);
        }
        expect(ideal.read()).toEqual(software.read());
        const inputs = gaussians(4 * rows, random);
        const outputs = [software, ideal].map((synapses) => {
          const out = new Float32Array(4 * columns);
          synapses.multiply(inputs, out, 4);
          return out;
        });
        expect(outputs[1]).toEqual(outputs[0]);
      }
      expect(ideal.analog()).toBeNull();
    }
  });
});

describe('reproducibility', () => {
  test.each(['release', 'pcm-like', 'hermes', 'chip'])(
    '%s: same seed, same weights; another seed, others',
    (preset) => {
      const weights = gaussians(60 * 40, new Random(2), 0.2);
      const run = (seed: number): Float32Array => {
        const synapses = pcmSynapses(preset, { seed })(60, 40, 'test');
        synapses.program(weights);
        synapses.update(gaussians(60 * 40, new Random(3), 0.05));
        synapses.advance(32);
        return synapses.read().slice();
      };
      expect(run(7)).toEqual(run(7));
      expect(run(7)).not.toEqual(run(8));
    },
  );

  test('reading changes nothing', () => {
    const synapses = make('chip', 60, 40);
    synapses.program(gaussians(60 * 40, new Random(2), 0.2));
    synapses.advance(32);
    const first = synapses.read().slice();
    synapses.analog();
    expect(synapses.read()).toEqual(first);
  });
});

describe('drift compensation', () => {
  test.each(['none', 'global', 'column'] as const)(
    "%s: the memory tells its age and the factor, which brings a twin's uncompensated weights back to what was written",
    (compensation) => {
      const weights = gaussians(120 * 50, new Random(5), 0.3);
      const [told, bare] = [compensation, 'none'].map((by) => make('chip', 120, 50, { compensation: by }));
      const size = (w: Float32Array): number => w.reduce((sum, x, k) => sum + x * Math.sign(weights[k]), 0);
      for (const synapses of [told, bare]) {
        synapses.program(weights);
        synapses.advance(3);
        synapses.advance(1e6);
      }
      const { ageS, compensationFactor, ...rest } = told.condition();
      expect(rest).toEqual({ compensation });
      expect(ageS).toBe(1000003);
      const needed = size(weights) / size(bare.read());
      expect(needed).toBeGreaterThan(1.2);
      if (compensation === 'none') expect(compensationFactor).toBe(1);
      else expect(compensationFactor / needed).toBeCloseTo(1, 1);
      told.update(new Float32Array(weights.length));
      expect(told.condition().ageS).toBe(1000003); // nothing was written
      told.update(weights);
      expect(told.condition().ageS).toBe(0);
    },
  );

  test.each(['global', 'column'] as const)(
    '%s: restores the mean weight within 1 % for a year',
    (compensation) => {
      const rows = 256;
      const weights = Float32Array.from(gaussians(rows * 64, new Random(5), 0.3), (w) => w + 0.05);
      const mean = (w: Float32Array): number =>
        w.reduce((a, v, k) => a + v * Math.sign(weights[k]), 0) / w.length;
      const wanted = mean(weights);
      for (const seconds of [1, 3600, 86_400, 3.15e7]) {
        const options = { readNoise: { scale: 0 }, programming: { noise: 0 } };
        const compensated = make('pcm-like', rows, 64, { ...options, compensation });
        const left = make('pcm-like', rows, 64, { ...options, compensation: 'none' });
        for (const synapses of [compensated, left]) {
          synapses.program(weights);
          synapses.advance(seconds);
        }
        expect(Math.abs(mean(compensated.read()) / wanted - 1)).toBeLessThan(0.01);
        if (seconds > 3000) expect(mean(left.read()) / wanted).toBeLessThan(0.85);
      }
    },
  );
});

describe('updates', () => {
  test('nearest rounding keeps to multiples of the step, stochastic rounding keeps the mean', () => {
    const cells = 200 * 200;
    const delta = new Float32Array(cells).fill(0.02);
    const options = { statistics: null, range: 1, bits: 5 };
    const nearest = make('pcm-like', 200, 200, { ...options, rounding: 'nearest' });
    nearest.update(delta);
    expect(nearest.read().every((w) => w === 0)).toBe(true);
    const stochastic = make('pcm-like', 200, 200, { ...options, rounding: 'stochastic' });
    stochastic.update(delta);
    const values = stochastic.read();
    expect(values.every((w) => w === 0 || w === 1 / 16)).toBe(true);
    const mean = values.reduce((a, b) => a + b) / cells;
    expect(Math.abs(mean - 0.02)).toBeLessThan(5 * Math.sqrt((0.02 * (1 / 16 - 0.02)) / cells));
  });

  test('only cells that change are written', () => {
    const synapses = make('pcm-like', 50, 40, { range: 1, compensation: 'none', readNoise: { scale: 0 } });
    const weights = gaussians(2000, new Random(9), 0.2);
    synapses.program(weights);
    const before = synapses.read().slice();
    const delta = new Float32Array(2000);
    for (let k = 0; k < 2000; k += 10) delta[k] = 0.25;
    synapses.update(delta);
    const after = synapses.read();
    for (let k = 0; k < 2000; k++) expect(after[k] !== before[k]).toBe(k % 10 === 0);
    expect(synapses.ledger.devicesWritten).toBe(200 * 4);
  });

  test('saturate at the range', () => {
    const synapses = make('pcm-like', 4, 4, {
      range: 1,
      programming: { noise: 0 },
      readNoise: { scale: 0 },
      compensation: 'none',
    });
    synapses.update(new Float32Array(16).fill(5));
    for (const w of synapses.read()) expect(w).toBeCloseTo(1, 6);
  });
});

describe('ledger', () => {
  test("the character network's devices, and those that one update of its readout writes", () => {
    const factory = pcmSynapses('chip', { seed: 1, rounding: 'none' });
    const shapes = [[9, 56], [504, 56], [504, 56], [504, 56], [56, 5]]; // prettier-ignore
    const layers = shapes.map(([rows, columns]) => factory(rows, columns, 'cnn'));
    expect(layers.reduce((n, s) => n + s.ledger.devicesTotal, 0)).toBe(341_824);
    const readout = layers[4];
    readout.program(gaussians(280, new Random(1), 0.1));
    expect(readout.ledger.devicesWritten).toBe(0);
    readout.update(gaussians(280, new Random(2), 0.05));
    expect(readout.ledger.devicesWritten).toBe(1120);
  });

  test('the trainee is one core: a product is one product; energy follows the constants', () => {
    const synapses = make('chip', 255, 252);
    synapses.program(gaussians(255 * 252, new Random(1), 0.1));
    expect((synapses as PcmSynapses).deployment.devicesWritten).toBe(255 * 252 * 4);
    synapses.read();
    const { mvms, energyJ } = structuredClone(synapses.ledger);
    expect(mvms).toBe(256); // calibration of the column scales
    synapses.countProducts(249);
    expect(synapses.ledger.mvms - mvms).toBe(249);
    // 131,072 operations at 2.48 TOPS/W in four phases: about 53 nJ
    expect((synapses.ledger.energyJ.read - energyJ.read) / 249).toBeCloseTo(52.9e-9, 10);
    expect(energyJ.program).toBe(0);
    synapses.update(new Float32Array(255 * 252).fill(0.5));
    expect(synapses.ledger.energyJ.program).toBeCloseTo(synapses.ledger.pulses * 100e-12, 12);
  });
});

describe('errors', () => {
  test('unknown presets and options out of range are input errors that name the field', () => {
    expect(() => pcmSynapses('pcm')).toThrow(InputError);
    expect(() => pcmSynapses('pcm')).toThrow(
      'preset: expected one of ideal, pcm-like, hermes, chip, release, got "pcm"',
    );
    expect(() => pcmSynapses('chip', { seed: 0, bits: 40 })).toThrow(
      'bits: expected a number from 1 to 16, got 40',
    );
    expect(() => pcmSynapses('chip', { seed: 0, rounding: 'up' as never })).toThrow('rounding');
    expect(() => pcmSynapses('chip', { seed: 0, conductancesPerSign: 2 })).toThrow('conductancesPerSign');
    expect(() => pcmSynapses('release', { seed: 0, bits: 4 })).toThrow('bits');
  });

  test.each(['ideal', 'chip', 'release'])(
    '%s: wrong shapes, negative times, values that are not numbers',
    (preset) => {
      const synapses = make(preset, 4, 3);
      expect(() => synapses.program(new Float32Array(11))).toThrow(
        'weights: expected 4 x 3 = 12 values, got 11',
      );
      expect(() => synapses.update(new Float32Array(13))).toThrow(
        'delta: expected 4 x 3 = 12 values, got 13',
      );
      expect(() => synapses.advance(-1)).toThrow(RangeError);
      expect(() => synapses.advance(NaN)).toThrow(RangeError);
      expect(() => synapses.multiply(new Float32Array(3), new Float32Array(3))).toThrow(RangeError);
      expect(() => synapses.program(new Float32Array(12).fill(NaN))).toThrow(
        'weights[0]: expected a finite number',
      );
    },
  );

  test('weights beyond a fixed range', () => {
    const weights = new Float32Array(12);
    weights[5] = 1.5;
    expect(() => make('pcm-like', 4, 3, { range: 1 }).program(weights)).toThrow('weights[5]');
  });
});

test('release: the first weights drift, stay within +-1 and read with noise; nothing ages', () => {
  const synapses = pcmSynapses('release', { seed: 3 })(100, 100, 'test');
  const weights = new Float32Array(10_000).fill(0.5);
  synapses.program(weights);
  const mean = synapses.read().reduce((a, b) => a + b) / 10_000;
  // nu at 0.5: clip(-0.0155 ln 0.5 + 0.0244, 0.049, 0.1) = 0.049; 32^-0.049 = 0.844
  expect(mean).toBeCloseTo(0.5 * 32 ** -0.049, 2);
  const before = synapses.read().slice();
  synapses.advance(1e6);
  expect(synapses.read()).toEqual(before);
  const variance = synapses.analog()!.readVariance!;
  const w = before[0];
  const sigma = w * (0.0088 / (25 * w) ** 0.65) * Math.sqrt(Math.log(32 / 250e-9)) * Math.SQRT1_2;
  expect(Math.sqrt(variance[0])).toBeCloseTo(sigma, 5);
  const delta = new Float32Array(10_000).fill(0.03);
  synapses.update(delta);
  expect(synapses.ledger.devicesWritten).toBe(0); // 0.03 is nearer to 0 than to 1/16
});

describe('updates beyond a range', () => {
  test('a column that an update outgrows is widened and rewritten; the others keep their cells', () => {
    const [rows, columns] = [64, 8];
    const random = new Random(11);
    const weights = gaussians(rows * columns, random, 0.05);
    const synapses = make('chip', rows, columns);
    synapses.program(weights);
    const delta = new Float32Array(rows * columns);
    for (let i = 0; i < rows; i++) delta[i * columns + 3] = random.gaussian();
    synapses.update(delta);
    expect(synapses.ledger.devicesWritten).toBe(4 * rows);
    const now = synapses.read();
    let [wanted, error] = [0, 0];
    for (let i = 0, k = 3; i < rows; i++, k += columns) {
      wanted += (weights[k] + delta[k]) ** 2;
      error += (now[k] - weights[k] - delta[k]) ** 2;
    }
    // rounding to 1/16 of the range and programming errors leave under a quarter; kept within the old range it were 0.9
    expect(Math.sqrt(error / wanted)).toBeLessThan(0.25);
  });
});

describe('columns written anew', () => {
  const [rows, columns, first, end] = [40, 6, 3, 5];
  const draw = new Random(21);
  const initial = Float32Array.from({ length: rows * columns }, () => draw.gaussian());
  const wanted = initial.map((w, k) =>
    k % columns >= first && k % columns < end ? 0.01 * draw.gaussian() : w + 9,
  );
  const written = (k: number): boolean => k % columns >= first && k % columns < end;

  test('hold what is wanted over the range that just holds it; the others are not touched', () => {
    const chip = pcmSynapses('chip', { seed: 1 })(rows, columns, 'test') as PcmSynapses;
    chip.program(initial);
    const before = chip.inspect()[0].target;
    chip.writeColumns(wanted, first, end);
    const { target } = chip.inspect()[0];
    for (let j = 0; j < columns; j++) {
      const column = [...target].filter((_, k) => k % columns === j);
      if (written(j)) expect(Math.max(...column.map(Math.abs))).toBeCloseTo(1, 5);
      else expect(column).toEqual([...before].filter((_, k) => k % columns === j));
    }
    expect(chip.ledger.devicesWritten).toBe(4 * rows * (end - first));
    const read = chip.read();
    let [off, size] = [0, 0];
    for (let k = 0; k < read.length; k++)
      if (written(k)) [off, size] = [off + (read[k] - wanted[k]) ** 2, size + wanted[k] ** 2];
    expect(Math.sqrt(off / size)).toBeLessThan(0.15);
  });

  test('are renewed as they were wanted after a month, the others left as they are', () => {
    const chip = pcmSynapses('chip', { seed: 1 })(rows, columns, 'test') as PcmSynapses;
    chip.program(initial);
    const rms = (inside: boolean): number => {
      const read = chip.read();
      const off = [...read].flatMap((w, k) => (written(k) === inside ? [(w - initial[k]) ** 2] : []));
      return Math.sqrt(off.reduce((a, b) => a + b, 0) / off.length);
    };
    chip.advance(32);
    const fresh = rms(true);
    chip.advance(30 * 86400);
    const [aged, others] = [rms(true), rms(false)];
    expect(aged).toBeGreaterThan(1.5 * fresh);
    chip.renewColumns(first, end);
    chip.advance(32);
    expect(rms(true)).toBeLessThan(1.2 * fresh);
    expect(rms(false) / others).toBeCloseTo(1, 0);
    expect(chip.ledger.devicesWritten).toBe(4 * rows * (end - first));
    expect(() => chip.renewColumns(4, 7)).toThrow('columns: expected some of 0 to 6, got 4 to 7');
  });

  test('are exact where devices are perfect', () => {
    const ideal = pcmSynapses('ideal')(rows, columns, 'test') as PcmSynapses;
    ideal.program(initial);
    ideal.writeColumns(wanted, first, end);
    expect(ideal.read()).toEqual(initial.map((w, k) => (written(k) ? wanted[k] : w)));
  });

  test('must be there', () => {
    const chip = pcmSynapses('ideal')(rows, columns, 'test') as PcmSynapses;
    expect(() => chip.writeColumns(wanted, 4, 7)).toThrow('columns: expected some of 0 to 6, got 4 to 7');
    expect(() => chip.writeColumns(wanted, 2, 2)).toThrow('columns');
  });
});

describe('a copy at an age', () => {
  const [rows, columns] = [260, 8]; // two cores
  const weights = gaussians(rows * columns, new Random(5), 0.2);
  const delta = gaussians(rows * columns, new Random(6), 0.02);
  const written = (options: object = {}): PcmSynapses => {
    const memory = make('chip', rows, columns, options);
    memory.program(weights);
    memory.advance(100); // the age counts from the last write
    memory.update(delta);
    return memory;
  };

  test('is what the memory is after that time, younger or older than it is now', () => {
    const quiet = { readNoise: { scale: 0 } };
    for (const seconds of [0, 32, 3e7]) {
      const [late, asked] = [written(quiet), written(quiet)];
      late.advance(seconds);
      asked.advance(1000);
      const copy = asked.aged(seconds, { compensated: true, readNoise: true });
      expect(copy.inspect()).toEqual(late.inspect());
      expect(copy.read()).toEqual(late.read());
    }
  });

  test('leaves the memory as it is, and is read as asked', () => {
    const [asked, left] = [written(), written()];
    const noisy = asked.aged(3e7, { compensated: true, readNoise: true });
    const bare = asked.aged(3e7, { compensated: false, readNoise: false });
    const size = (values: Float32Array): number => values.reduce((sum, w) => sum + Math.abs(w), 0);
    expect(noisy.analog()?.readVariance).not.toBeNull();
    expect(bare.analog()?.readVariance).toBeNull();
    expect(size(bare.read())).toBeLessThan(0.8 * size(noisy.read()));
    noisy.update(delta);
    for (const memory of [asked, left]) memory.update(delta);
    expect(asked.read()).toEqual(left.read());
    expect(asked.ledger).toEqual(left.ledger);
    expect(() => asked.aged(-1, { compensated: true, readNoise: true })).toThrow(/ageS: expected/);
  });
});
