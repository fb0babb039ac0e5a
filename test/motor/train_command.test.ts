import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultNetwork } from '../../src/training/motor/run_config.js';

const main = join(__dirname, '../../dist/src/cli/main.js');
const folder = mkdtempSync(join(tmpdir(), 'oneshot-arm-train-'));
const config = join(folder, 'small.json');

beforeAll(() => {
  const { trainee, lsg } = defaultNetwork;
  writeFileSync(
    config,
    JSON.stringify({
      network: { steps: 40, lsg: { ...lsg, neurons: 16 }, trainee: { ...trainee, neurons: 12 } },
      run: { warmUp: 5, iterations: 6000, batch: 4 },
    }),
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function train(...args: string[]): { status: number | null; stderr: string } {
  const { status, stderr } = spawnSync(process.execPath, [main, 'train', 'motor', ...args], {
    encoding: 'utf8',
  });
  return { status, stderr };
}

function outcome(out: string): { sha256: string; iteration: number; batches: number[] } {
  const checkpoint = JSON.parse(readFileSync(join(out, 'checkpoint.json'), 'utf8'));
  return {
    sha256: checkpoint.state.sha256,
    iteration: checkpoint.iteration,
    batches: checkpoint.curve.map((p: { iteration: number }) => p.iteration),
  };
}

describe('train motor', () => {
  it('goes on after kill -9 exactly as an unbroken run', async () => {
    const unbroken = join(folder, 'unbroken');
    const broken = join(folder, 'broken');
    const args = ['--config', config, '--workers', '2', '--seed', '3'];
    expect(train(...args, '--out', unbroken).status).toBe(0);
    const child = spawn(
      process.execPath,
      [main, 'train', 'motor', ...args, '--checkpoint', '1', '--out', broken],
      {
        stdio: 'ignore',
      },
    );
    const gone = new Promise((resolve) => child.once('exit', resolve));
    while (!existsSync(join(broken, 'checkpoint.json')) && child.exitCode === null)
      await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGKILL');
    await gone;
    expect(child.signalCode).toBe('SIGKILL');
    expect(outcome(broken).iteration).toBeLessThan(6000);
    const resumed = train('--resume', broken, '--workers', '2');
    expect(resumed.stderr).not.toMatch(/error/i);
    expect(resumed.status).toBe(0);
    expect(outcome(broken).iteration).toBe(6000);
    expect(outcome(broken).sha256).toBe(outcome(unbroken).sha256);
    expect(existsSync(join(broken, 'weights', 'manifest.json'))).toBe(true);
    expect(readFileSync(join(broken, 'curve.svg'), 'utf8')).toContain('<svg');
  }, 300_000);

  it('comes to the same bits with 1, 2 and 4 workers', () => {
    const hashes = ['1', '2', '4'].map((workers) => {
      const out = join(folder, `by${workers}`);
      const args = ['--config', config, '--iterations', '20', '--batch', '7', '--shards', '5', '--seed', '4'];
      expect(train(...args, '--workers', workers, '--out', out).status).toBe(0);
      return outcome(out).sha256;
    });
    expect(new Set(hashes).size).toBe(1);
  });

  it('goes on from a checkpoint of the time before shards, which workers had summed', () => {
    const out = join(folder, 'old');
    const args = ['--config', config, '--iterations', '5', '--workers', '2', '--shards', '2'];
    expect(train(...args, '--out', out).status).toBe(0);
    const path = join(out, 'checkpoint.json');
    const { run, ...rest } = JSON.parse(readFileSync(path, 'utf8'));
    delete run.shards;
    writeFileSync(path, JSON.stringify({ ...rest, run }));
    expect(train('--resume', out, '--iterations', '10').status).toBe(0);
    expect(JSON.parse(readFileSync(path, 'utf8')).run.shards).toBe(2);
  });

  it.each([
    ['no workers', ['--workers', '0'], /--workers/],
    ['more workers than tasks', ['--batch', '2', '--workers', '3'], /workers/],
    ['an unknown preset', ['--preset', 'huge'], /--preset/],
    ['memory for nothing', ['--batch', '4096', '--workers', '1'], /batch/],
    ['a missing checkpoint', ['--resume', join(folder, 'nowhere')], /checkpoint\.json/],
  ])('refuses %s before it starts', (_, args, message) => {
    const { status, stderr } = train(...args, '--out', join(folder, 'refused'));
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
    expect(existsSync(join(folder, 'refused'))).toBe(false);
  });

  it('refuses an unknown family, naming the field', () => {
    const wrong = join(folder, 'family.json');
    writeFileSync(wrong, JSON.stringify({ run: { family: 'ballet' } }));
    const { status, stderr } = train('--config', wrong);
    expect(status).toBe(2);
    expect(stderr).toMatch(/family.json.*run\.family/);
  });

  it('refuses a checkpoint of another size', () => {
    const out = join(folder, 'sized');
    expect(train('--config', config, '--iterations', '5', '--workers', '1', '--out', out).status).toBe(0);
    const path = join(out, 'checkpoint.json');
    const checkpoint = JSON.parse(readFileSync(path, 'utf8'));
    checkpoint.network.lsg.neurons = 17;
    writeFileSync(path, JSON.stringify(checkpoint));
    const { status, stderr } = train('--resume', out);
    expect(status).toBe(2);
    expect(stderr).toMatch(/length: expected \d+ bytes/);
  });
});
