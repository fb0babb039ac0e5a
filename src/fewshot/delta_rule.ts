// local names: looked up once, not in every pixel's loop
const { exp, max } = Math;

/** Softmax over the first `ways` of each row of `columns` logits; the rest of the row becomes 0. In place. */
export function softmaxRows(logits: Float32Array, columns: number, ways: number): void {
  for (let row = 0; row < logits.length; row += columns) {
    let largest = -Infinity;
    for (let l = 0; l < ways; l++) largest = max(largest, logits[row + l]);
    let sum = 0;
    for (let l = 0; l < ways; l++) sum += logits[row + l] = exp(logits[row + l] - largest);
    for (let l = 0; l < columns; l++) logits[row + l] = l < ways ? logits[row + l] / sum : 0;
  }
}

/**
 * The delta rule (the paper's inner step): dW_cl = rate * mean over pictures of h_c (y_l - p_l), with p the softmax of the
 * logits h W. It is minus rate times the gradient of the mean cross-entropy with respect to W.
 * @param features count x channels. @param probabilities count x columns. @param labels count, each < ways <= columns.
 * @returns channels x columns; columns from `ways` on stay 0.
 */
export function deltaRule(
  features: Float32Array,
  probabilities: Float32Array,
  labels: ArrayLike<number>,
  ways: number,
  rate: number,
): Float32Array {
  const count = labels.length;
  const channels = features.length / count;
  const columns = probabilities.length / count;
  const sums = new Float64Array(channels * columns);
  const errors = new Float64Array(ways);
  for (let n = 0; n < count; n++) {
    for (let l = 0; l < ways; l++) errors[l] = (labels[n] === l ? 1 : 0) - probabilities[n * columns + l];
    for (let c = 0; c < channels; c++) {
      const h = features[n * channels + c];
      for (let l = 0, at = c * columns; l < ways; l++, at++) sums[at] += errors[l] * h;
    }
  }
  return Float32Array.from(sums, (s) => (rate / count) * s);
}
