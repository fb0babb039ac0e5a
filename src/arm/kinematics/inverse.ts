import type { Chain } from './chain.js';
import type { AngleRange } from './profile.js';
import { rotationBetween } from './rotation.js';
import type { Numbers, WritableNumbers } from './surface.js';

/** What an inverse could not do: distance (m) and angle (rad) left. */
export interface Residual {
  positionM: number;
  angleRad: number;
}

/** One radian counts as much as this, m. */
const LENGTH_M = 0.3;
const ITERATIONS = 100;
/** Part of the way toward the favoured angles that is gone in an iteration, within the null space. */
const NULL_SPACE_GAIN = 0.5;
/** Until nothing moves by more than this, rad: an answer left on its way there would be a jump to the next point's. */
const NULL_SPACE_REST_RAD = 1e-7;
const NULL_SPACE_ITERATIONS = 60;
/** Largest move of a joint in one iteration, rad. */
const LARGEST_STEP_RAD = 0.4;

/**
 * Inverse kinematics by damped least squares (Levenberg-Marquardt), within the joint limits; where more joints than needed move,
 * the rest of their freedom is used to stay near favoured angles. For tool poses, or for positions alone. Owns its buffers.
 */
export class Inverse {
  private readonly rows: number;
  private readonly j: Float64Array;
  private readonly error: Float64Array;
  private readonly gram: Float64Array;
  private readonly q: Float64Array;
  private readonly next: Float64Array;
  private readonly step: Float64Array;
  private readonly spare: Float64Array;
  private readonly locked: Uint8Array;

  /** @param favoured angles, rad. @param withRotation solves for poses; else for positions. */
  constructor(
    private readonly chain: Chain,
    private readonly limits: readonly AngleRange[],
    private readonly favoured: ArrayLike<number>,
    private readonly withRotation: boolean,
  ) {
    const { n } = chain;
    this.rows = withRotation ? 6 : 3;
    this.j = new Float64Array(6 * n);
    this.error = new Float64Array(6);
    this.gram = new Float64Array(this.rows * (this.rows + 1));
    [this.q, this.next, this.step, this.spare] = [0, 1, 2, 3].map(() => new Float64Array(n));
    this.locked = new Uint8Array(n);
  }

  /**
   * Angles (into out[outAt..]) whose tool pose is nearest to `pose` (rotation row major and position, 12 numbers at pose[at..]; for
   * positions the last three count), searched from near[nearAt..].
   */
  solve(
    pose: Numbers,
    at: number,
    near: Numbers,
    nearAt: number,
    out: WritableNumbers,
    outAt: number,
  ): Residual {
    const { chain, limits, q, next } = this;
    const { n } = chain;
    for (let j = 0; j < n; j++) q[j] = Math.min(limits[j].upper, Math.max(limits[j].lower, near[nearAt + j]));
    let cost = this.measure(q, pose, at);
    let damping = 1e-4;
    let spare = n > this.rows;
    for (let k = 0; k < ITERATIONS; k++) {
      const nulls = spare && k < NULL_SPACE_ITERATIONS ? NULL_SPACE_GAIN : 0;
      if (cost < 1e-22 && nulls === 0) break;
      chain.jacobian(q, 0, this.j);
      this.measure(q, pose, at);
      this.locked.fill(0);
      // joints that the step would push beyond a limit stay where they are, the others do their part
      for (let round = 0; round < n; round++) {
        this.solveStep(damping, nulls);
        if (!this.lockBeyond()) break;
      }
      for (let j = 0; j < n; j++)
        next[j] = Math.min(limits[j].upper, Math.max(limits[j].lower, q[j] + this.step[j]));
      const reached = this.measure(next, pose, at);
      if (reached < cost || nulls > 0) {
        const gain = cost - reached;
        q.set(next);
        cost = reached;
        damping = Math.max(1e-12, damping / 6);
        spare &&= this.step.some((d) => Math.abs(d) > NULL_SPACE_REST_RAD);
        if (nulls === 0 && gain < 1e-9 * cost && gain < 1e-16) break;
      } else if ((damping *= 5) > 1e4) break;
    }
    for (let j = 0; j < n; j++) out[outAt + j] = q[j];
    this.measure(q, pose, at);
    const e = this.error;
    return {
      positionM: Math.hypot(e[0], e[1], e[2]),
      angleRad: this.withRotation ? Math.hypot(e[3], e[4], e[5]) / LENGTH_M : 0,
    };
  }

