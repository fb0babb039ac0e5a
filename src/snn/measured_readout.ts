import type { TrialMotion } from '../trial/trial_target.js';
import type { TraineeHistory } from './histories.js';
import { decay } from './layout.js';
import type { MotorNetworkConfig } from './motor_network.js';

/** Weight of the angle error (rad) against the velocity error (rad/s). */
const ANGLE_WEIGHT = 5;
/** Traces are low-pass filtered: every sixth step tells what all do. */
const STRIDE = 6;
/** Variance of a weight as it is read, as a share of its square: programming and time-invariant read noise. */
const WEIGHT_NOISE = 0.005;
/** So many recalls tell variances well: with fewer, more of them is added. */
const MANY = 20;

/**
 * Readout weights for spikes that are not the same in every recall: those that make the mean squared error of velocity and
 * angle least, over recalls as they were measured and over the noise of the weights themselves. Ridge regression, whose
 * penalties are the weights' noise and, while recalls are few (their covariances are too small then, in directions that no
 * recall happened to go), the variance of each neuron's own trace from recall to recall.
 * Digital memory of the periphery: neurons^2 + steps x neurons numbers.
 */
export class MeasuredReadout {
  private readonly rows: number;
  /** Sums over recalls: Gram matrix (lower triangle), correlation with the wanted motion, the traces themselves. */
  private readonly gram: Float64Array;
  private readonly wanted: Float64Array;
  private readonly mean: Float64Array;
  /** A recall's traces and weighted integrals of them: rows x neurons; scratch. */
  private readonly trace: Float64Array;
  private readonly factor: Float64Array;
  /** Recalls taken in. */
  recalls = 0;

  constructor(private readonly config: MotorNetworkConfig) {
    const { steps, joints, trainee } = config;
    const n = trainee.neurons;
    this.rows = 2 * Math.ceil(steps / STRIDE);
    this.gram = new Float64Array(n * n);
    this.wanted = new Float64Array(n * joints);
    this.mean = new Float64Array(this.rows * n);
    this.trace = new Float64Array(this.rows * n);
    this.factor = new Float64Array(n * n);
  }

  /** Forgets all recalls: another target, or other hidden weights. */
  restart(): void {
    for (const sums of [this.gram, this.wanted, this.mean]) sums.fill(0);
    this.recalls = 0;
  }

  /** Takes in the spikes of a recall. */
  add(target: TrialMotion, recalled: TraineeHistory): void {
    const { config, rows, trace, mean, gram, wanted } = this;
    const { joints, stepS } = config;
    const n = config.trainee.neurons;
    this.fillTraces(recalled);
    this.recalls++;
    for (let k = 0; k < mean.length; k++) mean[k] += trace[k];
    accumulate(gram, trace, rows, n);
    const angle = new Float64Array(joints);
    for (let t = 0, row = 0; t < config.steps; t++) {
      for (let j = 0; j < joints; j++) angle[j] += stepS * target.velocities[t * joints + j];
      if (t % STRIDE !== 0) continue;
      for (const values of [target.velocities.subarray(t * joints, (t + 1) * joints), angle]) {
        const weight = values === angle ? ANGLE_WEIGHT : 1;
        for (let i = 0, at = row * n; i < n; i++, at++)
          if (trace[at] !== 0)
            for (let j = 0; j < joints; j++) wanted[i * joints + j] += weight * values[j] * trace[at];
        row++;
      }
    }
  }

  /** The weights, neurons x joints. Throws where no recall was taken in. */
  solve(): Float64Array {
    const { config, rows, recalls, gram, wanted, mean, factor } = this;
    if (recalls === 0) throw new Error('solve: no recall was taken in');
    const n = config.trainee.neurons;
    const largest = Math.max(...Array.from({ length: n }, (_, i) => gram[i * n + i]), 1e-9);
    factor.set(gram);
    for (let i = 0; i < n; i++) {
      let squares = 0;
      for (let r = 0; r < rows; r++) squares += mean[r * n + i] ** 2;
      const own = gram[i * n + i];
      const variance = recalls > 1 ? Math.max(0, own - squares / recalls) : 0;
      factor[i * n + i] += (variance * MANY) / (MANY + recalls) + WEIGHT_NOISE * own + 1e-6 * largest;
    }
    const weights = Float64Array.from(wanted);
    solvePositive(factor, weights, n, config.joints);
    return weights;
  }

  /** Every STRIDE-th step's trace_t = k trace_(t-1) + z_t, and below it its integral times ANGLE_WEIGHT. */
  private fillTraces({ spikes, spikeStart }: TraineeHistory): void {
    const { steps, stepS, trainee, tauReadoutSteps } = this.config;
    const n = trainee.neurons;
    const keep = decay(tauReadoutSteps);
    const now = new Float64Array(n);
    const integral = new Float64Array(n);
    for (let t = 0, at = 0; t < steps; t++) {
      for (let i = 0; i < n; i++) now[i] *= keep;
      for (let k = spikeStart[t]; k < spikeStart[t + 1]; k++) now[spikes[k]] += 1;
      for (let i = 0; i < n; i++) integral[i] += ANGLE_WEIGHT * stepS * now[i];
      if (t % STRIDE !== 0) continue;
      this.trace.set(now, at);
      this.trace.set(integral, at + n);
      at += 2 * n;
    }
  }
}

/** gram += x^T x, lower triangle; x: rows x n. */
function accumulate(gram: Float64Array, x: Float64Array, rows: number, n: number): void {
  for (let r = 0; r < rows; r++)
    for (let i = 0, at = r * n; i < n; i++) {
      const a = x[at + i];
      if (a === 0) continue;
      const to = i * n;
      for (let k = 0; k <= i; k++) gram[to + k] += a * x[at + k];
    }
}

/**
 * a x = b by Cholesky's factors, for a symmetric positive definite matrix.
 * @param a n x n, lower triangle; overwritten. @param b n x columns; becomes x.
 */
export function solvePositive(a: Float64Array, b: Float64Array, n: number, columns: number): void {
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let s = a[i * n + j];
      for (let k = 0; k < j; k++) s -= a[i * n + k] * a[j * n + k];
      a[i * n + j] = i === j ? Math.sqrt(s) : s / a[j * n + j];
    }
  for (let c = 0; c < columns; c++) {
    for (let i = 0; i < n; i++) {
      let s = b[i * columns + c];
      for (let k = 0; k < i; k++) s -= a[i * n + k] * b[k * columns + c];
      b[i * columns + c] = s / a[i * n + i];
    }
    for (let i = n - 1; i >= 0; i--) {
      let s = b[i * columns + c];
      for (let k = i + 1; k < n; k++) s -= a[k * n + i] * b[k * columns + c];
      b[i * columns + c] = s / a[i * n + i];
    }
  }
}
