import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultNetwork } from '../../src/training/motor/run_config.js';
import { endAll, oneshotArm, worker, type Running } from './processes.js';
import { RedisServer, redisThere } from './redis.js';

/** What is interrupted while its engine is away ends, without waiting for the engine. */
const folder = mkdtempSync(join(tmpdir(), 'oneshot-arm-leaving-'));
const config = join(folder, 'small.json');
let redis: RedisServer;

jest.setTimeout(60_000);
beforeAll(() => {
  const { trainee, lsg } = defaultNetwork;
  writeFileSync(
    config,
    JSON.stringify({
      network: { steps: 40, lsg: { ...lsg, neurons: 16 }, trainee: { ...trainee, neurons: 12 } },
      run: { warmUp: 5, iterations: 10_000, batch: 8, shards: 4 },
    }),
  );
});
beforeEach(async () => {
  if (redisThere) redis = await RedisServer.start();
});
afterEach(async () => {
  endAll();
  await redis?.remove();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const drive = (): Running =>
  oneshotArm(
    [
      'train',
      'motor',
      '--config',
      config,
      '--out',
      join(folder, 'run'),
      '--overwrite',
      '--run',
      'run',
    ].concat(['--engine', redis.url]),
  );

async function endsAt(signal: NodeJS.Signals, running: Running): Promise<void> {
  running.child.kill(signal);
  expect(await running.ended).toBe(0);
}

(redisThere ? describe : describe.skip)('an engine that is away', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('does not keep a worker from ending at %s', async (signal) => {
    const idle = oneshotArm(['worker', '--engine', redis.url, '--threads', '1']);
    await idle.says(/waiting for work/);
    await redis.kill();
    await idle.says(/is away/);
    // it looks for work every 0.3 s: now it waits for an answer
    await new Promise((resolve) => setTimeout(resolve, 600));
    await endsAt(signal, idle);
    expect(idle.out).toMatch(/left without the engine/);
  });

  it('nor one with a block at hand, nor the driver, which writes its checkpoint', async () => {
    const driver = drive();
    const one = worker(redis.url, 'run');
    await one.says(/acknowledged 3/);
    await redis.kill();
    await Promise.all([one.says(/is away/), driver.says(/is away/)]);
    await Promise.all([endsAt('SIGTERM', one), endsAt('SIGINT', driver)]);
    expect(existsSync(join(folder, 'run', 'checkpoint.json'))).toBe(true);
  });

  it('nor one with a job at hand', async () => {
    oneshotArm(['evaluate', 'motor', '--targets', '100000', '--per-job', '20000', '--engine', redis.url]);
    const one = oneshotArm(['worker', '--engine', redis.url, '--threads', '1']);
    await one.says(/joined/);
    await redis.kill();
    await one.says(/is away/);
    await endsAt('SIGTERM', one);
  });

  it('nor one whose engine does not answer', async () => {
    const idle = oneshotArm(['worker', '--engine', redis.url, '--threads', '1']);
    await idle.says(/waiting for work/);
    redis.halt();
    await endsAt('SIGTERM', idle);
  });
});
