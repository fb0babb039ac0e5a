import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

const dist = join(__dirname, '../../dist/src');

/** A process of a test, with what it said so far. */
export interface Running {
  child: ChildProcess;
  out: string;
  ended: Promise<number | null>;
  /** Resolves when a line matches; rejects when the process ends before. */
  says(pattern: RegExp): Promise<void>;
}

const all = new Set<ChildProcess>();

/** Ends what a test left running. */
export function endAll(): void {
  for (const child of all) child.kill('SIGKILL');
  all.clear();
}

function run(args: string[], env: NodeJS.ProcessEnv = {}): Running {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  all.add(child);
  const running: Running = {
    child,
    out: '',
    ended: new Promise((resolve) => child.once('close', (code) => resolve(code))),
    async says(pattern) {
      while (!pattern.test(running.out)) {
        if (child.exitCode !== null || child.signalCode !== null) throw new Error(`ended: ${running.out}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (data) => (running.out += data));
  return running;
}

/** The command, as a user runs it. */
export function oneshotArm(args: string[], env?: NodeJS.ProcessEnv): Running {
  return run([join(dist, 'cli/main.js'), ...args], env);
}

/**
 * A worker that takes its time (`delayMs` a block), says where it is ("taken 3"), and sends itself `signal` at a moment of
 * the first block at or after an iteration.
 */
export function worker(
  url: string,
  runName: string,
  fault: { moment: string; iteration: number; signal: string } | null = null,
  delayMs = 60,
): Running {
  const script = `
    const fault = ${JSON.stringify(fault)};
    let done = false;
    require(${JSON.stringify(join(dist, 'cli/engine/worker.js'))}).runWorker({
      engine: ${JSON.stringify(url)}, run: ${JSON.stringify(runName)}, threads: 1, idleExit: 60,
      async onMoment(moment, { iteration }) {
        process.stdout.write(moment + ' ' + iteration + '\\n');
        if (moment === 'taken') await new Promise((resolve) => setTimeout(resolve, ${delayMs}));
        if (!done && fault && moment === fault.moment && iteration >= fault.iteration) {
          done = true;
          process.kill(process.pid, fault.signal);
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      },
    }).catch((error) => { console.error(error.message); process.exit(1); });`;
  return run(['-e', script]);
}
