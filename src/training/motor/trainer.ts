import { freemem } from 'node:os';
import { Worker } from 'node:worker_threads';
import { builtModule } from '../../files/ros_environment.js';
import { reject } from '../../input_error.js';
import type { MotorNetworkConfig } from '../../snn/motor_network.js';
import { parameterCount } from './parameters.js';
import type { RunConfig } from './run_config.js';
import { RunRecord, type RunOptions } from './run_record.js';
import { SharedState } from './shared_state.js';
import { shardCount } from './sharding.js';
import { checkTask } from './task.js';
import type { WorkerMessage, WorkerTask } from './worker.js';

export interface TrainerOptions extends RunOptions {
  workers: number;
}

/** Meta-training in worker threads. start() resolves when the last iteration is done or stop() was obeyed. */
export class MotorTrainer {
  private readonly shared: SharedState;
  private readonly record: RunRecord;

  /** Refuses settings that cannot work before anything starts. */
  constructor(private readonly options: TrainerOptions) {
    const { network, run, workers } = options;
    checkTask(network, run);
    checkMemory(network, run, workers);
    const shards = shardCount(run);
    const buffer = new SharedArrayBuffer(SharedState.bytes(network, shards));
    this.shared = new SharedState(buffer, network, workers, shards);
    this.record = new RunRecord(options);
    const state = this.record.initialState();
    this.shared.parameters.set(state.parameters);
    this.shared.moments[0].set(state.first);
    this.shared.moments[1].set(state.second);
    this.shared.mean.set(state.mean);
  }

  /** Asks for a last checkpoint and the end. */
  stop(): void {
    this.shared.request(2);
  }

  async start(): Promise<void> {
    const { network, run, workers, checkpointIntervalS } = this.options;
    if (this.record.startIteration >= run.iterations) return;
    this.record.start();
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
            start: this.record.startIteration,
          };
          const worker = new Worker(threadFile('worker.js'), { workerData: task });
          pool.push(worker);
          worker.on('error', (error) => {
            this.shared.fail();
            fail(error);
          });
          worker.on('exit', () => --running === 0 && resolve());
          if (index === 0) worker.on('message', (m: WorkerMessage) => this.receive(m));
        }
      });
    } finally {
      clearInterval(timer);
      await Promise.all(pool.map((w) => w.terminate()));
    }
  }

  private receive(message: WorkerMessage): void {
    if (message.kind === 'progress') {
      this.record.report(message);
      return;
    }
    const { shared } = this;
    const [parameters, first, second, mean] = [shared.parameters, ...shared.moments, shared.mean].map((v) =>
      v.slice(),
    );
    shared.taken();
    this.record.checkpoint(message.iteration, { parameters, first, second, mean }, this.options.workers);
  }
}

/** A thread of this folder. */
export const threadFile = (name: string): string => builtModule(`training/motor/${name}`);

/** Refuses numbers of workers, and sizes, that cannot work. @throws InputError. */
export function checkMemory(network: MotorNetworkConfig, run: RunConfig, workers: number): void {
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
