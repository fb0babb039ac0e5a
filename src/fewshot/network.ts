import { reject } from '../input_error.js';

/**
 * The character network (paper: Omniglot): four layers of [convolution 3 x 3, stride 2, padding 1, no bias -> ReLU ->
 * normalisation without scale or shift], maxima over what is left of the picture, and a dense readout without bias.
 * Only the readout learns on the robot: delta-rule updates from the meta-trained state.
 */
export interface CharacterConfig {
  /** Channels of every convolution. */
  channels: number;
  /** Convolutions. */
  layers: number;
  /** Columns of the readout: most classes that can be told apart. */
  outputs: number;
  /**
   * image: mean and variance over all values of one picture in the layer, so that no picture depends on another;
   * batch: per channel over all pictures of the call, support and queries apart or together (the paper's release).
   */
  normalisation: 'image' | 'batch';
  /** Added to the variance. */
  epsilon: number;
  /** Value of the background at the input: 0 (ink = 1), or 1 (white paper, ink = 0). */
  background: 0 | 1;
  /** centred: prepareImage; whole: resizeWhole. */
  framing: 'centred' | 'whole';
  /**
   * Orientations in which a picture is looked at, 1 to 8: as it is, turned by 180, 90 and 270 degrees, then the mirror
   * images of these. Meta-training took the orientations of an alphabet for alphabets of their own, so that each view has
   * errors of its own; the readout has rows for the features of every view.
   */
  views: number;
  /** Factor on the features before the readout, applied digitally. */
  featureScale: number;
  /** Delta-rule updates. */
  updates: number;
  /** Rate of an update for five classes; n classes use rate * n / 5, so that a class moves as far. */
  rate: number;
  /** Largest readout weight to expect after learning with one view: what the largest conductance stands for on a chip. */
  readoutRange: number;
}

/** Meta-trained weights: convolutions 3 x 3 x in x out, readout channels x outputs (the same for every view), all row major. */
export interface CharacterWeights {
  config: CharacterConfig;
  convolutions: Float32Array[];
  readout: Float32Array;
}

/** What our training makes. */
export const characterConfig: CharacterConfig = {
  channels: 56,
  layers: 4,
  outputs: 5,
  normalisation: 'image',
  epsilon: 1e-5,
  background: 0,
  framing: 'centred',
  views: 1,
  featureScale: 1,
  updates: 4,
  rate: 0.1,
  readoutRange: 0.25,
};

/** Shape of convolution k. */
export function convolutionShape(config: CharacterConfig, layer: number): [3, 3, number, number] {
  return [3, 3, layer === 0 ? 1 : config.channels, config.channels];
}

/** Features of a picture: rows of the readout. */
export function featureCount({ channels, views }: CharacterConfig): number {
  return channels * views;
}

/** The same weights, looking at `views` orientations of a picture (1 to 8). */
export function withViews(weights: CharacterWeights, views = weights.config.views): CharacterWeights {
  return { ...weights, config: { ...weights.config, views } };
}

/**
 * The same weights with a readout for more (or fewer) classes.
 * @throws InputError when columns are missing: only a readout that was meta-trained from zeros has any number of them.
 */
export function withOutputs(weights: CharacterWeights, outputs: number): CharacterWeights {
  const { config, readout } = weights;
  if (outputs > config.outputs && readout.some((w) => w !== 0))
    reject('too-many-classes', 'outputs', `at most ${config.outputs} for this readout`, outputs);
  const values = new Float32Array(config.channels * outputs);
  for (let c = 0; c < config.channels; c++)
    for (let l = 0; l < Math.min(outputs, config.outputs); l++)
      values[c * outputs + l] = readout[c * config.outputs + l];
  return { ...weights, config: { ...config, outputs }, readout: values };
}
