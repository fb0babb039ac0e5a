/** A whole lesson with the mouse in the page, over ROS. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RosTest, rosMissing } from './ros/harness';
import { Browsers, browserMissing, controlPage } from './viewer/browser';

const missing = rosMissing() || browserMissing();
if (missing) console.warn(`lesson in the page skipped: ${missing}`);
const describeBrowser = missing ? describe.skip : describe;

describeBrowser('a lesson by mouse, over ROS', () => {
  test('draw, teach, perform, keep, forget, bring back, perform again', async () => {
    const ros = await RosTest.start();
    const skills = mkdtempSync(join(tmpdir(), 'skills-'));
    ros.node('arm_simulator');
    ros.node('motor_learner', {
      // on a busy machine late messages shall not stop it
      parameters: {
        skills_directory: skills,
        joint_state_timeout_s: 5.0,
        joint_state_max_age_s: 10.0,
        tracking_tolerance_rad: 0.0,
        start_delay_s: 1.0,
        settle_s: 5.0,
      },
    });
    const viewer = ros.node('viewer', { parameters: { port: 0 } });
    await viewer.waitFor(/control the arm: http\S+/, 30000);
    const browsers = new Browsers();
    try {
      const { page, errors, text, shows } = await controlPage(browsers, viewer.output);
      await shows('motion', /reach: 2\.0 s/); // the learner was asked about itself
      await page.getByTestId('draw').click();
      const box = (await page.getByTestId('scene').boundingBox())!;
      const at = (x: number, y: number) => [box.x + x * box.width, box.y + y * box.height] as const;
      await page.mouse.move(...at(0.75, 0.2));
      await page.mouse.down();
      for (let k = 1; k <= 20; k++) await page.mouse.move(...at(0.75 - 0.02 * k, 0.2));
      await page.mouse.up();
      await shows('motion', /drawn .*: 2\.5 s/);
      await page.getByTestId('lesson-title').fill('stroke');
      await page.getByTestId('refine').fill('10');
      await page.getByTestId('teach').click();
      await shows('error-after', /^\d\.\d\d cm$/); // below 10 cm
      await shows('lesson-name', /stroke/);
      await page.getByTestId('execute').click();
      await shows('error-executed', /^\d\.\d\d cm$/);
      // drawn by hand, performed after one update
      expect(parseFloat((await text('error-executed'))!)).toBeLessThan(2);
      await page.getByTestId('save').click();
      await page.getByTestId('load-stroke').waitFor();
      await page.getByTestId('forget').click();
      await page.getByTestId('forget-yes').click();
      await shows('lesson-name', /no lesson/);
      await page.getByTestId('load-stroke').click();
      await shows('lesson-name', /stroke/);
      expect(await text('error-executed')).toBe('–');
      await page.getByTestId('execute').click();
      await shows('error-executed', /^\d\.\d\d cm$/);
      expect(errors).toEqual([]);
    } finally {
      await browsers.close();
      await ros.stop();
      rmSync(skills, { recursive: true });
    }
  }, 240000);
});
