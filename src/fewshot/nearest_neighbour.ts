// local names: looked up once, not in every pixel's loop
const { hypot } = Math;

/**
 * Label of the nearest support vector for each query, by cosine or Euclidean distance: the control without learning.
 * @param support count x size. @param queries n x size.
 */
export function nearestNeighbour(
  support: Float32Array,
  labels: readonly number[],
  queries: Float32Array,
  metric: 'cosine' | 'euclidean',
): number[] {
  const size = support.length / labels.length;
  const norms = labels.map((_, k) => hypot(...support.subarray(k * size, (k + 1) * size)) || 1);
  return Array.from({ length: queries.length / size }, (_, n) => {
    let best = -Infinity;
    let at = 0;
    for (let k = 0; k < labels.length; k++) {
      let dot = 0;
      for (let c = 0; c < size; c++) dot += support[k * size + c] * queries[n * size + c];
      const closeness = metric === 'cosine' ? dot / norms[k] : dot - 0.5 * norms[k] ** 2;
      if (closeness > best) {
        best = closeness;
        at = k;
      }
    }
    return labels[at];
  });
}
