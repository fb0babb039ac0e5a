/**
 * Discrete dynamic movement primitive (Ijspeert et al. 2013), a joint:
 *
 *   tau^2 y'' = alpha (beta (g - y) - tau y') + f(z)      tau z' = -alpha_z z
 *   f(z) = z sum_i psi_i(z) w_i / sum_i psi_i(z)          psi_i(z) = exp(-h_i (z - c_i)^2)
 *
 * alpha 25, beta 6.25 (critically damped); z falls from 1 to 0.01 over the motion; centres evenly spaced in time, neighbours
 * overlapping at 0.8; weights by least squares on the forces that the demonstration asks for.
 */
const [alpha, beta] = [25, 6.25];
const alphaZ = -Math.log(0.01);
const overlap = 0.8;

export interface MovementPrimitive {
  joints: number;
  /** joints x functions */
  weights: Float64Array;
  functions: number;
  /** Of the demonstration, rad and rad per duration. */
  start: Float64Array;
  startVelocity: Float64Array;
  goal: Float64Array;
}

const phase = (x: number): number => Math.exp(-alphaZ * x);

/** Normalised activations at phase z. */
function activations(z: number, functions: number, out: Float64Array): void {
  let sum = 0;
  for (let i = 0; i < functions; i++) {
    const c = phase(i / (functions - 1));
    const k = Math.min(i, functions - 2);
    const width = -Math.log(overlap) / (phase((k + 1) / (functions - 1)) - phase(k / (functions - 1))) ** 2;
    sum += out[i] = Math.exp(-width * (z - c) ** 2);
  }
  for (let i = 0; i < functions; i++) out[i] /= sum;
}

/** Learns a motion (rows x joints, evenly spaced; time runs from 0 to 1). @param functions basis functions a joint. */
export function learnPrimitive(angles: Float64Array, joints: number, functions = 10): MovementPrimitive {
  const rows = angles.length / joints;
  const h = 1 / (rows - 1);
  const gradient = (y: Float64Array): Float64Array =>
    y.map((_, k) =>
      k === 0 ? (y[1] - y[0]) / h : k === rows - 1 ? (y[k] - y[k - 1]) / h : (y[k + 1] - y[k - 1]) / (2 * h),
    );
  const design: Float64Array[] = Array.from({ length: rows }, (_, k) => {
    const row = new Float64Array(functions);
    const z = phase(k * h);
    activations(z, functions, row);
    return row.map((a) => z * a);
  });
  const out: MovementPrimitive = {
    joints,
    functions,
    weights: new Float64Array(joints * functions),
    start: angles.slice(0, joints),
    startVelocity: new Float64Array(joints),
    goal: angles.slice((rows - 1) * joints),
  };
  for (let j = 0; j < joints; j++) {
    const y = Float64Array.from({ length: rows }, (_, k) => angles[k * joints + j]);
    const yd = gradient(y);
    yd[rows - 1] = 0;
    const ydd = gradient(yd);
    ydd[rows - 1] = 0;
    out.startVelocity[j] = yd[0];
    const force = y.map((_, k) => ydd[k] - alpha * (beta * (out.goal[j] - y[k]) - yd[k]));
    out.weights.set(leastSquares(design, force), j * functions);
  }
  return out;
}

/** min |X w - y|, X rows x n, by QR (Householder): no squared condition number. */
function leastSquares(X: readonly Float64Array[], y: Float64Array): Float64Array {
  const n = X[0].length;
  const a = X.map((row, k) => Float64Array.from([...row, y[k]]));
  for (let c = 0; c < n; c++) {
    let norm = 0;
    for (let k = c; k < a.length; k++) norm += a[k][c] ** 2;
    norm = Math.sqrt(norm) * (a[c][c] > 0 ? -1 : 1);
    if (norm === 0) continue;
    const v = Float64Array.from({ length: a.length - c }, (_, k) => a[k + c][c]);
    v[0] -= norm;
    let length = 0;
    for (const x of v) length += x * x;
    if (length === 0) continue;
    for (let d = c; d <= n; d++) {
      let dot = 0;
      for (let k = 0; k < v.length; k++) dot += v[k] * a[k + c][d];
      for (let k = 0; k < v.length; k++) a[k + c][d] -= (2 * dot * v[k]) / length;
    }
  }
  const w = new Float64Array(n);
  for (let c = n - 1; c >= 0; c--) {
    let x = a[c][n];
    for (let d = c + 1; d < n; d++) x -= a[c][d] * w[d];
    w[c] = a[c][c] === 0 ? 0 : x / a[c][c];
  }
  return w;
}

/** Performs a primitive: rows x joints, evenly spaced. @param start where it begins; left out: as shown. */
export function performPrimitive(p: MovementPrimitive, rows: number, start = p.start): Float64Array {
  const { joints, functions } = p;
  const out = new Float64Array(rows * joints);
  const psi = new Float64Array(functions);
  const substeps = 10;
  const h = 1 / ((rows - 1) * substeps);
  const f = new Float64Array(joints);
  const forces = (x: number): void => {
    const z = phase(x);
    activations(z, functions, psi);
    for (let j = 0; j < joints; j++) {
      f[j] = 0;
      for (let i = 0; i < functions; i++) f[j] += z * psi[i] * p.weights[j * functions + i];
    }
  };
  const y = Float64Array.from(start);
  const v = Float64Array.from(p.startVelocity);
  out.set(y);
  for (let k = 1; k < rows; k++) {
    for (let s = 0; s < substeps; s++) {
      // midpoint rule
      const x = ((k - 1) * substeps + s) * h;
      forces(x);
      const halfY = y.map((q, j) => q + (h / 2) * v[j]);
      const halfV = v.map((u, j) => u + (h / 2) * (alpha * (beta * (p.goal[j] - y[j]) - u) + f[j]));
      forces(x + h / 2);
      for (let j = 0; j < joints; j++) {
        v[j] += h * (alpha * (beta * (p.goal[j] - halfY[j]) - halfV[j]) + f[j]);
        y[j] += h * halfV[j];
      }
    }
    out.set(y, k * joints);
  }
  return out;
}
