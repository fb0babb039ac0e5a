import type { MotorNetworkConfig, MotorWeights } from '../../snn/motor_network.js';
import type { TrialMotion } from '../../trial/trial_target.js';
import { Random } from '../../kernels/random.js';
import type { CheckpointHeader, CurvePoint, OptimizerState } from './checkpoint.js';
import { lessonErrors } from './evaluate_weights.js';
import { drawClean, drawMany } from './families.js';
import { flatten, initialTensors, parameterCount, unflatten } from './parameters.js';
import type { RunConfig } from './run_config.js';
import { drawTask } from './task.js';

const VALIDATION_TARGETS = 64;
/** Keeps validation draws apart from those of training, whatever the seed. */
const VALIDATION_STREAM = 0x7a11da7e;

/** How far a run is. */
export interface Progress {
  iteration: number;
  iterations: number;
  loss: number;
  velocityRmseRadPerS: number;
  /** Mean error of the batch: of the tool, m; of a run in joint space, rad. */
  error: number;
  gradientNorm: number;
  iterationsPerS: number;
  remainingS: number;
  /** The same of the averaged weights on the validation targets at the last checkpoint. */
  validation: number | null;
}

/** What every way of training is told. */
export interface RunOptions {
  network: MotorNetworkConfig;
  run: RunConfig;
  /** Where to go on, or null for a fresh start from `initial` or the release's initialisation. */
  resume: { header: CheckpointHeader; state: OptimizerState } | null;
  initial: MotorWeights | null;
  startedFrom: string | null;
  checkpointIntervalS: number;
  onProgress(progress: Progress): void;
  onCheckpoint(header: CheckpointHeader, state: OptimizerState): void;
}

/** Means over the iterations since the last report. */
export interface Report {
  iteration: number;
  loss: number;
  velocityRmse: number;
  error: number;
  norm: number;
}

/** The course of a run, whoever computes it: where it starts, its curve, validation, reports and checkpoints. */
export class RunRecord {
  readonly startIteration: number;
  private readonly validation: TrialMotion[];
  private readonly curve: CurvePoint[];
  private readonly elapsedBeforeS: number;
  private started = performance.now();
  private validated: number | null = null;

  constructor(private readonly options: RunOptions) {
    const { network, run, resume } = options;
    this.startIteration = resume?.header.iteration ?? 0;
    this.elapsedBeforeS = resume?.header.elapsedS ?? 0;
    this.curve = resume ? [...resume.header.curve] : [];
    const draw = (trial: TrialMotion, k: number): void => {
      const random = new Random(VALIDATION_STREAM, k);
      if (run.family === 'brownian' || run.family === 'clean') drawClean(random, trial);
      else drawTask({ family: run.family }, network, random, trial);
    };
    this.validation = drawMany(VALIDATION_TARGETS, network.steps, draw, network.joints);
  }

  /** The resumed state, or a fresh one from the initial weights or the release's initialisation. */
  initialState(): OptimizerState {
    const { network, run, resume, initial } = this.options;
    if (resume) return resume.state;
    const zeros = (): Float32Array => new Float32Array(parameterCount(network));
    const parameters = zeros();
    flatten(network, initial?.tensors ?? initialTensors(network, new Random(run.seed, 0x1217)), parameters);
    return { parameters, first: zeros(), second: zeros(), mean: parameters.slice() };
  }

  /** The clock of rates and elapsed time starts. */
  start(): void {
    this.started = performance.now();
  }

  report({ iteration, loss, velocityRmse, error, norm }: Report): void {
    const { run, onProgress } = this.options;
    const iterationsPerS = (iteration - this.startIteration) / this.seconds();
    this.curve.push({ iteration, loss, error, validation: null });
    onProgress({
      iteration,
      iterations: run.iterations,
      loss,
      velocityRmseRadPerS: velocityRmse,
      error,
      gradientNorm: norm,
      iterationsPerS,
      remainingS: (run.iterations - iteration) / iterationsPerS,
      validation: this.validated,
    });
  }

  /** Measures the averaged weights and hands the state out. */
  checkpoint(iteration: number, state: OptimizerState, workers: number): void {
    const { network, run, startedFrom, onCheckpoint } = this.options;
    const elapsedS = this.elapsedBeforeS + this.seconds();
    const weights = { config: network, tensors: unflatten(network, state.mean) };
    const errors = lessonErrors(weights, this.validation, run.family);
    this.validated = errors.reduce((a, b) => a + b, 0) / errors.length;
    const last = this.curve[this.curve.length - 1];
    if (last) last.validation = this.validated;
    onCheckpoint({ network, run, workers, iteration, elapsedS, startedFrom, curve: thin(this.curve) }, state);
  }

  private seconds(): number {
    return (performance.now() - this.started) / 1000;
  }
}

/** Sums up iterations for a report every two seconds. */
export class Window {
  private sums = { loss: 0, velocity: 0, error: 0, norm: 0, n: 0 };
  private since = performance.now();

  /** @param total the batch's tally (sharding.ts). */
  add({ loss, batch }: RunConfig, total: Float64Array, rateLoss: number, norm: number): void {
    const [velocity, position, error] = total.subarray(0, 3).map((sum) => sum / batch);
    this.sums.loss += loss.velocity * velocity + loss.position * position + rateLoss;
    this.sums.velocity += velocity;
    this.sums.error += error;
    this.sums.norm += norm;
    this.sums.n++;
  }

  get due(): boolean {
    return performance.now() - this.since > 2000;
  }

  /** The means, and a new start. */
  take(iteration: number): Report {
    const { loss, velocity, error, norm, n } = this.sums;
    this.sums = { loss: 0, velocity: 0, error: 0, norm: 0, n: 0 };
    this.since = performance.now();
    return {
      iteration,
      loss: loss / n,
      velocityRmse: Math.sqrt(velocity / n),
      error: error / n,
      norm: norm / n,
    };
  }
}

/** At most 1000 points: every second one of the older half goes when there are more, measured ones stay. */
function thin(curve: CurvePoint[]): CurvePoint[] {
  if (curve.length > 1000) {
    const kept = curve.filter((p, k) => k % 2 === 0 || p.validation !== null || k > curve.length / 2);
    curve.splice(0, curve.length, ...kept);
  }
  return curve;
}
