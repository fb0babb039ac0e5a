import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { Engine } from '../../src/engine/connection.js';
import { studiesKey, studyKeys } from '../../src/engine/protocol.js';
import { Study, type StudyJob } from '../../src/engine/study.js';
import { StudyWorker } from '../../src/engine/study_worker.js';
import { Random } from '../../src/kernels/random.js';
import { endAll, oneshotArm, type Running } from './processes.js';
import { RedisServer, redisThere } from './redis.js';

const folder = mkdtempSync(join(tmpdir(), 'oneshot-arm-study-'));
const lessons = ['evaluate', 'motor', '--family', 'diverse', '--seed', '5'];
let redis: RedisServer;
let client: Redis;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What a command gives with --json, without what depends on the clock. */
async function result(args: string[]): Promise<{ n: number; mean: number }> {
  const path = join(folder, `${Math.random()}.json`);
  const { ended, ...running } = oneshotArm([...args, '--json', path]);
  const code = await ended;
  if (code !== 0) throw new Error(`exit ${code}: ${running.out}`);
  const { lessonMs: _, ...rest } = JSON.parse(readFileSync(path, 'utf8'));
  return rest;
}

const worker = (threads = 1): Running =>
  oneshotArm(['worker', '--engine', redis.url, '--threads', `${threads}`]);
const onEngine = (): string[] => ['--engine', redis.url];

