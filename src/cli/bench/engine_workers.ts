import { spawn, type ChildProcess } from 'node:child_process';
import { builtModule } from '../../files/ros_environment.js';
import { defaultNetwork, defaultRun, type RunConfig } from '../../training/motor/run_config.js';
import type { MotorNetworkConfig } from '../../snn/motor_network.js';
import type { RunOptions } from '../../training/motor/run_record.js';

/** Runs `body` beside workers of one thread each, which serve the run `run` only; they end with it. @throws where one ends before. */
export async function besideWorkers<T>(
  url: string,
  run: string,
  count: number,
  body: (pids: number[]) => Promise<T>,
): Promise<T> {
  const workers = Array.from({ length: count }, () => startWorker(url, run));
  const ended = new Promise<never>((_, fail) =>
    workers.forEach((w) => w.once('exit', () => fail(new Error('a worker of the benchmark ended')))),
  );
  ended.catch(() => {});
  try {
    return await Promise.race([ended, body(workers.map((w) => w.pid!))]);
  } finally {
    for (const worker of workers) worker.kill('SIGTERM');
  }
}

function startWorker(url: string, run: string): ChildProcess {
  const main = builtModule('cli/main.js');
  return spawn(process.execPath, [main, 'worker', '--engine', url, '--run', run, '--threads', '1'], {
    stdio: 'ignore',
  });
}

/** Iterations a second of a run, motor-default's where nothing else is said, in each of its windows of 2 s but the first. */
export async function rates(
  trainer: (common: RunOptions) => { start(): Promise<void> },
  run: Partial<RunConfig>,
  network: MotorNetworkConfig = defaultNetwork,
  onIteration: (iteration: number) => void = () => {},
): Promise<number[]> {
  const found: number[] = [];
  let last: { iteration: number; at: number } | null = null;
  await trainer({
    network,
    run: { ...defaultRun, ...run },
    resume: null,
    initial: null,
    startedFrom: null,
    checkpointIntervalS: 3600,
    onProgress({ iteration }) {
      const at = performance.now();
      onIteration(iteration);
      // the last window is what is left over
      if (last && at - last.at > 1500) found.push((1000 * (iteration - last.iteration)) / (at - last.at));
      last = { iteration, at };
    },
    onCheckpoint() {},
  }).start();
  return found;
}
