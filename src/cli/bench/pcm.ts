import { Random } from '../../kernels/random.js';
import { pcmConfig } from '../../pcm/config.js';
import { Devices, type DeviceConfig } from '../../pcm/devices.js';
import { Crossbar } from '../../pcm/crossbar.js';
import { pcmSynapses } from '../../pcm/pcm_synapses.js';
import { hermesTwoStatistics, pcmLikeStatistics } from '../../pcm/statistics.js';
import { table } from '../output.js';
import {
  ageS,
  findPython,
  installAihwkit,
  levels,
  noiseTypes,
  samples,
  startAihwkit,
  weightNoise,
  type Aihwkit,
  type NoiseType,
  type Draws,
} from './aihwkit.js';
import { median, medianMicroseconds, microseconds, type BenchOptions, type BenchReport } from './bench.js';
import { compareSamples, type TwoSample } from './two_sample.js';

const size = 256;
/** Vectors of a batch. */
const batch = 64;
const quantities = ['programmed', 'drift exponent', 'read after a day'] as const;

/** Turns that we and aihwkit take in speed. */
const rounds = 15;

/** The crossbar product and the device statistics, against plain JavaScript and against aihwkit. */
export async function run(options: BenchOptions): Promise<BenchReport> {
  const speed = measureSpeed(options.seed);
  let python = findPython();
  if (!python && options.install && installAihwkit()) python = findPython();
  const peer = python ? await startAihwkit(python, options.seed + 1) : null;
  const races = peer?.tile ? await race(peer, options.seed) : null;
  peer?.close();
  const tests =
    peer &&
    (['pcm-like', 'hermes'] as const).flatMap((model) =>
      compareDraws(model, peer.draws[model], options.seed),
    );
  const text = [
    `256 x 256 product, 8-bit converters, fresh read noise: ${speed.onePhaseUs.toFixed(1)} us (one phase), ${speed.fourPhaseUs.toFixed(1)} us (four phases), ${speed.batchUs.toFixed(1)} us a vector in batches of ${batch}`,
    `plain JavaScript, one phase: ${speed.plainUs.toFixed(1)} us, ${(speed.plainUs / speed.onePhaseUs).toFixed(1)} times as long`,
    ...(peer
      ? [
          races
            ? `aihwkit ${peer.version}, ${peer.tile}, one thread, ${rounds} turns each, a turn's fastest call, medians over turns; us a vector. Ours has the same noise: a variance proportional to a weight's magnitude, or one for all weights.`
            : `aihwkit ${peer.version}: its tile does not run with the PyTorch that is installed: no speed`,
          ...(races
            ? [
                table([
                  ['weight noise', 'vectors', 'ours', 'aihwkit', 'times as long'],
                  ...races.map((r) => [
                    r.noise,
                    String(r.vectors),
                    ...[r.oursUs, r.aihwkitUs, r.ratio].map((v) => v.toFixed(1)),
                  ]),
                ]),
              ]
            : []),
          `two-sample tests against aihwkit, ${samples} devices each, units of G_max:`,
          table([
            ['model, quantity, level', 'mean', 'aihwkit', 'std', 'aihwkit', 'KS', 'limit', 'same'],
            ...tests!.map((t) => [
              `${t.model} ${t.quantity} ${t.level}`,
              ...[t.mean[0], t.mean[1], t.std[0], t.std[1], t.ks, t.ksLimit].map((v) => v.toFixed(5)),
              t.same ? 'yes' : 'NO',
            ]),
          ]),
        ]
      : ['aihwkit is not installed: skipped (bench pcm --install makes a throw-away environment for it)']),
  ].join('\n');
  const aihwkit = peer && { version: peer.version, tile: peer.tile, races, tests };
  return { result: { ...speed, aihwkit }, text };
}

/** Our products against aihwkit's with the same noise, turn by turn, a turn's fastest call: the machine may have other things to do. */
async function race(peer: Aihwkit, seed: number) {
  const random = new Random(seed, 2);
  const inputs = Float32Array.from({ length: batch * size }, () => 2 * random.uniform() - 1);
  const outputs = new Float32Array(batch * size);
  const results = [];
  for (const noise of noiseTypes) {
    const crossbar = loadedCrossbar(noise, random);
    const scale = new Float32Array(size).fill(1);
    for (const vectors of [1, batch]) {
      const repeats = vectors === 1 ? 300 : 40;
      const ours: number[] = [];
      const theirs: number[] = [];
      const product = (): void => crossbar.multiply(inputs, 0, size, outputs, 0, size, vectors, scale, false);
      for (let k = 0; k < rounds; k++) {
        ours.push(Math.min(...microseconds(product, 2 * repeats)) / vectors);
        theirs.push(await peer.time(noise, vectors, repeats));
      }
      const ratio = median(theirs.map((t, k) => t / ours[k]));
      results.push({ noise, vectors, oursUs: median(ours), aihwkitUs: median(theirs), ratio });
    }
  }
  return results;
}