jest.setTimeout(240_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(endAll);

describe('jobs on this machine', () => {
  it('come to the same table on one thread and on two, and cut where they are cut', async () => {
    const one = await result([...lessons, '--targets', '30', '--per-job', '10', '--workers', '1']);
    expect(one.n).toBe(30);
    expect(await result([...lessons, '--targets', '30', '--per-job', '10', '--workers', '2'])).toEqual(one);
  });

  it('are not done again where a folder holds their results, even after a kill in the middle of a line', async () => {
    const args = [...lessons, '--per-job', '2', '--workers', '1', '--store', join(folder, 'store')];
    const few = await result([...args, '--targets', '10']);
    const file = join(folder, 'store', 'results.jsonl');
    const lines = readFileSync(file, 'utf8').split('\n');
    expect(lines).toHaveLength(6);
    writeFileSync(file, lines.slice(0, 3).join('\n') + '\n' + lines[3].slice(0, 40));
    const again = oneshotArm([...args, '--targets', '10']);
    expect(await again.ended).toBe(0);
    expect(again.out).toMatch(/3 of 5 jobs are there already/);
    const more = oneshotArm([...args, '--targets', '14']);
    expect(await more.ended).toBe(0);
    expect(more.out).toMatch(/5 of 7 jobs are there already/);
    expect(await result([...args, '--targets', '10'])).toEqual(few);
    const { mean } = await result([...args, '--targets', '10', '--seed', '6']);
    expect(mean).not.toBe(few.mean);
  });
});

(redisThere ? describe : describe.skip)('jobs on an engine', () => {
  beforeAll(async () => {
    redis = await RedisServer.start();
    client = new Redis(redis.port);
  });
  afterAll(async () => {
    client?.disconnect();
    await redis?.remove();
  });
  beforeEach(() => client.flushall());

  const studies = async (): Promise<string[]> => client.smembers(studiesKey);
  const done = async (): Promise<number> => {
    const [study] = await studies();
    return study === undefined ? 0 : client.hlen(studyKeys(study).results);
  };
  const reaches = async (count: number): Promise<void> => {
    while ((await done()) < count) await pause(20);
  };

  it('1,000 over four workers that are killed at random: each counted once, the table is the local one', async () => {
    const args = [...lessons, '--targets', '1000', '--per-job', '1'];
    const wanted = await result([...args, '--workers', '2']);
    const random = new Random(1);
    const found = result([...args, ...onEngine()]);
    const workers = [worker(), worker(), worker(), worker()];
    for (let k = 1; k <= 5; k++) {
      await reaches(150 * k);
      const victim = random.integer(4);
      workers[victim].child.kill('SIGKILL');
      workers[victim] = worker();
    }
    expect(await found).toEqual(wanted);
    expect(await done()).toBe(1000);
  }, 600_000);

  it('of a study: the table is the local one, and what is there is not computed again', async () => {
    const args = ['study', 'capacity', '--count', '1'];
    const wanted = await result([...args, '--workers', '2']);
    worker();
    expect(await result([...args, ...onEngine()])).toEqual(wanted);
    // another seed is another question
    const other = await result([...args, '--seed', '1', ...onEngine()]);
    expect(other).not.toEqual(wanted);
    const again = oneshotArm([...args, ...onEngine()]);
    expect(await again.ended).toBe(0);
    expect(again.out).toMatch(/(\d+) of \1 jobs are on the engine already/);
  });

  it('go on where they were after their driver was killed; more of them compute only what is missing', async () => {
    const args = [...lessons, '--per-job', '5', ...onEngine()];
    const first = oneshotArm([...args, '--targets', '200']);
    const one = worker();
    await reaches(5);
    first.child.kill('SIGKILL');
    const again = oneshotArm([...args, '--targets', '200']);
    expect(await again.ended).toBe(0);
    expect(again.out).toMatch(/of 40 jobs are on the engine already/);
    const more = oneshotArm([...args, '--targets', '210']);
    expect(await more.ended).toBe(0);
    expect(more.out).toMatch(/40 of 42 jobs are on the engine already/);
    one.child.kill('SIGTERM');
    await one.ended;
    expect(one.out).toMatch(/ 42 jobs done/);
  });

  it('a worker with other weights is refused, and the driver says why', async () => {
    const path = join(folder, 'weights');
    const model = join(__dirname, '../../models/motor-default');
    for (const file of ['manifest.json', 'manifest.f32'])
      writeFileSync(`${path}.${file.split('.')[1]}`, readFileSync(join(model, file)));
    const manifest = JSON.parse(readFileSync(`${path}.json`, 'utf8'));
    writeFileSync(`${path}.json`, JSON.stringify({ ...manifest, file: 'weights.f32' }));
    const driver = oneshotArm([...lessons, '--targets', '4', '--weights', `${path}.json`, ...onEngine()]);
    while ((await studies()).length === 0) await pause(20);
    const changed = { ...manifest.config.update, learningRate: 2e-4 };
    writeFileSync(
      `${path}.json`,
      JSON.stringify({ ...manifest, file: 'weights.f32', config: { ...manifest.config, update: changed } }),
    );
    const other = worker();
    await other.says(/other weights here/);
    await driver.says(/worker .* was refused: other weights here/);
  });

  it('that fail are told with their reason, tried again, or cancelled', async () => {
    const engine = await Engine.connect(redis.url, () => {});
    const identity = { build: 'test', node: 20 };
    const description = { name: 'test-study', identity, kind: 'none', spec: {}, title: 'a study' };
    const study = await Study.open(engine, description);
    const jobs: StudyJob[] = [1, 2, 3].map((k) => ({ key: `job-${k}`, part: { k } }));
    await study.add(jobs);
    let broken = true;
    const work = async (): Promise<void> => {
      const one = await StudyWorker.open(engine, {
        study: 'test-study',
        identity,
        threads: 2,
        open: async () => ({
          async run(part) {
            const { k } = part as { k: number };
            if (broken && k === 2) throw new Error('no data here');
            return { square: k * k };
          },
          async close() {},
        }),
      });
      await one.work();
    };
    await work();
    const shown = oneshotArm(['jobs', ...onEngine()]);
    expect(await shown.ended).toBe(0);
    expect(shown.out).toMatch(/0 jobs wait, 0 run, 1 failed; 2 results/);
    expect(shown.out).toMatch(/failed job-2 \{"k":2\}: no data here/);
    broken = false;
    const retried = oneshotArm(['jobs', ...onEngine(), '--retry', 'test-study']);
    expect(await retried.ended).toBe(0);
    expect(retried.out).toMatch(/1 jobs are tried again/);
    await work();
    expect(await study.results(jobs)).toEqual([{ square: 1 }, { square: 4 }, { square: 9 }]);
    await study.add([{ key: 'job-4', part: { k: 4 } }]);
    const cancelled = oneshotArm(['jobs', ...onEngine(), '--cancel', 'test-study', '--json', '-']);
    expect(await cancelled.ended).toBe(0);
    expect(JSON.parse(cancelled.out)).toEqual({ runs: [], studies: [] });
    expect(await study.cancelled()).toBe(true);
    expect((await study.state()).waiting).toBe(0);
    const unknown = oneshotArm(['jobs', ...onEngine(), '--retry', 'nothing']);
    expect(await unknown.ended).toBe(2);
    await study.close();
    engine.close();
  });
});
