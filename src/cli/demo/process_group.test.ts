import { ProcessGroup } from './process_group.js';

const script = (code: string): string[] => ['-e', code];
const sleeper = 'console.log("up"); setInterval(() => {}, 1000)';

/** Resolves when `count` members have said "up". */
function group(count: number): { group: ProcessGroup; up: Promise<void> } {
  let said!: () => void;
  const up = new Promise<void>((resolve) => (said = resolve));
  let ups = 0;
  const g = new ProcessGroup((_, line) => {
    if (line === 'up' && ++ups === count) said();
  });
  return { group: g, up };
}

test('stop ends every process, also one that ignores the polite signal', async () => {
  const { group: g, up } = group(2);
  g.start('polite', process.execPath, script(sleeper), process.env);
  g.start('stubborn', process.execPath, script(`process.on("SIGTERM", () => {}); ${sleeper}`), process.env);
  await up;
  expect(g.running).toEqual(['polite', 'stubborn']);
  await Promise.all([g.stop(300), g.stop(300)]);
  expect(g.running).toEqual([]);
});

test('a member that dies is named, with what it said last', async () => {
  const { group: g, up } = group(1);
  g.start('steady', process.execPath, script(sleeper), process.env);
  await up;
  g.start('weak', process.execPath, script('console.error("no port"); process.exit(3)'), process.env);
  await expect(g.failure).rejects.toThrow(/weak ended \(exit code 3\).*\n {2}no port/);
  await g.stop();
});

test('a program that does not exist is a failure, and stop still works', async () => {
  const { group: g } = group(1);
  g.start('nothing', '/no/such/program', [], process.env);
  await expect(g.failure).rejects.toThrow(/nothing could not be started/);
  await g.stop();
});