/** A full core in one phase. A weight's variance: weightNoise^2, times its magnitude in PCM_READ. */
function loadedCrossbar(noise: NoiseType, random: Random): Crossbar {
  const config = { inputBits: 8, outputBits: 8, phases: 1 as const, wireResistance: 0 };
  const crossbar = new Crossbar(size, size, config, random);
  const weights = Float32Array.from({ length: size * size }, () => 2 * random.uniform() - 1);
  const part = (sign: number): Float32Array => weights.map((w) => Math.max(0, sign * w));
  const variance = weights.map((w) => weightNoise ** 2 * (noise === 'PCM_READ' ? Math.abs(w) : 1));
  crossbar.load(part(1), part(-1), variance, new Float32Array(size).fill(1));
  crossbar.setOutputLimit(new Float32Array(size).fill((12 * Math.sqrt(size)) / 3));
  return crossbar;
}

function measureSpeed(seed: number) {
  const random = new Random(seed, 1);
  const weights = Float32Array.from({ length: size * size }, () => 0.3 * random.gaussian());
  const input = Float32Array.from({ length: size }, () => random.gaussian());
  const output = new Float32Array(size);
  const time = (phases: 1 | 4): number => {
    const options = { seed, readNoise: { mode: 'fresh' as const }, converters: { phases } };
    const synapses = pcmSynapses('hermes', options)(size, size, 'bench');
    synapses.program(weights);
    return medianMicroseconds(() => synapses.multiply(input, output), 2000);
  };

  const inputs = Float32Array.from({ length: batch * size }, () => random.gaussian());
  const outputs = new Float32Array(batch * size);
  const synapses = pcmSynapses('hermes', { seed, readNoise: { mode: 'fresh' } })(size, size, 'bench');
  synapses.program(weights);
  const plain = plainProduct(synapses.read(), synapses.analog()!.readVariance!, random);
  return {
    onePhaseUs: time(1),
    fourPhaseUs: time(4),
    batchUs: medianMicroseconds(() => synapses.multiply(inputs, outputs, batch), 300) / batch,
    plainUs: medianMicroseconds(() => plain(input, output), 2000),
  };
}

/** The peer: the same product in plain JavaScript. */
function plainProduct(weights: Float32Array, variance: Float32Array, random: Random) {
  const x = new Float32Array(size);
  const spread = new Float32Array(size);
  return (input: Float32Array, out: Float32Array): void => {
    let range = 0;
    for (let i = 0; i < size; i++) range = Math.max(range, Math.abs(input[i]));
    for (let i = 0; i < size; i++) x[i] = (Math.round((input[i] / range) * 127) * range) / 127;
    out.fill(0);
    spread.fill(0);
    for (let i = 0, k = 0; i < size; i++) {
      const [a, b] = [x[i], x[i] * x[i]];
      for (let j = 0; j < size; j++, k++) {
        out[j] += a * weights[k];
        spread[j] += b * variance[k];
      }
    }
    const step = 30 / 127;
    for (let j = 0; j < size; j++) {
      const y = out[j] + Math.sqrt(spread[j]) * random.gaussian();
      out[j] = step * Math.round(Math.min(30, Math.max(-30, y)) / step);
    }
  };
}

/** Two-sample tests of our draws against aihwkit's. */
export function compareDraws(
  model: 'pcm-like' | 'hermes',
  draws: Draws,
  seed: number,
): (TwoSample & { model: string; quantity: string; level: number })[] {
  const statistics = model === 'hermes' ? hermesTwoStatistics : pcmLikeStatistics;
  const config = { ...pcmConfig('pcm-like'), statistics } as DeviceConfig;
  return levels.flatMap((level, n) => {
    const devices = new Devices(samples, config, new Random(seed, n, 7));
    for (let k = 0; k < samples; k++) devices.program(k, level, 0);
    const read = new Float32Array(samples);
    devices.sample(ageS, 0, samples, read, null);
    const nu = Float32Array.from({ length: samples }, (_, k) => devices.driftCoefficient(k));
    return [devices.programmed, nu, read].map((ours, q) => ({
      model,
      quantity: quantities[q],
      level,
      ...compareSamples(ours, draws[n][q]),
    }));
  });
}
