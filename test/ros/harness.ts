/**
 * ROS tests: processes of the nodes under test and an rclpy client of their own, alone in a ROS domain, all ended at the end.
 *
 *   const describeRos = rosMissing() ? describe.skip : describe;
 *   describeRos('...', () => {
 *     let ros: RosTest;
 *     beforeAll(async () => { ros = await RosTest.start(); ... ros.node('arm_simulator', { parameters: { rate: 100 } }) });
 *     afterAll(() => ros.stop());
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { RosClient } from './ros_client';

export const root = join(__dirname, '..', '..');

/** Factor for time limits: a machine with much more to do than it has cores is slow through no fault of the tested. */
export function patience(): number {
  return loadavg()[0] > 1.5 * cpus().length ? 4 : 1;
}

/** Why ROS tests cannot run here; empty where they can. Says so once on the console. */
export function rosMissing(): string {
  let why = '';
  if (!existsSync(join(root, '.ros/environment.sh')))
    why = 'ROS 2 is not set up (run: node scripts/setup.mjs)';
  else if (!existsSync(join(root, 'node_modules/rclnodejs/generated/oneshot_arm_msgs')))
    why = 'messages are not generated (run: node scripts/setup.mjs)';
  else if (!existsSync(join(root, 'dist/src/cli/main.js'))) why = 'not built (run: node scripts/build.mjs)';
  if (why) console.warn(`ROS tests skipped: ${why}`);
  return why;
}

/** The environment that scripts/env.sh makes. */
export function rosEnvironment(): NodeJS.ProcessEnv {
  // a bash whose input is a socket takes itself for a remote shell and reads ~/.bashrc, which may put another Python first
  const text = execFileSync('bash', ['--norc', '-c', '. scripts/env.sh && env -0'], {
    cwd: root,
    encoding: 'utf8',
  });
  return Object.fromEntries(
    text
      .split('\0')
      .filter(Boolean)
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

export interface NodeOptions {
  /** ROS parameters. */
  parameters?: Record<string, string | number | boolean | readonly string[] | readonly number[]>;
  /** from -> to. */
  remap?: Record<string, string>;
  /** Further arguments after --ros-args. */
  args?: readonly string[];
  env?: NodeJS.ProcessEnv;
}

/** A process under test. */
export class TestProcess {
  output = '';
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null; atMs: number }>;
  private readonly waiting = new Set<() => void>();

  constructor(
    readonly name: string,
    readonly child: ChildProcess,
  ) {
    const take = (chunk: Buffer): void => {
      this.output += chunk.toString();
      for (const check of this.waiting) check();
    };
    child.stdout?.on('data', take);
    child.stderr?.on('data', take);
    this.exited = new Promise((resolve) =>
      child.on('exit', (code, signal) => resolve({ code, signal, atMs: performance.now() })),
    );
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Until its output has the pattern. */
  waitFor(pattern: RegExp, timeoutMs = 15000): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(check);
        reject(new Error(`${this.name}: no ${String(pattern)} in its output:\n${this.output}`));
      }, timeoutMs);
      const check = (): void => {
        if (!pattern.test(this.output)) return;
        clearTimeout(timer);
        this.waiting.delete(check);
        resolve();
      };
      this.waiting.add(check);
      check();
    });
  }

  /** Sends a signal and waits for the end; the time that took, ms. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number> {
    const start = performance.now();
    if (this.running) this.child.kill(signal);
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 5000);
    const { atMs } = await this.exited;
    clearTimeout(timer);
    return Math.max(0, atMs - start);
  }
}

/** A ROS domain of its own with processes in it. */
export class RosTest {
  private readonly processes: TestProcess[] = [];
  private readonly clients: RosClient[] = [];

  private constructor(
    readonly env: NodeJS.ProcessEnv,
    private readonly lock: Server,
  ) {}

  static async start(): Promise<RosTest> {
    const { domain, lock } = await freeDomain();
    return new RosTest(
      {
        ...rosEnvironment(),
        ROS_DOMAIN_ID: String(domain),
        ROS_AUTOMATIC_DISCOVERY_RANGE: 'LOCALHOST',
        ONESHOT_ARM_EXIT_WITH_PARENT: '1',
      },
      lock,
    );
  }

  /** Starts `oneshot-arm node NAME`. */
  node(name: string, options: NodeOptions = {}): TestProcess {
    const args: string[] = [];
    for (const [key, value] of Object.entries(options.parameters ?? {}))
      args.push('-p', `${key}:=${parameterText(value)}`);
    for (const [from, to] of Object.entries(options.remap ?? {})) args.push('-r', `${from}:=${to}`);
    args.push(...(options.args ?? []));
    return this.process(
      name,
      process.execPath,
      [join(root, 'dist/src/cli/main.js'), 'node', name, '--ros-args', ...args],
      options.env,
    );
  }

  /** Starts any process in the domain. */
  process(name: string, command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): TestProcess {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...this.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const made = new TestProcess(name, child);
    this.processes.push(made);
    return made;
  }

  /** Starts an rclpy client. */
  async client(): Promise<RosClient> {
    const client = await RosClient.start(join(__dirname, 'client.py'), this.env, root);
    this.clients.push(client);
    return client;
  }

  /** What the processes have said. */
  outputs(): string {
    return this.processes.map((p) => `== ${p.name}\n${p.output}`).join('\n');
  }

  /** Ends the processes and clients that still run, as a failed test leaves them: the next attempt begins in an empty domain. */
  async endAll(): Promise<void> {
    for (const client of this.clients.splice(0)) client.close();
    await Promise.all(this.processes.filter((p) => p.running).map((p) => p.stop('SIGTERM')));
  }

  /** Ends everything. */
  async stop(): Promise<void> {
    for (const client of this.clients) client.close();
    await Promise.all(this.processes.map((p) => p.stop('SIGKILL')));
    await new Promise((resolve) => this.lock.close(resolve));
  }
}

/** A domain from 1 to 100 that no other test of this machine uses: a listening port stands for it. */
async function freeDomain(): Promise<{ domain: number; lock: Server }> {
  const first = (Number(process.env.JEST_WORKER_ID ?? 1) * 37 + process.pid) % 100;
  for (let k = 0; k < 100; k++) {
    const domain = ((first + k) % 100) + 1;
    const lock = createServer();
    const got = await new Promise<boolean>((resolve) => {
      lock.once('error', () => resolve(false));
      lock.listen(47000 + domain, '127.0.0.1', () => resolve(true));
    });
    if (got) return { domain, lock };
  }
  throw new Error('no free ROS domain');
}

function parameterText(value: string | number | boolean | readonly string[] | readonly number[]): string {
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : value.toString();
  if (typeof value === 'string') return value === '' ? "''" : value;
  return JSON.stringify(value);
}
