/**
 * A tool velocity (twist) as joint velocities: damped least squares, q' = J^T (J J^T + d^2 I)^-1 x', and how near the arm is to
 * a singularity (condition number of J). J is row major, 3 x n (translation) or 6 x n.
 */

/** Eigenvalues (descending) and, a column each, eigenvectors of a symmetric matrix n x n, by Jacobi rotations. */
export function symmetricEigen(
  matrix: Float64Array,
  n: number,
): { values: Float64Array; vectors: Float64Array } {
  const a = matrix.slice();
  const v = new Float64Array(n * n);
  for (let i = 0; i < n; i++) v[i * n + i] = 1;
  for (let sweep = 0; sweep < 50; sweep++) {
    let off = 0;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) off += a[p * n + q] ** 2;
    if (off < 1e-30) break;
    for (let p = 0; p < n; p++)
      for (let q = p + 1; q < n; q++) {
        if (a[p * n + q] === 0) continue;
        const theta = (a[q * n + q] - a[p * n + p]) / (2 * a[p * n + q]);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
        const c = 1 / Math.hypot(t, 1);
        const s = t * c;
        for (let k = 0; k < n; k++) {
          const [x, y] = [a[k * n + p], a[k * n + q]];
          [a[k * n + p], a[k * n + q]] = [c * x - s * y, s * x + c * y];
        }
        for (let k = 0; k < n; k++) {
          const [x, y] = [a[p * n + k], a[q * n + k]];
          [a[p * n + k], a[q * n + k]] = [c * x - s * y, s * x + c * y];
          const [u, w] = [v[k * n + p], v[k * n + q]];
          [v[k * n + p], v[k * n + q]] = [c * u - s * w, s * u + c * w];
        }
      }
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => a[j * n + j] - a[i * n + i]);
  const vectors = new Float64Array(n * n);
  order.forEach((from, to) => {
    for (let k = 0; k < n; k++) vectors[k * n + to] = v[k * n + from];
  });
  return { values: Float64Array.from(order, (i) => a[i * n + i]), vectors };
}

/** Ratio of the largest and the smallest singular value of J (rows x columns) among the min(rows, columns) there are. */
export function conditionNumber(jacobian: Float64Array, rows: number, columns: number): number {
  const n = Math.min(rows, columns);
  const { values } = symmetricEigen(gram(jacobian, rows, columns, rows <= columns), n);
  return Math.sqrt(values[0] / Math.max(0, values[n - 1]));
}

/**
 * Joint velocities whose tool velocity is nearest to the wanted one, damped near a singularity: rad/s.
 * @param twist rows values, m/s (and rad/s). @param damping m/rad.
 */
export function jointVelocities(
  jacobian: Float64Array,
  rows: number,
  columns: number,
  twist: ArrayLike<number>,
  damping: number,
  out: Float64Array,
): void {
  // (J^T J + d^2 I)^-1 J^T x', by eigenvectors: exact for any rank
  const { values, vectors } = symmetricEigen(gram(jacobian, rows, columns, false), columns);
  const projected = new Float64Array(columns);
  for (let j = 0; j < columns; j++)
    for (let i = 0; i < rows; i++) projected[j] += jacobian[i * columns + j] * twist[i];
  out.fill(0);
  for (let e = 0; e < columns; e++) {
    let dot = 0;
    for (let j = 0; j < columns; j++) dot += vectors[j * columns + e] * projected[j];
    const divisor = Math.max(0, values[e]) + damping * damping;
    if (divisor > 0) for (let j = 0; j < columns; j++) out[j] += (vectors[j * columns + e] * dot) / divisor;
  }
}

function gram(jacobian: Float64Array, rows: number, columns: number, outer: boolean): Float64Array {
  const n = outer ? rows : columns;
  const inner = outer ? columns : rows;
  const at = (i: number, k: number): number =>
    outer ? jacobian[i * columns + k] : jacobian[k * columns + i];
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) for (let k = 0; k < inner; k++) out[i * n + j] += at(i, k) * at(j, k);
  return out;
}
