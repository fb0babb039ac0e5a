import { Engine, Left } from '../../engine/connection.js';
import type { WorkerState } from '../../engine/protocol.js';
import { ShardDriver, Stopped } from '../../engine/shard_driver.js';
import { Kernel } from '../../kernels/load.js';
import { wasmBase64 } from '../../kernels/generated/meta.js';
import { buildIdentity } from './build_identity.js';
import type { OptimizerState } from './checkpoint.js';
import type { MetaExports } from './meta_gradient.js';
import { Optimizer } from './optimizer.js';
import { RunRecord, Window, type RunOptions } from './run_record.js';
import { rateLoss, shardCount, sumTallies, tallyLength } from './sharding.js';
import { checkTask } from './task.js';

/** Meta-training by workers of an engine: this process adds up, steps the optimizer, and writes checkpoints. */
export interface EngineTrainerOptions extends RunOptions {
  engine: string;
  /** Name of the run on the engine. */
  name: string;
  say(line: string): void;
}

/** As MotorTrainer, bit for bit, with the lessons computed by `oneshot-arm worker` processes anywhere. */
export class EngineTrainer {
  /** Who computes. */
  workers: WorkerState[] = [];
  /** Somebody ended the run on the engine. */
  cancelled = false;
  private driver: ShardDriver | null = null;
  private engine: Engine | null = null;
  private stopped = false;

  constructor(private readonly options: EngineTrainerOptions) {
    checkTask(options.network, options.run);
  }

  stop(): void {
    this.stopped = true;
    this.driver?.stop();
    this.engine?.leave();
  }

  async start(): Promise<void> {
    const { network, run, engine: url, name, say, checkpointIntervalS } = this.options;
    const record = new RunRecord(this.options);
    if (record.startIteration >= run.iterations) return;
    const shards = shardCount(run);
    const state = copy(record.initialState());
    const count = state.parameters.length;
    const elements = Optimizer.elements(count, run, shards);
    const kernel = new Kernel<MetaExports>(wasmBase64, 4 * elements + 64 * 64);
    const optimizer = new Optimizer(kernel, run, count, 0, shards);
    optimizer.load(state);
    const leaves = Array.from({ length: shards }, () => new Float32Array(count));
    const tallies = Array.from({ length: shards }, () => new Float64Array(tallyLength(network)));
    const total = new Float64Array(tallyLength(network));
    const squares = new Float64Array(shards);
    const parameterBytes = new Uint8Array(state.parameters.buffer);
    const window = new Window();
    await Engine.use(url, say, async (engine) => {
      this.engine = engine;
      const spec = { network, run };
      const driver = await ShardDriver.open(engine, {
        run: name,
        identity: buildIdentity(),
        spec,
        shards,
        iterations: run.iterations,
        say,
        onCancel: () => (this.cancelled = true),
      });
      this.driver = driver;
      record.start();
      let iteration = record.startIteration;
      let saved = performance.now();
      let validAt = iteration;
      const save = (): void => {
        optimizer.save(state);
        record.checkpoint(iteration, copy(state), Math.max(1, driver.workers.length));
        saved = performance.now();
        validAt = iteration;
      };
      try {
        for (; iteration < run.iterations && !this.stopped;) {
          const exchange = driver.exchange(iteration, parameterBytes, (first, width) => {
            first.forEach((bytes, block) => unpack(bytes, tallies, block * width));
            sumTallies(tallies, total);
            return new Uint8Array(total.buffer);
          });
          const { second } = await engine.unlessLeft(exchange);
          this.workers = driver.workers;
          second.forEach((bytes, block) => new Uint8Array(leaves[block].buffer).set(bytes));
          optimizer.reduce(leaves.slice(0, second.length), squares);
          const norm = optimizer.step(iteration, squares, state.parameters);
          window.add(run, total, rateLoss(network, run, total), norm);
          iteration++;
          const due = performance.now() - saved > 1000 * checkpointIntervalS;
          if (window.due || due || iteration === run.iterations) record.report(window.take(iteration));
          if (due || iteration === run.iterations) save();
        }
      } catch (error) {
        if (!(error instanceof Stopped || error instanceof Left)) {
          if (iteration > validAt) save();
          throw error;
        }
      }
      if (iteration > validAt) save();
      // what is left on an engine that is away lapses
      await engine.unlessLeft(driver.close()).catch((error: unknown) => {
        if (!(error instanceof Left)) throw error;
      });
    }).finally(() => this.driver?.rest());
  }
}

function copy(state: OptimizerState): OptimizerState {
  const { parameters, first, second, mean } = state;
  return { parameters: parameters.slice(), first: first.slice(), second: second.slice(), mean: mean.slice() };
}

/** Tallies of a block's shards, from `first` on. */
function unpack(bytes: Uint8Array, tallies: Float64Array[], first: number): void {
  const values = new Float64Array(new Uint8Array(bytes).buffer);
  const { length } = tallies[0];
  for (let k = 0; k * length < values.length; k++)
    tallies[first + k].set(values.subarray(k * length, (k + 1) * length));
}
