import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultNetwork } from '../../src/training/motor/run_config.js';
import { endAll, oneshotArm, worker, type Running } from './processes.js';
import { RedisServer, redisThere } from './redis.js';

const folder = mkdtempSync(join(tmpdir(), 'oneshot-arm-engine-'));
const config = join(folder, 'small.json');
const iterations = 20;
/** How long redis is away, s. */
const outageS = Number(process.env.ONESHOT_ARM_TEST_OUTAGE_S ?? 1);
let redis: RedisServer;
let wanted: string;
let runs = 0;

function sha(out: string): string {
  const checkpoint = JSON.parse(readFileSync(join(out, 'checkpoint.json'), 'utf8'));
  expect(checkpoint.iteration).toBe(iterations);
  return checkpoint.state.sha256;
}

/** Starts a driver; the run's name and folder are new. */
function drive(...more: string[]): { run: string; out: string; driver: Running } {
  const run = `run${++runs}`;
  const out = join(folder, run);
  const driver = oneshotArm(
    [
      'train',
      'motor',
      '--config',
      config,
      '--seed',
      '3',
      '--out',
      out,
      '--engine',
      redis.url,
      '--run',
      run,
    ].concat(more),
  );
  return { run, out, driver };
}

jest.setTimeout(240_000);

(redisThere ? describe : describe.skip)('training on an engine', () => {
  beforeAll(async () => {
    const { trainee, lsg } = defaultNetwork;
    writeFileSync(
      config,
      JSON.stringify({
        network: { steps: 40, lsg: { ...lsg, neurons: 16 }, trainee: { ...trainee, neurons: 12 } },
        run: { warmUp: 5, iterations, batch: 8, shards: 4 },
      }),
    );
    redis = await RedisServer.start();
    const out = join(folder, 'local');
    const local = oneshotArm([
      'train',
      'motor',
      '--config',
      config,
      '--seed',
      '3',
      '--workers',
      '1',
      '--out',
      out,
    ]);
    expect(await local.ended).toBe(0);
    wanted = sha(out);
  });
  afterAll(async () => {
    endAll();
    await redis?.remove();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(endAll);

  it('ends with a last checkpoint when it is cancelled on the engine', async () => {
    const { run, out, driver } = drive();
    const one = worker(redis.url, run, null, 500);
    await one.says(/acknowledged 2/);
    await one.says(/iteration \d+ of 20, \d+ s left; \d+ blocks done, [\d.]+ a second/);
    const shown = oneshotArm(['jobs', '--engine', redis.url]);
    expect(await shown.ended).toBe(0);
    expect(shown.out).toMatch(
      new RegExp(`run ${run}: its driver is at work, iteration \\d+ of 20, .*1 workers`),
    );
    expect(await oneshotArm(['jobs', '--engine', redis.url, '--cancel', run]).ended).toBe(0);
    expect(await driver.ended).toBe(0);
    expect(driver.out).toMatch(/cancelled on the engine[^]*--resume/);
    expect(existsSync(join(out, 'checkpoint.json'))).toBe(true);
  });

  it.each([
    ['before forward', 'taken'],
    ['between the collectives', 'counted'],
    ['after its result, before the acknowledgement', 'sent'],
  ])('comes to the same bits when a worker is killed %s', async (_, moment) => {
    const { run, out, driver } = drive();
    const bad = worker(redis.url, run, { moment, iteration: 3, signal: 'SIGKILL' });
    const good = worker(redis.url, run);
    await bad.ended;
    expect(bad.child.signalCode).toBe('SIGKILL');
    expect(await driver.ended).toBe(0);
    expect(good.out).toMatch(/acknowledged/);
    expect(sha(out)).toBe(wanted);
  });

  it('ignores what a worker sends late that was stopped past its lease', async () => {
    const { run, out, driver } = drive();
    const slow = worker(redis.url, run, { moment: 'counted', iteration: 3, signal: 'SIGSTOP' });
    await slow.says(/counted 3/);
    worker(redis.url, run, null, 500);
    await new Promise((resolve) => setTimeout(resolve, 7000));
    slow.child.kill('SIGCONT');
    expect(await driver.ended).toBe(0);
    expect(sha(out)).toBe(wanted);
  });

  it('goes on after redis was killed and came back', async () => {
    const { run, out, driver } = drive();
    const one = worker(redis.url, run);
    await one.says(/acknowledged 4/);
    await redis.kill();
    await driver.says(/is away/);
    await new Promise((resolve) => setTimeout(resolve, 1000 * outageS));
    await redis.up();
    expect(await driver.ended).toBe(0);
    expect(driver.out).toMatch(/is back/);
    expect(sha(out)).toBe(wanted);
  });

  it('goes on with a driver that was killed and resumed, and a worker that joins in the middle', async () => {
    const { run, out, driver } = drive('--checkpoint', '1');
    const one = worker(redis.url, run, null, 200);
    while (!existsSync(join(out, 'checkpoint.json'))) await new Promise((resolve) => setTimeout(resolve, 20));
    driver.child.kill('SIGKILL');
    await driver.ended;
    const at = JSON.parse(readFileSync(join(out, 'checkpoint.json'), 'utf8')).iteration;
    expect(at).toBeLessThan(iterations);
    const resumed = oneshotArm(['train', 'motor', '--resume', out, '--engine', redis.url, '--run', run]);
    const two = worker(redis.url, run, null, 200);
    expect(await resumed.ended).toBe(0);
    expect(one.out).toMatch(/taken/);
    expect(two.out).toMatch(/waiting for work/);
    expect(sha(out)).toBe(wanted);
  });
});
