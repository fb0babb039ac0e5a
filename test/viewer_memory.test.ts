/** The memory view of the page, over ROS: a learner on emulated memory, its drift, and the motion that is recalled then. */
import { RosTest, rosMissing } from './ros/harness';
import { Browsers, browserMissing, controlPage, differing, eventually } from './viewer/browser';

const missing = rosMissing() || browserMissing();
if (missing) console.warn(`memory in the page skipped: ${missing}`);
const describeBrowser = missing ? describe.skip : describe;

describeBrowser('the memory of a learner, over ROS', () => {
  test('cells are drawn; the drift slider changes the drawn path, more so without compensation', async () => {
    const ros = await RosTest.start();
    ros.node('arm_simulator');
    ros.node('motor_learner', { parameters: { backend: 'pcm' } });
    const viewer = ros.node('viewer', { parameters: { port: 0 } });
    await viewer.waitFor(/control the arm: http\S+/, 60000);
    const browsers = new Browsers();
    try {
      const { page, errors, text, shows } = await controlPage(browsers, viewer.output);
      const cm = async (): Promise<number> => parseFloat((await text('memory-error'))!);
      const picture = () => page.getByTestId('scene').screenshot();
      await shows('motion', /reach: 2\.0 s/);
      await page.getByTestId('tab-memory').click();
      await shows('memory-hint', /after a lesson appears here/);
      await page.getByTestId('teach').click();
      await shows('error-after', /^\d\.\d\d cm$/); // on a busy machine each of the two takes its time
      await shows('memory-error', /^\d\.\d\d cm$/);
      expect(await page.getByTestId('aged-line').isVisible()).toBe(true);
      expect(await page.getByTestId('cores').getAttribute('aria-label')).toMatch(
        /conductance of \d+ by \d+ cells/,
      );
      expect(await page.getByTestId('core').textContent()).toMatch(/1: 25\d × 25\d/);
      expect(await text('ledger')).toMatch(/devices written.*[1-9]\d* of \d+.*pulses.*µJ/s);
      const [young, youngPicture] = [await cm(), await picture()];

      await page.getByTestId('compensated').uncheck();
      await page.getByTestId('drift').fill('100');
      await shows('drift-value', /10 years/);
      await eventually(async () => (await cm()) > young + 2);
      const bare = await cm();
      expect(await differing(youngPicture, await picture())).toBeGreaterThan(5e-4);

      await page.getByTestId('compensated').check();
      await eventually(async () => (await cm()) < bare / 2);
      await page.getByTestId('tab-lesson').click();
      expect(await page.getByTestId('aged-line').isVisible()).toBe(false);
      expect(errors).toEqual([]);
    } finally {
      await browsers.close();
      await ros.stop();
    }
  }, 240000);
});