  /** Error of q (wanted - reached, m; rotation x LENGTH_M) into this.error; its square. */
  private measure(q: Numbers, pose: Numbers, at: number): number {
    const { chain, error, rows } = this;
    chain.forward(q, 0);
    for (let i = 0; i < 3; i++) error[i] = pose[at + 9 + i] - chain.pose[9 + i];
    if (this.withRotation) {
      rotationBetween(chain.pose, 0, pose, at, error, 3);
      for (let i = 3; i < 6; i++) error[i] *= LENGTH_M;
    }
    let square = 0;
    for (let i = 0; i < rows; i++) square += error[i] * error[i];
    return square;
  }

  private entry(r: number, j: number): number {
    return this.locked[j]
      ? 0
      : r < 3
        ? this.j[r * this.chain.n + j]
        : LENGTH_M * this.j[r * this.chain.n + j];
  }

  /** step = J^T (J J^T + damping)^-1 (e - J z) + z, z a move toward the favoured angles. */
  private solveStep(damping: number, nullGain: number): void {
    const { rows, gram, step, spare, error, q, locked } = this;
    const { n } = this.chain;
    const width = rows + 1;
    for (let j = 0; j < n; j++) spare[j] = locked[j] ? 0 : nullGain * (this.favoured[j] - q[j]);
    for (let a = 0; a < rows; a++) {
      for (let b = 0; b < rows; b++) {
        let sum = a === b ? damping : 0;
        for (let j = 0; j < n; j++) sum += this.entry(a, j) * this.entry(b, j);
        gram[a * width + b] = sum;
      }
      let wanted = error[a];
      for (let j = 0; j < n; j++) wanted -= this.entry(a, j) * spare[j];
      gram[a * width + rows] = wanted;
    }
    solveInPlace(gram, rows);
    let largest = 0;
    for (let j = 0; j < n; j++) {
      let sum = spare[j];
      for (let a = 0; a < rows; a++) sum += this.entry(a, j) * gram[a * width + rows];
      step[j] = sum;
      largest = Math.max(largest, Math.abs(sum));
    }
    if (largest > LARGEST_STEP_RAD) for (let j = 0; j < n; j++) step[j] *= LARGEST_STEP_RAD / largest;
  }

  private lockBeyond(): boolean {
    let any = false;
    for (let j = 0; j < this.step.length; j++) {
      const { lower, upper } = this.limits[j];
      const to = this.q[j] + this.step[j];
      if (this.locked[j] || (to >= lower && to <= upper)) continue;
      if ((to < lower && this.q[j] <= lower) || (to > upper && this.q[j] >= upper)) {
        this.locked[j] = 1;
        any = true;
      }
    }
    return any;
  }
}

/** Gaussian elimination with pivots of rows x (rows + 1); the solution replaces the last column. */
function solveInPlace(m: Float64Array, rows: number): void {
  const width = rows + 1;
  for (let a = 0; a < rows; a++) {
    let pivot = a;
    for (let r = a + 1; r < rows; r++)
      if (Math.abs(m[r * width + a]) > Math.abs(m[pivot * width + a])) pivot = r;
    if (pivot !== a)
      for (let c = 0; c <= rows; c++) {
        const swap = m[a * width + c];
        m[a * width + c] = m[pivot * width + c];
        m[pivot * width + c] = swap;
      }
    for (let r = a + 1; r < rows; r++) {
      const f = m[r * width + a] / m[a * width + a];
      for (let c = a; c <= rows; c++) m[r * width + c] -= f * m[a * width + c];
    }
  }
  for (let a = rows - 1; a >= 0; a--) {
    let x = m[a * width + rows];
    for (let c = a + 1; c < rows; c++) x -= m[a * width + c] * m[c * width + rows];
    m[a * width + rows] = x / m[a * width + a];
  }
}
