/** Commands of README.md and docs/*.md that need running nodes, or an engine: each session of them, as its document shows it. */
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { root, temporaryFolder } from './cli/run';
import { toRun, wordsOf } from './documented/commands';
import { fillFolder } from './documented/folder';
import { type Session, sessions } from './documented/sessions';
import { RedisServer, redisThere } from './engine/redis';
import { patience, rosMissing, RosTest, TestProcess } from './ros/harness';

const folder = temporaryFolder();
const bin = join(root, 'bin/oneshot-arm');
const runs = Object.entries(sessions).filter(([, { needs }]) => needs === undefined || redisThere);

// arms in real time: what holds the machine up for a moment disturbs them
jest.retryTimes(1, { logErrorsBeforeRetry: true });

(rosMissing() ? describe.skip : describe)('sessions of documented commands', () => {
  test.each(runs)('%s', (_, session) => run(session), 300_000);
});

/** What a machine with too much to do does to an arm in real time is not judged here. */
const patient = Object.entries({
  joint_state_timeout_s: 5,
  joint_state_max_age_s: 5,
  settle_s: 5,
  tracking_tolerance_rad: 0,
  execution_tolerance_m: 1,
  stream_max_gap_s: 1,
}).flatMap(([name, value]) => ['-p', `${name}:=${value.toFixed(1)}`]);

/** Runs a session in a folder and a ROS domain of its own. */
async function run({ needs, nodes, steps }: Session): Promise<void> {
  const path = mkdtempSync(join(folder.path, 'session-'));
  await fillFolder(path);
  const redis = needs === 'redis' ? await RedisServer.start() : undefined;
  const ros = await RosTest.start();
  const env = { ...ros.env, ROS_HOME: join(path, 'ros') };

  /** Starts a command as it is shown, but for what is this machine's. */
  const start = (command: string): TestProcess => {
    const text = toRun(command.replace(/^\+ /, '')).replace('HOST:6379', `127.0.0.1:${redis?.port}`);
    const words = wordsOf(text);
    if (/ node motor_learner/.test(text))
      words.push(...(text.includes('--ros-args') ? [] : ['--ros-args']), ...patient);
    const [program, ...args] = words[0] === 'oneshot-arm' ? [bin, ...words.slice(1)] : words;
    const child = spawn(program, args, { cwd: path, env, stdio: ['ignore', 'pipe', 'pipe'] });
    return new TestProcess(command, child);
  };

  const up: TestProcess[] = [];
  try {
    const client = await ros.client();
    up.push(...nodes.map(([command]) => start(command)));
    for (const [k, [command, says]] of nodes.entries()) {
      const name = / node (\w+)/.exec(command)?.[1];
      const service = `/${name}/describe_parameters`;
      if (name) await client.waitFor('service', service, { timeout: 60 * patience() });
      if (says)
        await Promise.race([
          up[k].waitFor(says, 60_000 * patience()),
          up[k].exited.then(() => expect(up[k].output).toMatch(says)),
        ]);
    }
    for (const [command, says] of steps) {
      const process = start(command);
      const { code } = await process.exited;
      expect({ command, code, output: code === 0 ? '' : process.output }).toEqual({
        command,
        code: 0,
        output: '',
      });
      if (says)
        expect({ command, output: process.output }).toEqual({ command, output: expect.stringMatching(says) });
    }
    for (const node of up) {
      const tookMs = await node.stop('SIGINT');
      const { code, signal } = await node.exited;
      expect({ command: node.name, ended: code ?? signal, output: node.output }).toMatchObject({
        ended: code === null ? 'SIGINT' : 0,
      });
      expect(tookMs).toBeLessThan(3000 * patience());
    }
  } finally {
    await Promise.all(up.map((node) => node.stop('SIGKILL')));
    await ros.stop();
    await redis?.remove();
  }
}
