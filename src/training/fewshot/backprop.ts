import { convolutionShape, type CharacterConfig } from '../../fewshot/network.js';
import { inputSide } from '../../fewshot/prepare_image.js';
import type { Random } from '../../kernels/random.js';
import { features } from './outer_loss.js';
import { loadTensorFlow, type Tensor2D, type Tensor4D } from './tensorflow.js';
import { initialConvolutions } from './untrained.js';

/**
 * The control without meta-training: a network from random weights, trained on the support alone by backpropagation
 * through all layers (Adam at 1e-3, `steps` full-batch steps). @returns its labels for the queries.
 */
export function backpropOnSupport(
  config: CharacterConfig,
  support: Float32Array,
  labels: readonly number[],
  queries: Float32Array,
  random: Random,
  steps = 60,
): number[] {
  const tf = loadTensorFlow();
  const ways = Math.max(...labels) + 1;
  return tf.tidy(() => {
    const pictures = (pixels: Float32Array): Tensor4D =>
      tf.tensor4d(pixels, [pixels.length / inputSide ** 2, inputSide, inputSide, 1]);
    const convolutions = initialConvolutions(config, random).map((values, k) =>
      tf.variable(tf.tensor4d(values, convolutionShape(config, k))),
    );
    const limit = Math.sqrt(6 / (config.channels + ways));
    const readout = tf.variable(
      tf.tensor2d(
        Float32Array.from({ length: config.channels * ways }, () => limit * (2 * random.uniform() - 1)),
        [config.channels, ways],
      ),
    );
    const logits = (x: Tensor4D) =>
      tf.matMul(features(tf, config, x, convolutions as unknown as Tensor4D[]), readout) as Tensor2D;
    const x = pictures(support);
    const y = tf.oneHot(tf.tensor1d([...labels], 'int32'), ways);
    const adam = tf.train.adam(1e-3);
    for (let k = 0; k < steps; k++)
      adam.minimize(() => tf.losses.softmaxCrossEntropy(y, logits(x)), false, [...convolutions, readout]);
    const out = [...tf.argMax(logits(pictures(queries)), 1).dataSync()];
    [...convolutions, readout].forEach((v) => v.dispose());
    adam.dispose();
    return out;
  });
}
