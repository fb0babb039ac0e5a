import { Random } from '../kernels/random';
import { softwareSynapses } from '../synapses/software_synapses';
import { pcmSynapses } from '../pcm/pcm_synapses';
import { FeatureExtractor } from './features';
import {
  characterConfig,
  convolutionShape,
  withViews,
  type CharacterConfig,
  type CharacterWeights,
} from './network';

function weightsFor(config: CharacterConfig, seed: number): CharacterWeights {
  const random = new Random(seed);
  return {
    config,
    convolutions: Array.from({ length: config.layers }, (_, k) => {
      const size = convolutionShape(config, k).reduce((a, b) => a * b);
      return Float32Array.from({ length: size }, () => 0.2 * random.gaussian());
    }),
    readout: new Float32Array(config.channels * config.outputs),
  };
}

function picturesFor(count: number, seed: number): Float32Array {
  const random = new Random(seed);
  return Float32Array.from({ length: count * 784 }, () => (random.uniform() < 0.2 ? random.uniform() : 0));
}

/** The network written down directly, in double precision. */
function reference({ config, convolutions }: CharacterWeights, pictures: Float32Array): number[][] {
  const count = pictures.length / 784;
  const { channels } = config;
  let side = 28;
  let inputs = 1;
  let all = Array.from({ length: count }, (_, n) => Array.from(pictures.subarray(n * 784, (n + 1) * 784)));
  for (const kernel of convolutions) {
    const half = Math.ceil(side / 2);
    all = all.map((x) => {
      const out: number[] = [];
      for (let i = 0; i < half; i++)
        for (let j = 0; j < half; j++)
          for (let o = 0; o < channels; o++) {
            let sum = 0;
            for (let a = 0; a < 3; a++)
              for (let b = 0; b < 3; b++) {
                const [y, z] = [2 * i + a - 1, 2 * j + b - 1];
                if (y < 0 || z < 0 || y >= side || z >= side) continue;
                for (let c = 0; c < inputs; c++)
                  sum += x[(y * side + z) * inputs + c] * kernel[((a * 3 + b) * inputs + c) * channels + o];
              }
            out.push(Math.max(0, sum));
          }
      return out;
    });
    const groups =
      config.normalisation === 'image'
        ? all.map((x, n) => x.map((_, k) => [n, k]))
        : Array.from({ length: channels }, (_, o) =>
            all.flatMap((x, n) => x.flatMap((_, k) => (k % channels === o ? [[n, k]] : []))),
          );
    for (const group of groups) {
      const values = group.map(([n, k]) => all[n][k]);
      const mean = values.reduce((a, b) => a + b) / values.length;
      const variance = values.reduce((s, v) => s + (v - mean) ** 2, 0) / values.length;
      for (const [n, k] of group) all[n][k] = (all[n][k] - mean) / Math.sqrt(variance + config.epsilon);
    }
    side = half;
    inputs = channels;
  }
  return all.map((x) =>
    Array.from(
      { length: channels },
      (_, o) => config.featureScale * Math.max(...x.filter((_, k) => k % channels === o)),
    ),
  );
}

describe.each(['image', 'batch'] as const)('normalisation by %s', (normalisation) => {
  const config: CharacterConfig = { ...characterConfig, channels: 8, normalisation, featureScale: 1.3 };
  const weights = weightsFor(config, 1);
  const pictures = picturesFor(3, 2);

  test('features equal the network written down directly', () => {
    const found = new FeatureExtractor(weights, softwareSynapses).extract(pictures);
    reference(weights, pictures)
      .flat()
      .forEach((x, k) => expect(Math.abs(found[k] - x)).toBeLessThan(1e-4));
  });

  test('perfect emulated memory gives the same features', () => {
    const exact = new FeatureExtractor(weights, softwareSynapses).extract(pictures);
    const emulated = new FeatureExtractor(weights, pcmSynapses('ideal')).extract(pictures);
    exact.forEach((x, k) => expect(Math.abs(emulated[k] - x)).toBeLessThan(1e-4));
  });
});

test.each(['image', 'batch'] as const)('views, normalisation by %s: one after another', (normalisation) => {
  const config: CharacterConfig = { ...characterConfig, channels: 8, normalisation };
  const one = weightsFor(config, 1);
  const pictures = picturesFor(3, 2);
  const halfTurned = Float32Array.from(pictures, (_, k) => pictures[k - (k % 784) + 783 - (k % 784)]);
  const views = [pictures, halfTurned].map((p) => new FeatureExtractor(one, softwareSynapses).extract(p));
  const both = new FeatureExtractor(withViews(one, 2), softwareSynapses).extract(pictures);
  expect(both).toHaveLength(3 * 2 * 8);
  both.forEach((x, k) => {
    const [n, view, c] = [Math.floor(k / 16), Math.floor(k / 8) % 2, k % 8];
    expect(x).toBeCloseTo(views[view][8 * n + c] / Math.SQRT2, 5);
  });
});

test("by image, no picture's features depend on other pictures", () => {
  const weights = weightsFor({ ...characterConfig, channels: 16 }, 3);
  const extractor = new FeatureExtractor(weights, softwareSynapses);
  const pictures = picturesFor(4, 4);
  const together = extractor.extract(pictures);
  for (let n = 0; n < 4; n++)
    expect(extractor.extract(pictures.subarray(n * 784, (n + 1) * 784))).toEqual(
      together.slice(n * 16, (n + 1) * 16),
    );
});

test('the paper network has 56 channels and 341,824 devices', () => {
  const weights = weightsFor(characterConfig, 5);
  let devices = 0;
  new FeatureExtractor(weights, (rows, columns, name) => {
    devices += 4 * rows * columns;
    return softwareSynapses(rows, columns, name);
  });
  expect(devices + 4 * weights.readout.length).toBe(341824);
});
