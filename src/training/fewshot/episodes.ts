import type { Random } from '../../kernels/random.js';

/** Episodes of one size, trained together. */
export interface EpisodeGroup {
  episodes: number;
  ways: number;
  shots: number;
  queries: number;
}

/** Rows of a batch that make a group's episodes: episodes x (ways * shots), episodes x (ways * queries); class major. */
export interface EpisodeRows {
  support: Int32Array;
  query: Int32Array;
}

/**
 * Draws episodes out of a batch whose class c has rows c * pictures ..: many episodes share one pass of the convolutions.
 * Half of them take all classes from one group (alphabet) where one has enough.
 */
export function drawEpisodes(
  groups: Int32Array,
  pictures: number,
  { episodes, ways, shots, queries }: EpisodeGroup,
  random: Random,
): EpisodeRows {
  const support = new Int32Array(episodes * ways * shots);
  const query = new Int32Array(episodes * ways * queries);
  const everything = Array.from(groups.keys());
  const rich = [...new Set(groups)]
    .map((g) => everything.filter((c) => groups[c] === g))
    .filter((m) => m.length >= ways);
  let s = 0;
  let q = 0;
  for (let t = 0; t < episodes; t++) {
    const hard = rich.length > 0 && random.uniform() < 0.5;
    const members = random.shuffle([...(hard ? rich[random.integer(rich.length)] : everything)]);
    for (let w = 0; w < ways; w++) {
      const rows = random.shuffle(Array.from({ length: pictures }, (_, k) => members[w] * pictures + k));
      for (let k = 0; k < shots; k++) support[s++] = rows[k];
      for (let k = 0; k < queries; k++) query[q++] = rows[shots + k];
    }
  }
  return { support, query };
}
