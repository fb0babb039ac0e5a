import type { Synapses } from '../synapses/synapses.js';
import type { TrialMotion } from '../trial/trial_target.js';
import type { TraineeHistory } from './histories.js';
import { crossbarShape } from './layout.js';
import { MeasuredReadout } from './measured_readout.js';
import type { MotorNetworkConfig } from './motor_network.js';

/** Recalls that a step averages over. */
const RECALLS = 2;

/**
 * Refinement of the readout where neither recalls nor writes are exact. It knows what the chip shows: spikes and motion of
 * recalls, `RECALLS` a step, device time passing between them. Better weights are kept back in digital memory until twice as many recalls
 * speak for them as for those on the chip, then its readout columns are written; where the next step's recalls are
 * worse than those before, the former weights are written back.
 */
export class HardwareRefiner {
  private readonly measured: MeasuredReadout;
  private readonly weights: Float32Array;
  private kept: { weights: Float32Array; error: number; steps: number } | null = null;
  private solvedAfter = 0;
  /** Weights on the chip that no recall has spoken for. */
  private tried = false;

  constructor(private readonly config: MotorNetworkConfig) {
    const { rows, columns } = crossbarShape(config);
    this.measured = new MeasuredReadout(config);
    this.weights = new Float32Array(rows * columns);
  }

  /** Forgets what was measured: before the first step of a target. */
  restart(): void {
    this.measured.restart();
    this.kept = null;
    this.tried = false;
    this.solvedAfter = 0;
  }

  /**
   * One step. @param recall runs the trainee. @param left steps that will follow.
   */
  step(target: TrialMotion, synapses: Synapses, recall: () => TraineeHistory, left: number): void {
    const { measured, config, weights } = this;
    const n = config.trainee.neurons;
    let error = 0;
    for (let k = 0; k < RECALLS; k++) {
      synapses.advance(config.steps * config.stepS);
      const recalled = recall();
      measured.add(target, recalled);
      error += this.squaredError(target, recalled.out) / RECALLS;
    }
    const write = (): void => synapses.writeColumns!(weights, n, n + config.joints);
    const { kept } = this;
    if (!kept) this.kept = { weights: synapses.read().slice(), error, steps: 1 };
    else if (!this.tried) kept.error += (error - kept.error) / ++kept.steps;
    else if (error > kept.error) {
      weights.set(kept.weights);
      write();
    } else {
      kept.weights.set(weights);
      [kept.error, kept.steps] = [error, 1];
    }
    this.tried = false;
    if (left > 1 ? measured.recalls < 2 * this.solvedAfter : left === 0 && this.solvedAfter > 0) return;
    this.solvedAfter = measured.recalls;
    const better = measured.solve();
    for (let i = 0; i < n; i++)
      for (let j = 0; j < config.joints; j++)
        weights[(config.clockLines + i) * (n + config.joints) + n + j] = better[i * config.joints + j];
    write();
    this.tried = true;
  }

  /** Mean squared distance of the angles, rad^2: what the tool's error comes from. */
  private squaredError(target: TrialMotion, out: Float32Array): number {
    const { steps, joints, stepS } = this.config;
    let sum = 0;
    for (let j = 0; j < joints; j++)
      for (let k = j, off = 0; k < steps * joints; k += joints) {
        off += stepS * (target.velocities[k] - out[k]);
        sum += off * off;
      }
    return sum / steps;
  }
}
