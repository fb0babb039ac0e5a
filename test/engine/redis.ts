import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

/** Whether redis-server is here; tests that need it skip without. */
export const redisThere = spawnSync('redis-server', ['--version']).status === 0;
if (!redisThere)
  console.warn('redis-server is missing: engine tests are skipped (apt-get install redis-server)');

/** A port that nobody listened at a moment ago. */
export async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

/** A redis-server of this test's own, on a free port, with an append-only file. */
export class RedisServer {
  readonly folder = mkdtempSync(join(tmpdir(), 'oneshot-arm-redis-'));
  private child: ChildProcess | null = null;

  private constructor(
    readonly port: number,
    private readonly more: readonly string[],
  ) {}

  static async start(...more: string[]): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), more);
    await server.up();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async up(): Promise<void> {
    this.child = spawn(
      'redis-server',
      `--port ${this.port} --bind 127.0.0.1 --appendonly yes --dir ${this.folder} --save`
        .split(' ')
        .concat(['', ...this.more]),
      { stdio: 'ignore' },
    );
    const redis = new Redis(this.port, { maxRetriesPerRequest: null, retryStrategy: () => 50 });
    redis.on('error', () => {});
    await redis.ping().catch((error: Error) => {
      if (!/NOAUTH|NOPERM/.test(error.message)) throw error;
    });
    redis.disconnect();
  }

  /** Sends no end, but a halt: clients stay connected and get no answer. */
  halt(): void {
    this.child?.kill('SIGSTOP');
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await gone;
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
