import { oneshotArm } from './run';

test('bench viewer: pages that keep up get every frame, a slow one misses joint states and is not cut off', async () => {
  // the page's own script is measured in a browser, which a test has no time for
  const args = ['bench', 'viewer', '--seconds', '8', '--json', '-'];
  const { code, stdout } = await oneshotArm(args, '', { ONESHOT_ARM_CHROMIUM: '' });
  expect(code).toBe(0);
  const result = JSON.parse(stdout) as {
    framesPerS: number;
    receivedPerS: number[];
    cut: number;
    rssGrowthMB: number;
  };
  const [slow, ...others] = result.receivedPerS;
  for (const rate of others) expect(rate / result.framesPerS).toBeGreaterThan(0.9);
  expect(slow / result.framesPerS).toBeLessThan(0.5);
  expect(result.cut).toBe(0);
  expect(result.rssGrowthMB).toBeLessThan(20);
}, 120000);
