import type { CharacterConfig } from '../../fewshot/network.js';
import type { EpisodeGroup, EpisodeRows } from './episodes.js';
import type { Scalar, Tensor, Tensor2D, Tensor4D, Tf } from './tensorflow.js';

/**
 * Features of pictures (n x 28 x 28 x 1) -> n x channels, normalised picture by picture.
 * ReLU and normalisation are one operation with its own gradient: y = (r - mean r) / sqrt(var r + epsilon), r = max(x, 0);
 * dx = (dy - mean dy - y mean(dy y)) / sqrt(var r + epsilon) where x > 0.
 */
export function features(
  tf: Tf,
  config: CharacterConfig,
  pictures: Tensor4D,
  convolutions: readonly Tensor4D[],
): Tensor2D {
  const normalise = tf.customGrad((x, save) => {
    const r = tf.relu(x as Tensor);
    const mean = tf.mean(r, 1, true);
    const deviation = tf.sub(r, mean);
    const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(deviation), 1, true), config.epsilon));
    const y = tf.mul(deviation, inverse);
    (save as (t: Tensor[]) => void)([x as Tensor, y, inverse]);
    return {
      value: y,
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [x, y, inverse] = saved;
        const a = tf.mean(dy, 1, true);
        const b = tf.mean(tf.mul(dy, y), 1, true);
        return tf.mul(tf.mul(tf.sub(tf.sub(dy, a), tf.mul(y, b)), inverse), tf.step(x));
      },
    };
  });
  let h: Tensor4D = pictures;
  for (const kernel of convolutions) {
    const padded = tf.pad(h, [
      [0, 0],
      [1, 1],
      [1, 1],
      [0, 0],
    ]) as Tensor4D;
    const x = tf.conv2d(padded, kernel, 2, 'valid');
    const flat = tf.reshape(x, [x.shape[0], -1]);
    h = tf.reshape(normalise(flat), x.shape);
  }
  return tf.max(h, [1, 2]) as Tensor2D;
}

/**
 * Query logits after the updates: episodes x (ways * queries) x ways. The updates are unrolled as matrix products,
 * W <- W + rate * H^T (Y - softmax(H W)) / n, from a readout of zeros, so that ordinary autodiff goes through all of them.
 */
export function adaptedLogits(
  tf: Tf,
  config: CharacterConfig,
  all: Tensor2D,
  { episodes, ways, shots, queries }: EpisodeGroup,
  rows: EpisodeRows,
): Tensor {
  const channels = config.channels;
  const support = tf.reshape(tf.gather(all, tf.tensor1d(rows.support, 'int32')), [
    episodes,
    ways * shots,
    channels,
  ]);
  const query = tf.reshape(tf.gather(all, tf.tensor1d(rows.query, 'int32')), [
    episodes,
    ways * queries,
    channels,
  ]);
  const labels = oneHot(tf, ways, shots);
  const step = (config.rate * ways) / 5 / (ways * shots);
  // The first update starts from zeros: softmax is 1 / ways everywhere.
  let readout = tf.mul(
    tf.matMul(support, tf.tile(tf.sub(labels, 1 / ways), [episodes, 1, 1]), true, false),
    step,
  );
  for (let k = 1; k < config.updates; k++) {
    const error = tf.sub(labels, tf.softmax(tf.matMul(support, readout)));
    readout = tf.add(readout, tf.mul(tf.matMul(support, error, true, false), step));
  }
  return tf.matMul(query, readout);
}

/** Mean cross-entropy of the queries after the updates, over all groups. */
export function outerLoss(
  tf: Tf,
  config: CharacterConfig,
  pictures: Tensor4D,
  convolutions: readonly Tensor4D[],
  logScale: Scalar,
  groups: readonly { group: EpisodeGroup; rows: EpisodeRows }[],
): Scalar {
  const all = tf.mul(features(tf, config, pictures, convolutions), tf.exp(logScale)) as Tensor2D;
  const losses = groups.map(({ group, rows }) => {
    const logits = adaptedLogits(tf, config, all, group, rows);
    return tf.neg(tf.mean(tf.sum(tf.mul(oneHot(tf, group.ways, group.queries), tf.logSoftmax(logits)), 2)));
  });
  return tf.div(tf.addN(losses), losses.length) as Scalar;
}

/** Accuracy of the queries after the updates. */
export function accuracy(tf: Tf, logits: Tensor, ways: number, queries: number): number {
  const wanted = tf.argMax(oneHot(tf, ways, queries), 2);
  return tf.mean(tf.cast(tf.equal(tf.argMax(logits, 2), wanted), 'float32')).dataSync()[0];
}

/** 1 x (ways * count) x ways, class major. */
function oneHot(tf: Tf, ways: number, count: number): Tensor {
  const classes = Int32Array.from({ length: ways * count }, (_, k) => Math.floor(k / count));
  return tf.expandDims(tf.cast(tf.oneHot(tf.tensor1d(classes, 'int32'), ways), 'float32'), 0);
}
