import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { epochKeys, runKeys, runsKey } from '../../src/engine/protocol.js';
import { buildIdentity } from '../../src/training/motor/build_identity.js';
import { endAll, oneshotArm } from './processes.js';
import { freePort, RedisServer, redisThere } from './redis.js';

jest.setTimeout(240_000);
const secret = 'hunter2';
const folder = mkdtempSync(join(tmpdir(), 'oneshot-arm-faults-'));
let runs = 0;

const commands: Record<string, (url: string) => string[]> = {
  train: (url) => ['train', 'motor', '--out', join(folder, `run${++runs}`), '--engine', url],
  worker: (url) => ['worker', '--engine', url, '--threads', '1', '--idle-exit', '0'],
  evaluate: (url) => ['evaluate', 'motor', '--targets', '1', '--engine', url],
  jobs: (url) => ['jobs', '--engine', url],
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs a command that must fail with one line, in which no secret stands. */
async function fails(command: string, url: string, exit: number, reason: RegExp, env = {}): Promise<void> {
  const running = oneshotArm(commands[command](url), env);
  const code = await running.ended;
  const lines = running.out.trim().split('\n');
  expect(lines.filter((line) => !/^waiting for work/.test(line))).toEqual([expect.stringMatching(reason)]);
  expect(running.out).not.toContain(secret);
  expect(code).toBe(exit);
}

afterEach(endAll);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a URL that is none, or of no engine, is bad usage', async () => {
  await fails('jobs', 'localhost', 2, /^--engine: expected redis:/);
  await fails('train', `http://user:${secret}@127.0.0.1`, 2, /^--engine: expected redis:/);
  await fails('jobs', 'redis://127.0.0.1/first', 2, /^--engine: expected redis:/);
});

test('nobody there, and no such host', async () => {
  await fails('evaluate', `redis://:${secret}@127.0.0.1:1`, 1, /^engine 127.0.0.1:1: nobody listens there$/);
  await fails('worker', `redis://:${secret}@no-such-host.invalid`, 1, /no such host|no answer/);
});

test('an engine that is too old', async () => {
  const old: Server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => {
      for (const [, word] of String(data).matchAll(/\*\d+\r\n\$\d+\r\n(\w+)/g)) {
        const text = 'redis_version:5.0.14\r\nloading:0\r\n';
        socket.write(
          /info/i.test(word) ? `$${text.length}\r\n${text}\r\n` : `-ERR unknown command \`${word}\`\r\n`,
        );
      }
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => old.once('listening', resolve));
  const url = `redis://127.0.0.1:${(old.address() as AddressInfo).port}`;
  await fails('jobs', url, 1, /version 5\.0\.14, expected Redis 6\.2 or later, or Valkey/).finally(() =>
    old.close(),
  );
});

