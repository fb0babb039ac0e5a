/**
 * Twice continuously differentiable cubic spline through equidistant knots, natural ends: path geometry for time scaling.
 * Values rows x columns; the path parameter runs over 0..1.
 */
export class UniformSpline {
  private readonly second: Float64Array;
  private readonly spacing: number;

  constructor(
    private readonly values: Float64Array,
    readonly columns: number,
  ) {
    const rows = values.length / columns;
    this.spacing = 1 / (rows - 1);
    this.second = new Float64Array(values.length);
    const sweep = new Float64Array(rows);
    const right = new Float64Array(rows);
    for (let c = 0; c < columns; c++) {
      // Tridiagonal system m[i-1] + 4 m[i] + m[i+1] = 6 (y[i-1] - 2 y[i] + y[i+1]) / h^2 with m = 0 at the ends.
      for (let i = 1; i < rows - 1; i++) {
        const y = (k: number) => values[k * columns + c];
        const rhs = (6 * (y(i - 1) - 2 * y(i) + y(i + 1))) / this.spacing ** 2;
        const pivot = 4 - sweep[i - 1];
        sweep[i] = 1 / pivot;
        right[i] = (rhs - right[i - 1]) / pivot;
      }
      for (let i = rows - 2; i > 0; i--)
        this.second[i * columns + c] = right[i] - sweep[i] * this.second[(i + 1) * columns + c];
    }
  }

  /** Value and first two derivatives with respect to the path parameter; allocates nothing. */
  sample(s: number, value: Float64Array, first: Float64Array, second: Float64Array, at = 0): void {
    const { columns, spacing: h, values, second: m } = this;
    const rows = values.length / columns;
    const i = Math.min(rows - 2, Math.max(0, Math.floor(s / h)));
    const b = s / h - i;
    const a = 1 - b;
    for (let c = 0; c < columns; c++) {
      const k = i * columns + c;
      const [y0, y1, m0, m1] = [values[k], values[k + columns], m[k], m[k + columns]];
      value[at + c] = a * y0 + b * y1 + (((a * a * a - a) * m0 + (b * b * b - b) * m1) * h * h) / 6;
      first[at + c] = (y1 - y0) / h + (((3 * b * b - 1) * m1 - (3 * a * a - 1) * m0) * h) / 6;
      second[at + c] = a * m0 + b * m1;
    }
  }
}
