import { existsSync } from 'node:fs';
import { freemem } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { reject } from '../../input_error.js';
import { Random } from '../../kernels/random.js';
import type { MotorNetworkConfig, MotorWeights, TrialTarget } from '../../snn/motor_network.js';
import type { CheckpointHeader, CurvePoint, OptimizerState } from './checkpoint.js';
import { lessonErrors } from './evaluate_weights.js';
import { drawClean, drawMany } from './families.js';
import { flatten, initialTensors, parameterCount, unflatten } from './parameters.js';
import type { RunConfig } from './run_config.js';
import { SharedState } from './shared_state.js';
import { shardCount } from './sharding.js';
import { checkTask, drawTask } from './task.js';
import type { WorkerMessage, WorkerTask } from './worker.js';

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

export interface TrainerOptions {
  network: MotorNetworkConfig;
  run: RunConfig;
  workers: number;
  /** Where to go on, or null for a fresh start from `initial` or the release's initialisation. */
  resume: { header: CheckpointHeader; state: OptimizerState } | null;
  initial: MotorWeights | null;
  startedFrom: string | null;
  checkpointIntervalS: number;
  onProgress(progress: Progress): void;
  onCheckpoint(header: CheckpointHeader, state: OptimizerState): void;
}

/** Meta-training in worker threads. start() resolves when the last iteration is done or stop() was obeyed. */
export class MotorTrainer {
  private readonly shared: SharedState;
  private readonly validation: TrialTarget[];
  private readonly curve: CurvePoint[];
  private readonly startIteration: number;
  private readonly elapsedBeforeS: number;
  private validated: number | null = null;

  /** Refuses settings that cannot work before anything starts. */
  constructor(private readonly options: TrainerOptions) {
    const { network, run, workers, resume, initial } = options;
    checkTask(network, run);
    checkMemory(network, run, workers);
    this.shared = new SharedState(
      new SharedArrayBuffer(SharedState.bytes(network, shardCount(run))),
      network,
      workers,
      shardCount(run),
    );
    if (resume) {
      this.shared.parameters.set(resume.state.parameters);
      this.shared.moments[0].set(resume.state.first);
      this.shared.moments[1].set(resume.state.second);
      this.shared.mean.set(resume.state.mean);
    } else {
      const tensors = initial?.tensors ?? initialTensors(network, new Random(run.seed, 0x1217));
      flatten(network, tensors, this.shared.parameters);
      this.shared.mean.set(this.shared.parameters);
    }
    this.startIteration = resume?.header.iteration ?? 0;
    this.elapsedBeforeS = resume?.header.elapsedS ?? 0;
    this.curve = resume ? [...resume.header.curve] : [];
    const draw = (trial: TrialTarget, k: number): void => {
      const random = new Random(VALIDATION_STREAM, k);
      if (run.family === 'brownian' || run.family === 'clean') drawClean(random, trial);
      else drawTask(run.family, network, random, trial);
    };
    this.validation = drawMany(VALIDATION_TARGETS, network.steps, draw, network.joints);
  }

  /** Asks for a last checkpoint and the end. */
  stop(): void {
    this.shared.request(2);
  }

  async start(): Promise<void> {
    const { network, run, workers, checkpointIntervalS } = this.options;
    if (this.startIteration >= run.iterations) return;
    const started = performance.now();
    const timer = setInterval(() => this.shared.request(1), 1000 * checkpointIntervalS);
    const pool: Worker[] = [];
    try {
      await new Promise<void>((resolve, fail) => {
        let running = workers;
        for (let index = 0; index < workers; index++) {
          const task: WorkerTask = {
            network,
            run,
            buffer: this.shared.buffer,
            workers,
            index,
            start: this.startIteration,
          };
          const worker = new Worker(workerFile(), { workerData: task });
          pool.push(worker);
          worker.on('error', (error) => {
            this.shared.fail();
            fail(error);
          });
          worker.on('exit', () => --running === 0 && resolve());
          if (index === 0) worker.on('message', (m: WorkerMessage) => this.receive(m, started));
        }
      });
    } finally {
      clearInterval(timer);
      await Promise.all(pool.map((w) => w.terminate()));
    }
  }

  private receive(message: WorkerMessage, started: number): void {
    const { run, network, workers, startedFrom, onProgress, onCheckpoint } = this.options;
    const seconds = (performance.now() - started) / 1000;
    if (message.kind === 'progress') {
      const { iteration, loss, error } = message;
      const iterationsPerS = (iteration - this.startIteration) / seconds;
      this.curve.push({ iteration, loss, error, validation: null });
      onProgress({
        iteration,
        iterations: run.iterations,
        loss,
        velocityRmseRadPerS: message.velocityRmse,
        error,
        gradientNorm: message.norm,
        iterationsPerS,
        remainingS: (run.iterations - iteration) / iterationsPerS,
        validation: this.validated,
      });
      return;
    }
    const state: OptimizerState = {
      parameters: this.shared.parameters.slice(),
      first: this.shared.moments[0].slice(),
      second: this.shared.moments[1].slice(),
      mean: this.shared.mean.slice(),
    };
    this.shared.taken();
    const weights = { config: network, tensors: unflatten(network, state.mean) };
    const errors = lessonErrors(weights, this.validation, run.family);
    this.validated = errors.reduce((a, b) => a + b, 0) / errors.length;
    const last = this.curve[this.curve.length - 1];
    if (last) last.validation = this.validated;
    onCheckpoint(
      {
        network,
        run,
        workers,
        iteration: message.iteration,
        elapsedS: this.elapsedBeforeS + seconds,
        startedFrom,
        curve: thin(this.curve),
      },
      state,
    );
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

/** The compiled worker: beside this file, or in dist when this file runs from source. */
function workerFile(): string {
  const beside = join(__dirname, 'worker.js');
  return existsSync(beside) ? beside : join(__dirname, '../../../dist/src/training/motor/worker.js');
}

function checkMemory(network: MotorNetworkConfig, run: RunConfig, workers: number): void {
  const shards = shardCount(run);
  if (!Number.isInteger(workers) || workers < 1 || workers > shards)
    reject('workers', 'workers', `an integer from 1 to the shards of a batch (${shards})`, workers);
  const perLesson =
    4 * network.steps * (3 * 256 + 4 * network.lsg.neurons + 8 * network.trainee.neurons + 400);
  const wanted = run.batch * perLesson + 4 * parameterCount(network) * (2 * workers + shards + 8);
  const perWorker =
    Math.ceil(run.batch / workers) * perLesson + 4 * parameterCount(network) * (2 + 6 / workers);
  if (perWorker > 3.9 * 2 ** 30)
    reject('memory', 'batch', `at most 3.9 GiB a worker; use more workers, or a smaller batch`, perWorker);
  if (wanted > 0.9 * freemem())
    reject(
      'memory',
      'batch',
      `memory for ${(wanted / 2 ** 30).toFixed(1)} GiB`,
      `${(freemem() / 2 ** 30).toFixed(1)} GiB free`,
    );
}
