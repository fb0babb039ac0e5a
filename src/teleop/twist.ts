/**
 * A tool velocity (twist) as joint velocities: damped least squares, q' = (J^T J + d^2 I)^-1 J^T x', and how near the arm is to
 * a singularity (condition number of J). J is row major, rows x columns: 3 rows for translation, 6 with rotation.
 */

/** Solves for one arm; owns its buffers, allocates nothing in use. */
export class TwistSolver {
  /** J^T J, diagonal once decomposed; its eigenvectors, a column each. */
  private readonly gram: Float64Array;
  private readonly vectors: Float64Array;
  private readonly projected: Float64Array;
  private readonly sorted: Float64Array;

  constructor(
    readonly rows: number,
    readonly columns: number,
  ) {
    [this.gram, this.vectors] = [0, 1].map(() => new Float64Array(columns * columns));
    [this.projected, this.sorted] = [0, 1].map(() => new Float64Array(columns));
  }

  /** Ratio of the largest and the smallest of J's min(rows, columns) singular values. */
  condition(jacobian: Float64Array): number {
    const { columns: n, sorted } = this;
    this.decompose(jacobian);
    for (let i = 0; i < n; i++) sorted[i] = this.gram[i * n + i];
    sorted.sort();
    return Math.sqrt(sorted[n - 1] / Math.max(0, sorted[n - Math.min(this.rows, n)]));
  }

  /**
   * Joint velocities whose tool velocity is nearest to the wanted one, damped near a singularity: rad/s.
   * @param twist rows values, m/s (and rad/s). @param damping m/rad.
   */
  solve(jacobian: Float64Array, twist: ArrayLike<number>, damping: number, out: Float64Array): void {
    const { rows, columns: n, gram, vectors, projected } = this;
    this.decompose(jacobian);
    for (let j = 0; j < n; j++) {
      projected[j] = 0;
      for (let i = 0; i < rows; i++) projected[j] += jacobian[i * n + j] * twist[i];
      out[j] = 0;
    }
    for (let e = 0; e < n; e++) {
      const divisor = Math.max(0, gram[e * n + e]) + damping * damping;
      if (!(divisor > 0)) continue;
      let dot = 0;
      for (let j = 0; j < n; j++) dot += vectors[j * n + e] * projected[j];
      for (let j = 0; j < n; j++) out[j] += (vectors[j * n + e] * dot) / divisor;
    }
  }

  /** Eigenvalues (on gram's diagonal) and eigenvectors of J^T J, by Jacobi rotations: exact for any rank. */
  private decompose(jacobian: Float64Array): void {
    const { rows, columns: n, gram: a, vectors: v } = this;
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let k = 0; k < rows; k++) sum += jacobian[k * n + i] * jacobian[k * n + j];
        a[i * n + j] = sum;
        v[i * n + j] = i === j ? 1 : 0;
      }
    for (let sweep = 0; sweep < 50; sweep++) {
      let off = 0;
      for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) off += a[p * n + q] * a[p * n + q];
      if (off < 1e-30) return;
      for (let p = 0; p < n; p++)
        for (let q = p + 1; q < n; q++) if (a[p * n + q] !== 0) rotate(a, v, n, p, q);
    }
  }
}

/** One Jacobi rotation: a <- R^T a R with a[p][q] = 0, v <- v R. */
function rotate(a: Float64Array, v: Float64Array, n: number, p: number, q: number): void {
  const theta = (a[q * n + q] - a[p * n + p]) / (2 * a[p * n + q]);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  for (let k = 0; k < n; k++) {
    const x = a[k * n + p];
    const y = a[k * n + q];
    a[k * n + p] = c * x - s * y;
    a[k * n + q] = s * x + c * y;
  }
  for (let k = 0; k < n; k++) {
    const x = a[p * n + k];
    const y = a[q * n + k];
    a[p * n + k] = c * x - s * y;
    a[q * n + k] = s * x + c * y;
    const u = v[k * n + p];
    const w = v[k * n + q];
    v[k * n + p] = c * u - s * w;
    v[k * n + q] = s * u + c * w;
  }
}
