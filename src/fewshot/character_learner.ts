import { reject } from '../input_error.js';
import { Random } from '../kernels/random.js';
import { softwareSynapses } from '../synapses/software_synapses.js';
import { addLedgers, type Ledger, type Synapses, type SynapsesFactory } from '../synapses/synapses.js';
import { deltaRule, softmaxRows } from './delta_rule.js';
import { FeatureExtractor } from './features.js';
import type { GrayImage } from './gray_image.js';
import { featureCount, type CharacterConfig, type CharacterWeights } from './network.js';
import { inputSide, prepareImage, resizeWhole } from './prepare_image.js';
import { drawCharacter, randomCharacter } from './stroke_characters.js';

/** How to learn; what is left out comes from the weights' configuration. */
export interface LearnOptions {
  updates?: number;
  rate?: number;
}

/**
 * Learns to tell classes of characters from a few pictures of each: the convolutions stay as meta-trained, the readout
 * gets a few delta-rule updates from its meta-trained state.
 */
export class CharacterLearner {
  readonly extractor: FeatureExtractor;
  readonly readout: Synapses;
  private known = 0;

  constructor(
    readonly weights: CharacterWeights,
    factory: SynapsesFactory = softwareSynapses,
  ) {
    const { config } = weights;
    this.extractor = new FeatureExtractor(weights, factory);
    this.extractor.calibrate(samplePictures(config));
    this.readout = factory(featureCount(config), config.outputs, 'readout');
    this.readout.program(this.metaTrainedReadout());
  }

  /** Classes learned; 0 in the meta-trained state. */
  get ways(): number {
    return this.known;
  }

  /** What the hardware spent so far. */
  get ledger(): Ledger {
    return addLedgers(this.extractor.ledger, this.readout.ledger);
  }

  /** A picture as the network wants it: 28 x 28. @throws InputError when it is malformed or shows no character. */
  prepare(image: GrayImage): Float32Array {
    const { framing, background } = this.weights.config;
    const picture = framing === 'centred' ? prepareImage(image) : resizeWhole(image);
    const flip = (framing === 'centred') === (background === 1);
    return flip ? picture.map((x) => 1 - x) : picture;
  }

  /** Features of pictures of any size: count x (views * channels). */
  features(images: readonly GrayImage[]): Float32Array {
    const size = inputSide * inputSide;
    const pictures = new Float32Array(images.length * size);
    images.forEach((image, n) => pictures.set(this.prepare(image), n * size));
    return this.extractor.extract(pictures);
  }

  /**
   * Starts from the meta-trained state and learns from features (count x (views * channels)) and their labels, 0 .. ways - 1.
   * @throws InputError, state unchanged, when a label is out of range, a class has no picture, or there are more classes than outputs.
   */
  learn(features: Float32Array, labels: readonly number[], options: LearnOptions = {}): void {
    const { config } = this.weights;
    const ways = Math.max(0, ...labels) + 1;
    if (features.length !== labels.length * featureCount(config))
      reject(
        'wrong-length',
        'labels',
        `one for each of ${features.length / featureCount(config)} pictures`,
        labels.length,
      );
    if (ways > config.outputs)
      reject('too-many-classes', 'labels', `at most ${config.outputs} classes`, ways);
    if (ways < 2) reject('too-few-classes', 'labels', 'at least 2 classes', labels.length === 0 ? 0 : ways);
    for (const [k, label] of labels.entries())
      if (!Number.isInteger(label) || label < 0)
        reject('bad-label', `labels[${k}]`, 'an integer >= 0', label);
    const seen = new Set(labels);
    for (let l = 0; l < ways; l++)
      if (!seen.has(l))
        reject('missing-class', 'labels', `a picture of each of ${ways} classes`, `none of ${l}`);
    this.forget();
    this.known = ways;
    this.refine(features, labels, options);
  }

  /** More updates from the present state, for the classes that are known. */
  refine(features: Float32Array, labels: readonly number[], options: LearnOptions = {}): void {
    const { config } = this.weights;
    const { updates = config.updates, rate = config.rate } = options;
    for (let u = 0; u < updates; u++) {
      const probabilities = this.scoreRows(features);
      const delta = deltaRule(features, probabilities, labels, this.known, (rate * this.known) / 5);
      this.readout.update(delta);
      this.readout.calibrate?.(features, labels.length);
    }
  }

  /** Probabilities of the learned classes: count x ways. @throws InputError before anything was learned. */
  scores(features: Float32Array): Float32Array {
    if (this.known === 0) reject('not-learned', 'classes', 'classes that were learned', 'none');
    const { outputs } = this.weights.config;
    const rows = this.scoreRows(features);
    const count = rows.length / outputs;
    const out = new Float32Array(count * this.known);
    for (let n = 0; n < count; n++)
      out.set(rows.subarray(n * outputs, n * outputs + this.known), n * this.known);
    return out;
  }

  /** Back to the meta-trained state. */
  forget(): void {
    if (this.known === 0) return;
    this.readout.program(this.metaTrainedReadout());
    this.known = 0;
  }

  /** Lets device time pass. */
  advance(seconds: number): void {
    this.extractor.advance(seconds);
    this.readout.advance(seconds);
  }

  /** Every view's rows are the meta-trained ones: with its features' scale the logits are the mean of the views'. */
  private metaTrainedReadout(): Float32Array {
    const { config, readout } = this.weights;
    const scale = 1 / Math.sqrt(config.views);
    return Float32Array.from(
      { length: config.views * readout.length },
      (_, k) => scale * readout[k % readout.length],
    );
  }

  private scoreRows(features: Float32Array): Float32Array {
    const { config } = this.weights;
    const { outputs } = config;
    const count = features.length / featureCount(config);
    const logits = new Float32Array(count * outputs);
    this.readout.multiply(features, logits, count);
    softmaxRows(logits, outputs, this.known);
    return logits;
  }
}

/** Characters that nobody wrote, to set converters' ranges with. */
function samplePictures({ background }: CharacterConfig): Float32Array {
  const random = new Random(0x5a3);
  const size = inputSide ** 2;
  const pictures = new Float32Array(16 * size);
  for (let at = 0; at < pictures.length; at += size)
    drawCharacter(randomCharacter(random), random, undefined, inputSide, pictures.subarray(at, at + size));
  return background === 1 ? pictures.map((x) => 1 - x) : pictures;
}

/** Index of the largest value of each row. */
export function largestOfRows(values: Float32Array, columns: number): number[] {
  return Array.from({ length: values.length / columns }, (_, n) => {
    let best = n * columns;
    for (let k = best + 1; k < (n + 1) * columns; k++) if (values[k] > values[best]) best = k;
    return best - n * columns;
  });
}
