import { Random } from '../../kernels/random';
import { Adam, scheduledRate } from './adam';
import { drawVariation, renderVariation } from './augment';
import { drawBatch, trainingAlphabet } from './classes';
import { drawEpisodes } from './episodes';
import { splitAlphabets } from './split';

const alphabet = (name: string, characters: number) => ({
  name,
  characters: new Array<number>(characters).fill(0),
});

test('the split holds out the smallest alphabets; no alphabet is in two parts', () => {
  const all = [alphabet('D', 40), alphabet('B', 20), alphabet('A', 20), alphabet('C', 30)];
  const names = (list: { name: string }[]) => list.map((a) => a.name);
  const split = splitAlphabets(all, 2, ['C']);
  expect(names(split.test)).toEqual(['A', 'B']);
  expect(names(split.validation)).toEqual(['C']);
  expect(names(split.training)).toEqual(['D']);
  expect(() => splitAlphabets(all, 2, ['A'])).toThrow(/names among D, C/);
  expect(() => splitAlphabets(all, 4)).toThrow(/more than 4/);
});

test('without chance a variation is the picture at half size, in its orientation', () => {
  const source = new Float32Array(56 * 56);
  for (let y = 10; y < 14; y++) for (let x = 20; x < 30; x++) source[y * 56 + x] = 1;
  const still = { shift: [0, 0] as [number, number], bend: new Float32Array(32), weight: 1 };
  const quiet = { gaussian: () => 0 } as Random;
  const render = (orientation: number) => {
    const out = new Float32Array(784);
    renderVariation(source, { ...still, matrix: drawVariation(quiet, orientation).matrix }, out);
    return out;
  };
  const half = render(0);
  for (let y = 0; y < 28; y++)
    for (let x = 0; x < 28; x++) {
      const mean =
        (source[2 * y * 56 + 2 * x] +
          source[2 * y * 56 + 2 * x + 1] +
          source[(2 * y + 1) * 56 + 2 * x] +
          source[(2 * y + 1) * 56 + 2 * x + 1]) /
        4;
      expect(half[y * 28 + x]).toBeCloseTo(mean, 5);
    }
  const rotate = (p: Float32Array) => p.map((_, k) => p[(27 - (k % 28)) * 28 + Math.floor(k / 28)]);
  const turns = [half, rotate(half), rotate(rotate(half)), rotate(rotate(rotate(half)))];
  const mirrored = turns.map((p) => p.map((_, k) => p[Math.floor(k / 28) * 28 + 27 - (k % 28)]));
  const close = (a: Float32Array, b: Float32Array) => a.every((v, k) => Math.abs(v - b[k]) < 1e-5);
  const all = [...turns, ...mirrored];
  const seen = Array.from({ length: 8 }, (_, o) => all.findIndex((p) => close(p, render(o))));
  expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

test('batches and episodes: same seed, same draw; support and query are disjoint and of one class', () => {
  const image = (k: number) => {
    const pixels = new Float32Array(400).fill(1);
    for (let i = 4; i < 16; i++) pixels[i * 20 + 4 + (k % 10)] = 0;
    return { width: 20, height: 20, pixels };
  };
  const alphabets = ['A', 'B'].map((name) =>
    trainingAlphabet(
      name,
      Array.from({ length: 6 }, (_, k) => [image(k), image(k + 1)]),
    ),
  );
  const plan = { handwritten: 10, synthetic: 3, pictures: 6 };
  const batch = drawBatch(alphabets, plan, new Random(5));
  expect(drawBatch(alphabets, plan, new Random(5))).toEqual(batch);
  expect(batch.pixels.every((v) => v >= 0 && v <= 1)).toBe(true);
  expect([...batch.groups].filter((g) => g === -1)).toHaveLength(3);
  const few = drawBatch([...alphabets, ...alphabets], { ...plan, alphabets: 2 }, new Random(7)).groups;
  const counts = [0, 1, 2, 3].map((g) => [...few].filter((c) => c === g).length).sort();
  expect(counts).toEqual([0, 0, 5, 5]); // two of the four, in equal parts
  const group = { episodes: 20, ways: 4, shots: 2, queries: 3 };
  const { support, query } = drawEpisodes(batch.groups, 6, group, new Random(6));
  for (let t = 0; t < 20; t++) {
    const classes = new Set<number>();
    for (let w = 0; w < 4; w++) {
      const rows = [
        ...support.subarray((t * 4 + w) * 2, (t * 4 + w + 1) * 2),
        ...query.subarray((t * 4 + w) * 3, (t * 4 + w + 1) * 3),
      ];
      expect(new Set(rows).size).toBe(5);
      expect(new Set(rows.map((r) => Math.floor(r / 6))).size).toBe(1);
      classes.add(Math.floor(rows[0] / 6));
    }
    expect(classes.size).toBe(4);
  }
});

test('Adam follows its definition and finds the bottom of a bowl', () => {
  const adam = new Adam([Float32Array.of(1)]);
  adam.step([Float32Array.of(0.5)], 0.01, 10);
  expect(adam.parameters[0][0]).toBeCloseTo(0.99, 6); // the first step has the length of the rate
  const bowl = new Adam([Float32Array.of(3, -2)]);
  for (let k = 0; k < 2000; k++) bowl.step([bowl.parameters[0].map((x) => 2 * x)], 0.01, 50);
  for (const x of [...bowl.parameters[0], ...bowl.average[0]]) expect(Math.abs(x)).toBeLessThan(1e-2);
});

test('the rate warms up, stays, and falls to zero', () => {
  const plan = { rate: 1, warmup: 10, iterations: 100, decay: 0.4 };
  expect([0, 9, 30, 59].map((i) => scheduledRate(i, plan))).toEqual([0.1, 1, 1, 1]);
  expect(scheduledRate(80, plan)).toBeCloseTo(0.5, 6);
  expect(scheduledRate(99, plan)).toBeLessThan(0.01);
});
