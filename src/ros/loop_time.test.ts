import { LoopTime } from './loop_time';

const computeFor = (ms: number): void => {
  const start = process.cpuUsage();
  for (;;) {
    const { user, system } = process.cpuUsage(start);
    if (user + system > 1000 * ms) return;
  }
};

test('own work is told from waiting', async () => {
  const loop = new LoopTime();
  loop.tick(performance.now());
  await new Promise((resolve) => setTimeout(resolve, 60));
  loop.tick(performance.now());
  const waited = loop.take();
  expect(waited.gapMs).toBeGreaterThan(50);
  if (process.platform !== 'linux') return expect(waited.ownMs).toBeNaN();
  expect(waited.ownMs).toBeLessThan(40);
  computeFor(80);
  loop.tick(performance.now());
  expect(loop.take().ownMs).toBeGreaterThan(40);
  // asked again: nothing happened since
  expect(loop.take()).toEqual({ gapMs: 0, ownMs: 0 });
});
