import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '..');

/** scripts/start.mjs beside a set-up that has nothing to do and a command that does what `main` says. */
function checkout(
  main: string,
  setUp = 'export const setUp = async () => ({ ...process.env, FROM_SET_UP: "yes" });',
): string {
  const folder = mkdtempSync(join(tmpdir(), 'oneshot-start-'));
  mkdirSync(join(folder, 'scripts'));
  mkdirSync(join(folder, 'dist', 'src', 'cli'), { recursive: true });
  cpSync(join(root, 'scripts', 'start.mjs'), join(folder, 'scripts', 'start.mjs'));
  const fail = 'export const fail = (error) => { console.error(error.message); process.exit(1); };';
  writeFileSync(join(folder, 'scripts', 'setup.mjs'), `${setUp}\n${fail}\n`);
  writeFileSync(join(folder, 'dist', 'src', 'cli', 'main.js'), main);
  return folder;
}

describe('npm start', () => {
  const folders: string[] = [];
  const started = (...args: Parameters<typeof checkout>) => {
    folders.push(checkout(...args));
    return join(folders[folders.length - 1], 'scripts', 'start.mjs');
  };
  afterAll(() => folders.forEach((f) => rmSync(f, { recursive: true })));

  it('gives the demo its arguments and the environment of the set-up, and ends as it ends', () => {
    const script = started(
      'console.log(JSON.stringify([process.argv.slice(2), process.env.FROM_SET_UP])); process.exit(2);',
    );
    const { status, stdout } = spawnSync(process.execPath, [script, '--once', '--json', '-'], {
      encoding: 'utf8',
    });
    expect(JSON.parse(stdout)).toEqual([['demo', '--once', '--json', '-'], 'yes']);
    expect(status).toBe(2);
  });

  it('does not start the demo after a set-up that failed', () => {
    const script = started(
      'console.log("demo");',
      'export const setUp = async () => { throw new Error("npm is missing"); };',
    );
    const { status, stdout, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain('npm is missing');
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('passes %s on and waits for the demo to end', async (signal) => {
    const script = started(
      `process.on('${signal}', () => setTimeout(() => { console.log('demo ended by ${signal}'); process.exit(0); }, 200));
       setInterval(() => {}, 1000); console.log('up');`,
    );
    const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (chunk) => (text += chunk));
    await once(child.stdout, 'data');
    child.kill(signal);
    const [code] = await once(child, 'close');
    expect(text).toContain(`demo ended by ${signal}`);
    expect(code).toBe(0);
  });

  it('ends the demo when npm is killed without a word', async () => {
    const script = started("setInterval(() => {}, 1000); console.log('up ' + process.pid);");
    // npm starts scripts through a shell; here a node stands for npm
    const npm = spawn(
      process.execPath,
      [
        '-e',
        `require('child_process').spawn('sh', ['-c', ${JSON.stringify(`'${process.execPath}' '${script}'; true`)}], { stdio: 'inherit' }); setInterval(() => {}, 1000);`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, npm_lifecycle_event: 'start' } },
    );
    const [first] = (await once(npm.stdout, 'data')) as [Buffer];
    const demo = Number(/up (\d+)/.exec(first.toString())![1]);
    npm.kill('SIGKILL');
    for (const until = Date.now() + 20_000; ;) {
      try {
        process.kill(demo, 0);
      } catch {
        break;
      }
      if (Date.now() > until) throw new Error('the demo still runs');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });
});
