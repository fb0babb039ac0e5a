import type { Random } from '../kernels/random.js';
import { reject } from '../input_error.js';

/** Size of an episode: N ways, K shots, and queries of each class. */
export interface EpisodeSize {
  ways: number;
  shots: number;
  queries: number;
}

/** One episode over classes whose pictures are numbered one after another. Labels follow from the order: class major. */
export interface Episode {
  /** The classes taken, by label. */
  classes: number[];
  /** Pictures to learn from, ways * shots; label of entry k = floor(k / shots). */
  support: number[];
  /** Pictures to classify, ways * queries; label of entry k = floor(k / queries). */
  query: number[];
}

/**
 * Draws an episode: `ways` classes at random, and of each `shots` pictures to learn from and `queries` others.
 * @param sizes pictures of each class. @throws InputError when there are too few classes or pictures.
 */
export function drawEpisode(
  sizes: readonly number[],
  { ways, shots, queries }: EpisodeSize,
  random: Random,
): Episode {
  if (sizes.length < ways) reject('too-few', 'classes', `at least ${ways} (ways)`, sizes.length);
  const starts: number[] = [];
  sizes.reduce((at, n, k) => ((starts[k] = at), at + n), 0);
  const classes = random.shuffle(sizes.map((_, k) => k)).slice(0, ways);
  const support: number[] = [];
  const query: number[] = [];
  for (const c of classes) {
    if (sizes[c] < shots + queries)
      reject('too-few', `classes[${c}]`, `at least ${shots + queries} pictures (shots + queries)`, sizes[c]);
    const pictures = random.shuffle(Array.from({ length: sizes[c] }, (_, k) => starts[c] + k));
    support.push(...pictures.slice(0, shots));
    query.push(...pictures.slice(shots, shots + queries));
  }
  return { classes, support, query };
}

/** Labels 0 .. ways - 1, each `count` times. */
export function episodeLabels(ways: number, count: number): number[] {
  return Array.from({ length: ways * count }, (_, k) => Math.floor(k / count));
}

/** Chosen rows of a matrix. */
export function takeRows(matrix: Float32Array, columns: number, rows: readonly number[]): Float32Array {
  const out = new Float32Array(rows.length * columns);
  rows.forEach((r, k) => out.set(matrix.subarray(r * columns, (r + 1) * columns), k * columns));
  return out;
}
