/** How far one performed motion is from another, and how smooth it is. Motions are rows on the same evenly spaced instants. */

/** A motion: rows at 0, h, 2h, ... */
export interface Motion {
  /** rows x joints, rad */
  angles: Float64Array;
  /** rows x 3, tool-centre-point, m */
  points: Float64Array;
}

export interface Measures {
  tcpErrorMeanM: number;
  tcpErrorMaxM: number;
  /** Discrete Frechet distance of the tool's paths (Eiter & Mannila 1994), m: the timing does not count. */
  frechetM: number;
  /** Root mean square, a joint. */
  velocityRmseRadPerS: number[];
  /** Root mean square of the third difference over all joints. */
  jerkRmsRadPerS3: number;
}

/** Measures of a motion against the one it is meant to be. @param stepS between rows, s. @throws RangeError where rows differ. */
export function measure(motion: Motion, meant: Motion, joints: number, stepS: number): Measures {
  const rows = meant.points.length / 3;
  if (motion.points.length !== meant.points.length)
    throw new RangeError(`rows: expected ${rows}, got ${motion.points.length / 3}`);
  let [sum, max] = [0, 0];
  for (let k = 0; k < rows; k++) {
    const d = distance(motion.points, k, meant.points, k);
    sum += d;
    max = Math.max(max, d);
  }
  const squares = new Array<number>(joints).fill(0);
  for (let k = 1; k < rows; k++)
    for (let j = 0; j < joints; j++) {
      const [a, b] = [k * joints + j, (k - 1) * joints + j];
      squares[j] += ((motion.angles[a] - motion.angles[b] - meant.angles[a] + meant.angles[b]) / stepS) ** 2;
    }
  return {
    tcpErrorMeanM: sum / rows,
    tcpErrorMaxM: max,
    frechetM: frechet(motion.points, meant.points),
    velocityRmseRadPerS: squares.map((s) => Math.sqrt(s / (rows - 1))),
    jerkRmsRadPerS3: jerk(motion.angles, joints, stepS),
  };
}

function distance(a: Float64Array, i: number, b: Float64Array, j: number): number {
  return Math.hypot(a[3 * i] - b[3 * j], a[3 * i + 1] - b[3 * j + 1], a[3 * i + 2] - b[3 * j + 2]);
}

/** Discrete Frechet distance of two paths (rows x 3). */
export function frechet(a: Float64Array, b: Float64Array): number {
  const [n, m] = [a.length / 3, b.length / 3];
  let before = new Float64Array(m);
  let row = new Float64Array(m);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      const d = distance(a, i, b, j);
      let way = i > 0 ? before[j] : Infinity;
      if (j > 0) way = Math.min(way, row[j - 1]);
      if (i > 0 && j > 0) way = Math.min(way, before[j - 1]);
      row[j] = i === 0 && j === 0 ? d : Math.max(way, d);
    }
    [before, row] = [row, before];
  }
  return before[m - 1];
}

function jerk(angles: Float64Array, joints: number, stepS: number): number {
  let [sum, count] = [0, 0];
  for (let k = 3 * joints; k < angles.length; k++) {
    const third = angles[k] - 3 * angles[k - joints] + 3 * angles[k - 2 * joints] - angles[k - 3 * joints];
    sum += (third / stepS ** 3) ** 2;
    count++;
  }
  return count ? Math.sqrt(sum / count) : 0;
}
