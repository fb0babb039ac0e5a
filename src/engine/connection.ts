import { readFileSync } from 'node:fs';
import { Redis, type RedisOptions } from 'ioredis';
import { reject } from '../input_error.js';

/** Environment that adds to a URL what must not stand in a command line. */
export const passwordVariable = 'ONESHOT_ARM_ENGINE_PASSWORD';
export const certificateVariable = 'ONESHOT_ARM_ENGINE_CA';

/** First version with XAUTOCLAIM. Valkey reports the Redis version it stands for. */
const oldest = [6, 2];

/** Options of a connection to redis:// or rediss:// (TLS). @throws InputError naming --engine. */
export function engineOptions(url: string, env: NodeJS.ProcessEnv = process.env): RedisOptions {
  const expected = 'redis://[USER:PASSWORD@]HOST[:PORT][/DB], or rediss:// for TLS';
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return reject('bad-url', '--engine', expected, 'no URL');
  }
  if (!['redis:', 'rediss:'].includes(parsed.protocol) || parsed.hostname === '')
    reject('bad-url', '--engine', expected, `${parsed.protocol}//${parsed.host}`);
  const db = parsed.pathname.replace(/^\//, '');
  if (!/^\d*$/.test(db)) reject('bad-url', '--engine', expected, `database ${db}`);
  const password = parsed.password === '' ? env[passwordVariable] : decodeURIComponent(parsed.password);
  const ca = env[certificateVariable];
  return {
    host: parsed.hostname.replace(/^\[|\]$/g, ''),
    port: parsed.port === '' ? 6379 : Number(parsed.port),
    db: db === '' ? 0 : Number(db),
    ...(parsed.username === '' ? {} : { username: decodeURIComponent(parsed.username) }),
    ...(password === undefined ? {} : { password }),
    ...(parsed.protocol === 'rediss:' ? { tls: ca === undefined ? {} : { ca: readFileSync(ca) } } : {}),
  };
}

/** Where an engine is, without user and password: for messages. */
export function engineName(url: string): string {
  const { host, port } = engineOptions(url, {});
  return `${host}:${port}`;
}

/** Thrown instead of waiting for an engine that is away, after leave(). */
export class Left extends Error {}

/** Connections to an engine; each blocking reader needs one of its own. */
export class Engine {
  private readonly left: Promise<never>;
  private readonly open: Redis[] = [];
  private away = false;
  private leaving = false;
  private giveUp!: (reason: Left) => void;

  private constructor(
    readonly url: string,
    private readonly say: (line: string) => void,
  ) {
    this.left = new Promise((_, fail) => (this.giveUp = fail));
    this.left.catch(() => {});
  }

  /** Connects and checks the version. @throws one clear error where that cannot work. */
  static async connect(url: string, say: (line: string) => void): Promise<Engine> {
    const engine = new Engine(url, say);
    try {
      // who may not ask for INFO is told by this one, without ioredis's warning
      const redis = await engine.connection(false);
      const version = /redis_version:(\d+)\.(\d+)\S*/.exec(await redis.info('server'));
      const [major, minor] = version ? [Number(version[1]), Number(version[2])] : [0, 0];
      if (major < oldest[0] || (major === oldest[0] && minor < oldest[1]))
        throw new Error(
          `version ${version ? version[0].slice(14) : 'unknown'}, expected Redis ${oldest.join('.')} or later, or Valkey`,
        );
    } catch (error) {
      engine.close();
      throw new Error(`engine ${engineName(url)}: ${plain(error)}`);
    }
    return engine;
  }

  /** Connects, runs `body`, and disconnects. @throws what it throws; what the engine refused as one clear line. */
  static async use<T>(
    url: string,
    say: (line: string) => void,
    body: (engine: Engine) => Promise<T>,
  ): Promise<T> {
    const engine = await Engine.connect(url, say);
    try {
      return await body(engine);
    } catch (error) {
      if ((error as Error).name !== 'ReplyError') throw error;
      throw new Error(`engine ${engineName(url)}: ${plain(error)}`);
    } finally {
      engine.close();
    }
  }

  /** A further connection. Once it was there, it waits for an engine that went away, for as long as that takes. */
  async connection(enableReadyCheck = true): Promise<Redis> {
    let once = false;
    let fault: unknown = null;
    const redis = new Redis({
      ...engineOptions(this.url),
      lazyConnect: true,
      enableReadyCheck,
      connectTimeout: 5000,
      socketTimeout: 20_000,
      keepAlive: 10_000,
      maxRetriesPerRequest: null,
      retryStrategy: (attempt) => (once ? Math.min(1000, 50 * attempt) : null),
    });
    redis.on('error', (error) => (fault = error));
    redis.on('ready', () => {
      once = true;
      if (this.away) this.say(`engine ${engineName(this.url)} is back`);
      this.away = false;
    });
    redis.on('reconnecting', () => {
      if (!this.away) this.say(`engine ${engineName(this.url)} is away: waiting for it`);
      this.away = true;
      if (this.leaving) this.abandon();
    });
    this.open.push(redis);
    try {
      await redis.connect();
    } catch (error) {
      throw fault ?? error;
    }
    return redis;
  }

  /** What `work` comes to. @throws Left where leave() was called and the engine is away. */
  async unlessLeft<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.left]);
  }

  /** From now on an engine that is away, or does not answer for 2 s, is not waited for. */
  leave(): void {
    if (this.leaving) return;
    this.leaving = true;
    if (this.away) return this.abandon();
    const silent = setTimeout(() => this.abandon(), 2000);
    void this.open[0]
      .ping()
      .catch(() => {})
      .then(() => clearTimeout(silent));
  }

  close(): void {
    for (const redis of this.open) redis.disconnect();
  }

  private abandon(): void {
    this.giveUp(new Left());
    this.close();
  }
}

/** Whether what failed is the connection, which comes back by itself. */
export function isLost(error: unknown): boolean {
  const { message, code } = error as { message?: string; code?: string };
  return (
    /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT)$/.test(code ?? '') || message === 'Connection is closed.'
  );
}

/** What an engine's error means, in one line and without secrets. */
export function plain(error: unknown): string {
  const { message, code } = error as { message?: string; code?: string };
  const text = String(message ?? error);
  if (code === 'ECONNREFUSED') return 'nobody listens there';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'no such host';
  if (/ETIMEDOUT/.test(`${code} ${text}`)) return 'no answer';
  if (/^NOAUTH/.test(text)) return `a password is wanted (in the URL, or ${passwordVariable})`;
  if (/^WRONGPASS|invalid (username-)?password/.test(text)) return 'user or password is wrong';
  if (/^NOPERM/.test(text)) return `no permission (${text.replace(/^NOPERM\s*/, '')})`;
  if (/^OOM/.test(text)) return 'it is full (maxmemory): give it more memory, or remove old keys';
  if (/^MISCONF/.test(text)) return 'it cannot write its disk, and refuses writes';
  return text.split('\n')[0];
}
