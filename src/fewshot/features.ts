import { wasmBase64 } from '../kernels/generated/cnn.js';
import { bytesFor, Kernel } from '../kernels/load.js';
import { addLedgers, type Ledger, type Synapses, type SynapsesFactory } from '../synapses/synapses.js';
import { SoftwareSynapses } from '../synapses/software_synapses.js';
import { normaliseBatch } from './normalise_batch.js';
import { featureCount, type CharacterWeights } from './network.js';
import { inputSide } from './prepare_image.js';
import { lookAt } from './views.js';

interface CnnExports {
  patches(picture: number, side: number, channels: number, out: number): void;
  multiply(a: number, rows: number, k: number, w: number, columns: number, out: number): void;
  rectify(x: number, n: number): void;
  normalise(x: number, n: number, epsilon: number): void;
  maxima(x: number, pixels: number, channels: number, out: number): void;
}

/**
 * The convolutions on synapses: a layer is a matrix (9 * inputs) x channels, applied to the patches of a picture.
 * Software synapses are read once and multiplied in WebAssembly; others multiply themselves, converters and noise included.
 */
export class FeatureExtractor {
  private readonly layers: Synapses[];
  private readonly kernel: Kernel<CnnExports>;
  private readonly picture: Float32Array;
  private readonly patches: Float32Array;
  private readonly packed: Float32Array[];
  private readonly features: Float32Array;
  private readonly sides: number[];

  /** @throws RangeError when channels is not a multiple of 8. */
  constructor(
    readonly weights: CharacterWeights,
    factory: SynapsesFactory,
  ) {
    const { channels, layers } = weights.config;
    if (channels % 8 !== 0) throw new RangeError(`channels: expected a multiple of 8, got ${channels}`);
    this.layers = weights.convolutions.map((w, k) => {
      const synapses = factory(w.length / channels, channels, `conv${k + 1}`);
      synapses.program(w);
      return synapses;
    });
    this.sides = [inputSide];
    for (let k = 0; k < layers; k++) this.sides.push((this.sides[k] + 1) >> 1);
    const largest = Math.max(inputSide * inputSide, ...this.sides.slice(1).map((s) => s * s * channels));
    const most = Math.max(...this.layers.map((s, k) => this.sides[k + 1] ** 2 * s.rows));
    const total = largest + most + channels + weights.convolutions.reduce((n, w) => n + w.length, 0);
    this.kernel = new Kernel<CnnExports>(wasmBase64, bytesFor(total, 3 + layers));
    this.picture = this.kernel.f32(largest);
    this.patches = this.kernel.f32(most);
    this.features = this.kernel.f32(channels);
    this.packed = weights.convolutions.map((w) => this.kernel.f32(w.length));
    this.layers.forEach((s, k) => pack(s.read(), s.rows, channels, this.packed[k]));
  }

  /** Sets the converters' ranges on hardware that has some, from sample pictures (count x 28 x 28). */
  calibrate(pictures: Float32Array): void {
    if (this.layers.some((s) => !s.calibrate)) return;
    const { config } = this.weights;
    const count = pictures.length / inputSide ** 2;
    let all = new Float32Array(pictures.length);
    for (let n = 0; n < count; n++) {
      const one = (of: Float32Array) => of.subarray(n * inputSide ** 2, (n + 1) * inputSide ** 2);
      lookAt(one(pictures), n % config.views, one(all));
    }
    for (const [k, synapses] of this.layers.entries()) {
      const size = all.length / count;
      const length = this.sides[k + 1] ** 2 * synapses.rows;
      const values = this.sides[k + 1] ** 2 * config.channels;
      const inputs = new Float32Array(count * length);
      const next = new Float32Array(count * values);
      for (let n = 0; n < count; n++) {
        this.picture.set(all.subarray(n * size, (n + 1) * size));
        this.makePatches(k);
        inputs.set(this.patches.subarray(0, length), n * length);
      }
      synapses.calibrate!(inputs, inputs.length / synapses.rows);
      for (let n = 0; n < count; n++) {
        this.picture.set(all.subarray(n * size, (n + 1) * size));
        this.convolve(k);
        if (config.normalisation === 'image')
          this.kernel.exports.normalise(this.picture.byteOffset, values, config.epsilon);
        next.set(this.picture.subarray(0, values), n * values);
      }
      if (config.normalisation === 'batch') normaliseBatch(next, config.channels, config.epsilon);
      all = next;
    }
  }

