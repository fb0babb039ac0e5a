import { decay } from './layout.js';
import type { TraineeHistory } from './histories.js';
import type { MotorNetworkConfig } from './motor_network.js';
import type { TrialMotion } from '../trial/trial_target.js';

/**
 * Weight of the angle error (rad) against the velocity error (rad/s): the arm integrates velocities, so errors that add up
 * matter more than those that cancel.
 */
const ANGLE_WEIGHT = 1;

/**
 * The delta rule on the readout, batch after batch: dw_ik = sum_t error_tk trace_ti, with the errors of velocity and angle
 * of a recall as it was measured. The host chooses rate and direction: conjugate to the steps before (Polak & Ribiere
 * 1969), which takes 20 steps where the plain rule takes thousands. Traces are the readout's own low-pass filtered spikes.
 */
export class ReadoutRefiner {
  private readonly trace: Float64Array;
  private readonly error: Float64Array;
  private readonly gradient: Float64Array;
  private readonly before: Float64Array;
  private readonly direction: Float64Array;
  private first = true;

  constructor(private readonly config: MotorNetworkConfig) {
    const { steps, joints, trainee } = config;
    this.trace = new Float64Array(steps * trainee.neurons);
    this.error = new Float64Array(steps * joints);
    this.gradient = new Float64Array(trainee.neurons * joints);
    this.before = new Float64Array(trainee.neurons * joints);
    this.direction = new Float64Array(trainee.neurons * joints);
  }

  /** Forgets the directions of earlier steps: before the first step of a target. */
  restart(): void {
    this.first = true;
  }

  /**
   * One step from a recall's measured velocities and spikes.
   * @param delta rows x columns of the crossbar, overwritten; 0 outside the readout columns.
   */
  step(target: TrialMotion, recalled: TraineeHistory, delta: Float32Array): void {
    const { gradient, before, direction } = this;
    this.fillTraces(recalled);
    this.fillErrors(target, recalled.out);
    gradient.fill(0);
    this.correlate();
    let [squares, change] = [0, 0];
    for (let k = 0; k < gradient.length; k++) {
      squares += before[k] * before[k];
      change += gradient[k] * (gradient[k] - before[k]);
    }
    const keep = this.first || squares === 0 ? 0 : Math.max(0, change / squares);
    let slope = 0;
    for (let k = 0; k < gradient.length; k++) {
      direction[k] = gradient[k] + keep * direction[k];
      slope += direction[k] * gradient[k];
    }
    before.set(gradient);
    this.first = false;
    const curvature = this.responseSquares();
    this.write(delta, curvature > 0 ? slope / curvature : 0);
  }

  /** trace_t <- k trace_(t-1) + z_t, steps x neurons. */
  private fillTraces({ spikes, spikeStart }: TraineeHistory): void {
    const { steps, trainee, tauReadoutSteps } = this.config;
    const n = trainee.neurons;
    const keep = decay(tauReadoutSteps);
    const { trace } = this;
    for (let t = 0; t < steps; t++) {
      const at = t * n;
      for (let i = 0; i < n; i++) trace[at + i] = t > 0 ? keep * trace[at - n + i] : 0;
      for (let k = spikeStart[t]; k < spikeStart[t + 1]; k++) trace[at + spikes[k]] += 1;
    }
  }

  /** d(squared velocity errors + squared weighted angle errors) / d velocity, halved, sign towards the target. */
  private fillErrors(target: TrialMotion, out: Float32Array): void {
    const { steps, joints, stepS } = this.config;
    const { error } = this;
    for (let j = 0; j < joints; j++) {
      let angle = 0;
      for (let t = 0; t < steps; t++) {
        angle += stepS * (target.velocities[t * joints + j] - out[t * joints + j]);
        error[t * joints + j] = angle;
      }
      let sum = 0;
      for (let t = steps - 1; t >= 0; t--) {
        const at = t * joints + j;
        sum += error[at];
        error[at] = target.velocities[at] - out[at] + ANGLE_WEIGHT ** 2 * stepS * sum;
      }
    }
  }

  /** gradient_ik = sum_t error_tk trace_ti */
  private correlate(): void {
    const { steps, joints, trainee } = this.config;
    const n = trainee.neurons;
    const { trace, error, gradient } = this;
    for (let t = 0; t < steps; t++)
      for (let i = 0; i < n; i++) {
        const x = trace[t * n + i];
        if (x > 0) for (let j = 0; j < joints; j++) gradient[i * joints + j] += x * error[t * joints + j];
      }
  }

  /** Squared change of velocities and weighted angles that one unit of `direction` makes. */
  private responseSquares(): number {
    const { steps, joints, trainee, stepS } = this.config;
    const n = trainee.neurons;
    const { trace, direction } = this;
    let sum = 0;
    for (let j = 0; j < joints; j++) {
      let angle = 0;
      for (let t = 0; t < steps; t++) {
        let y = 0;
        for (let i = 0; i < n; i++) y += trace[t * n + i] * direction[i * joints + j];
        angle += stepS * y;
        sum += y * y + ANGLE_WEIGHT ** 2 * angle * angle;
      }
    }
    return sum;
  }

  private write(delta: Float32Array, rate: number): void {
    const { joints, clockLines, trainee } = this.config;
    const n = trainee.neurons;
    delta.fill(0);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < joints; j++)
        delta[(clockLines + i) * (n + joints) + n + j] = rate * this.direction[i * joints + j];
  }
}