(redisThere ? describe : describe.skip)('an engine', () => {
  it('with a password: none, a wrong one, and the right one from the environment', async () => {
    const redis = await RedisServer.start('--requirepass', secret);
    const { port } = redis;
    await fails(
      'worker',
      redis.url,
      1,
      /a password is wanted \(in the URL, or ONESHOT_ARM_ENGINE_PASSWORD\)/,
    );
    await fails('jobs', `redis://:wrong@127.0.0.1:${port}`, 1, /user or password is wrong/);
    const right = oneshotArm(commands.jobs(redis.url), { ONESHOT_ARM_ENGINE_PASSWORD: secret });
    expect(await right.ended).toBe(0);
    await redis.remove();
  });

  it('that does not allow what is needed', async () => {
    const redis = await RedisServer.start();
    const client = new Redis(redis.port);
    await client.call(
      'ACL',
      'SETUSER',
      'reader',
      'on',
      `>${secret}`,
      '~*',
      '&*',
      '+@read',
      '+@connection',
      '+info',
    );
    await client.call('ACL', 'SETUSER', 'stranger', 'on', `>${secret}`, '~other:*', '+@all', '-info');
    const as = (user: string): string => `redis://${user}:${secret}@127.0.0.1:${redis.port}`;
    await fails('train', as('reader'), 1, /^engine 127.0.0.1:\d+: no permission \(.*set.*\)/);
    await fails('evaluate', as('reader'), 1, /^engine 127.0.0.1:\d+: no permission/);
    await fails('jobs', as('stranger'), 1, /^engine 127.0.0.1:\d+: no permission \(.*info.*\)/);
    client.disconnect();
    await redis.remove();
  });

  it('that is full', async () => {
    const redis = await RedisServer.start('--maxmemory', '1mb', '--maxmemory-policy', 'noeviction');
    for (const command of ['train', 'evaluate'])
      await fails(command, redis.url, 1, /^engine 127.0.0.1:\d+: it is full \(maxmemory\)/);
    await redis.remove();
  });

  it('that becomes full in the middle ends driver and worker with one line each, and a checkpoint', async () => {
    const redis = await RedisServer.start();
    const driver = oneshotArm(commands.train(redis.url));
    const one = oneshotArm(['worker', '--engine', redis.url, '--threads', '1']);
    await one.says(/run motor: joined/);
    await driver.says(/iteration|it\/s|left/);
    const client = new Redis(redis.port);
    await client.config('SET', 'maxmemory', '1mb');
    expect(await driver.ended).toBe(1);
    expect(await one.ended).toBe(1);
    for (const { out } of [driver, one])
      expect(out.trim().split('\n').at(-1)).toMatch(/^engine 127.0.0.1:\d+: it is full \(maxmemory\)/);
    expect(existsSync(join(folder, `run${runs}`, 'checkpoint.json'))).toBe(true);
    client.disconnect();
    await redis.remove();
  });

  it('that becomes full while a worker has nothing to do ends the worker', async () => {
    const redis = await RedisServer.start();
    const driver = oneshotArm(commands.train(redis.url));
    const one = oneshotArm(['worker', '--engine', redis.url, '--threads', '1']);
    await one.says(/run motor: joined/);
    await driver.says(/iteration|it\/s|left/);
    driver.child.kill('SIGSTOP');
    const client = new Redis(redis.port);
    // what the worker has at hand it sends before
    const { epoch } = await client.hgetall(runKeys('motor').meta);
    for (
      let sent = -1, last = -2;
      sent !== last;
      last = sent, sent = await client.xlen(epochKeys('motor', epoch).results)
    )
      await pause(1500);
    await client.config('SET', 'maxmemory', '1mb');
    expect(await one.ended).toBe(1);
    expect(one.out.trim().split('\n').at(-1)).toMatch(/^engine 127.0.0.1:\d+: it is full \(maxmemory\)/);
    driver.child.kill('SIGKILL');
    client.disconnect();
    await redis.remove();
  });

  it('over TLS: with its authority, and told where that is missing', async () => {
    const certificate = ['cert.pem', 'key.pem'].map((name) => join(folder, name));
    const made = spawnSync('openssl', [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'],
      ...['-addext', 'subjectAltName=IP:127.0.0.1', '-out', certificate[0], '-keyout', certificate[1]],
    ]);
    if (made.status !== 0) return console.warn('openssl is missing: TLS is not tested');
    const port = await freePort();
    const redis = await RedisServer.start(
      ...['--tls-port', `${port}`, '--tls-cert-file', certificate[0], '--tls-key-file', certificate[1]],
      ...['--tls-ca-cert-file', certificate[0], '--tls-auth-clients', 'no', '--requirepass', secret],
    );
    const url = `rediss://127.0.0.1:${port}`;
    const password = { ONESHOT_ARM_ENGINE_PASSWORD: secret };
    await fails('jobs', url, 1, /^engine 127.0.0.1:\d+: .*self.signed certificate/, password);
    const known = oneshotArm(commands.jobs(url), { ...password, ONESHOT_ARM_ENGINE_CA: certificate[0] });
    expect(await known.ended).toBe(0);
    await redis.remove();
  });

  it('whose run is of another build or another Node', async () => {
    const redis = await RedisServer.start();
    const client = new Redis(redis.port);
    const own = buildIdentity();
    const keys = runKeys('other');
    await client.sadd(runsKey, 'other');
    await client.set(keys.driver, 'somebody');
    await client.hset(keys.meta, { epoch: 'somebody', spec: '{}', ...own, build: 'f'.repeat(64) });
    const refused = oneshotArm(commands.worker(redis.url));
    expect(await refused.ended).toBe(1);
    expect(refused.out).toMatch(/\nrun other: another build here \(\w{12}\) than at the driver \(f{12}\)\n$/);
    await client.hset(keys.meta, { ...own, node: own.node + 2 });
    const older = oneshotArm(commands.worker(redis.url));
    expect(await older.ended).toBe(1);
    expect(older.out).toMatch(
      new RegExp(`\\nrun other: Node ${own.node} here, ${own.node + 2} at the driver\\n$`),
    );
    const shown = oneshotArm(commands.jobs(redis.url));
    expect(await shown.ended).toBe(0);
    expect(shown.out).toMatch(
      /refused .*: another build here[^]*refused .*: Node|refused .*: Node[^]*another build/,
    );
    client.disconnect();
    await redis.remove();
  });
});