  /** Lets device time pass. */
  advance(seconds: number): void {
    for (const s of this.layers) s.advance(seconds);
  }

  /** What the convolutions spent. */
  get ledger(): Ledger {
    return addLedgers(...this.layers.map((s) => s.ledger));
  }

  /**
   * Features of prepared pictures (count x 28 x 28, as the configuration's background and framing say): count x (views * channels).
   * With batch normalisation the pictures of one call share their statistics.
   */
  extract(pictures: Float32Array): Float32Array {
    const size = inputSide * inputSide;
    const count = pictures.length / size;
    if (!Number.isInteger(count))
      throw new RangeError(`pictures: expected n x ${size} values, got ${pictures.length}`);
    const { config } = this.weights;
    const columns = featureCount(config);
    const out = new Float32Array(count * columns);
    const seen = new Float32Array(pictures.length);
    for (let view = 0; view < config.views; view++) {
      for (let at = 0; at < pictures.length; at += size)
        lookAt(pictures.subarray(at, at + size), view, seen.subarray(at, at + size));
      const extract = config.normalisation === 'batch' ? this.extractBatch : this.extractEach;
      extract.call(this, seen, count, (n) => out.subarray(n * columns + view * config.channels));
    }
    return out;
  }

  private extractEach(pictures: Float32Array, count: number, out: (n: number) => Float32Array): void {
    const { config } = this.weights;
    const size = pictures.length / count;
    for (let n = 0; n < count; n++) {
      this.picture.set(pictures.subarray(n * size, (n + 1) * size));
      for (let k = 0; k < config.layers; k++) {
        const values = this.convolve(k);
        this.kernel.exports.normalise(this.picture.byteOffset, values, config.epsilon);
      }
      this.pool(out(n));
    }
  }

  private extractBatch(pictures: Float32Array, count: number, out: (n: number) => Float32Array): void {
    const { config } = this.weights;
    let all = pictures;
    for (let k = 0; k < config.layers; k++) {
      const before = all.length / count;
      const next = new Float32Array(count * this.sides[k + 1] ** 2 * config.channels);
      for (let n = 0; n < count; n++) {
        this.picture.set(all.subarray(n * before, (n + 1) * before));
        const values = this.convolve(k);
        next.set(this.picture.subarray(0, values), n * values);
      }
      normaliseBatch(next, config.channels, config.epsilon);
      all = next;
    }
    const size = all.length / count;
    for (let n = 0; n < count; n++) {
      this.picture.set(all.subarray(n * size, (n + 1) * size));
      this.pool(out(n));
    }
  }

  /** Convolution and ReLU of layer k, picture -> picture; returns the number of values. */
  private convolve(k: number): number {
    const { exports } = this.kernel;
    const { channels } = this.weights.config;
    const synapses = this.layers[k];
    const pixels = this.sides[k + 1] ** 2;
    const values = pixels * channels;
    this.makePatches(k);
    if (synapses instanceof SoftwareSynapses) {
      const { patches, packed, picture } = this;
      exports.multiply(
        patches.byteOffset,
        pixels,
        synapses.rows,
        packed[k].byteOffset,
        channels,
        picture.byteOffset,
      );
      synapses.ledger.mvms += pixels;
    } else {
      synapses.multiply(
        this.patches.subarray(0, pixels * synapses.rows),
        this.picture.subarray(0, values),
        pixels,
      );
    }
    exports.rectify(this.picture.byteOffset, values);
    return values;
  }

  private makePatches(k: number): void {
    const channels = k === 0 ? 1 : this.weights.config.channels;
    this.kernel.exports.patches(this.picture.byteOffset, this.sides[k], channels, this.patches.byteOffset);
  }

  /** Maxima over the last layer; scaled so that a picture's features have the same length for any number of views. */
  private pool(out: Float32Array): void {
    const { channels, layers, views, featureScale } = this.weights.config;
    const scale = featureScale / Math.sqrt(views);
    this.kernel.exports.maxima(
      this.picture.byteOffset,
      this.sides[layers] ** 2,
      channels,
      this.features.byteOffset,
    );
    for (let c = 0; c < channels; c++) out[c] = scale * this.features[c];
  }
}

/** Rows x columns -> panels of eight columns. */
function pack(from: Float32Array, rows: number, columns: number, to: Float32Array): void {
  for (let p = 0, at = 0; p < columns; p += 8)
    for (let r = 0; r < rows; r++) for (let c = 0; c < 8; c++) to[at++] = from[r * columns + p + c];
}
