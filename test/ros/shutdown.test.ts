import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root, TestProcess } from './harness';

const module_ = JSON.stringify(join(root, 'dist/src/ros/shutdown.js'));

function started(hook: string): TestProcess {
  const script = `require(${module_}).onShutdown(${hook}); setInterval(() => {}, 1000); console.log('ready');`;
  return new TestProcess(
    'node',
    spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'pipe'] }),
  );
}

describe('shutdown', () => {
  it('ends a process whose thread never comes back from a stop hook', async () => {
    const child = started('async () => { for (;;); }');
    await child.waitFor(/ready/);
    child.child.kill('SIGINT');
    expect(await child.exited).toMatchObject({ code: null, signal: 'SIGKILL' });
  });

  it('ends a process whose stop hook waits for ever', async () => {
    const child = started('() => new Promise(() => {})');
    await child.waitFor(/ready/);
    child.child.kill('SIGINT');
    expect(await child.exited).toMatchObject({ code: 0, signal: null });
  });
});
