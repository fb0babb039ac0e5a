/** The studio in a browser: a learner and an arm in the page, without ROS. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { serveStudio } from '../sim/viewer/studio_server';
import { Browsers, browserMissing, drawCharacter, eventually, root } from './viewer/browser';

const folder = join(root, 'dist', 'sim', 'viewer', 'studio');
const missing = browserMissing() || (existsSync(join(folder, 'main.js')) ? '' : 'studio not built');
if (missing) console.warn(`tests of the studio skipped: ${missing}`);
const describeBrowser = missing ? describe.skip : describe;

describeBrowser('the studio', () => {
  const browsers = new Browsers();
  let server: Awaited<ReturnType<typeof serveStudio>>;
  let page: Page;
  const errors: string[] = [];
  const text = async (id: string) => (await page.getByTestId(id).textContent()) ?? '';
  const shows = (id: string, pattern: RegExp) => eventually(async () => pattern.test(await text(id)));
  const cm = async (id: string) => Number.parseFloat(await text(id));

  beforeAll(async () => {
    server = await serveStudio(folder, 0);
    page = await (
      await browsers.get(false)
    ).newPage({ reducedMotion: 'reduce', viewport: { width: 1440, height: 900 } });
    page.on('pageerror', (e) => errors.push(e.message));
    await page.goto(server.url);
    await shows('motion', /reach: 2\.0 s/);
  }, 60000);
  afterAll(async () => {
    await browsers.close();
    await server?.close();
    expect(errors).toEqual([]);
  });

  /** Presses Tab until an element has the focus. */
  const tabTo = async (id: string): Promise<void> => {
    for (let k = 0; k < 60; k++) {
      if (await page.getByTestId(id).evaluate((e) => e === document.activeElement)) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`Tab does not reach ${id}`);
  };

  test('at first sight it says in one sentence what to do, on a phone as well', async () => {
    expect(await text('guide')).toMatch(/^[^.!?]+\.$/);
    for (const [width, height] of [
      [390, 844],
      [1440, 900],
    ]) {
      // prettier-ignore
      await page.setViewportSize({ width, height });
      const box = (await page.getByTestId('guide').boundingBox())!;
      expect(box.y >= 0 && box.height > 8 && box.y + box.height < height / 2).toBe(true);
    }
  });

  test('a whole lesson by keyboard alone: choose, teach, perform, keep, forget, bring back, stop', async () => {
    await tabTo('example');
    await page.keyboard.press('ArrowDown');
    await shows('motion', /wave/);
    await tabTo('teach');
    await page.keyboard.press('Enter');
    await shows('error-after', /^\d\.\d\d cm$/);
    expect(await cm('error-after')).toBeLessThan((await cm('error-before')) / 5);
    const predicted = await cm('error-after');
    // both networks are seen, before and after, and what changed between
    const label = (id: string) => page.getByTestId(id).getAttribute('aria-label');
    expect(await label('raster')).toMatch(/trainee before \d{3,} spikes of 250 cells, trainee after \d{3,}/);
    expect(await label('weights')).toMatch(/255 rows by 252 columns: \d{4,} weights/);
    await shows('weight-at', /^from .* to .*: [+−]0\.\d*[1-9]\d*$/);
    expect(await label('readout-plot')).toMatch(/target from .*; before from .*; after from /);
    await tabTo('execute');
    await page.keyboard.press('Enter');
    await shows('error-executed', /^\d\.\d\d cm$/);
    expect(await page.getByTestId('error-executed').getAttribute('class')).toBe('good');
    await tabTo('save');
    await page.keyboard.press('Enter');
    await page.getByTestId('load-wave').waitFor();
    // saved again: the page asks, and keeps the old one unless it is told to replace it
    const message = () => page.getByTestId('message').textContent();
    const first = await message();
    for (const [answer, told] of [
      ['overwrite-no', first],
      ['overwrite-yes', 'save wave: skill wave replaced in this browser'],
    ] as const) {
      await page.getByTestId('save').focus();
      await page.keyboard.press('Enter');
      await tabTo(answer);
      await page.keyboard.press('Enter');
      await page.getByTestId('overwrite-dialog').waitFor({ state: 'hidden' });
      await eventually(async () => (await message()) === told);
    }
    await page.getByTestId('forget').focus();
    await page.keyboard.press('Enter');
    await tabTo('forget-yes');
    await page.keyboard.press('Enter');
    await shows('lesson-name', /no lesson/);
    await tabTo('load-wave');
    await page.keyboard.press('Enter');
    await shows('error-after', /^\d\.\d\d cm$/);
    expect(await cm('error-after')).toBeCloseTo(predicted, 2); // the synapses that were kept perform the same
    // nothing was shown to the networks: there is no exposure to see, but what sets the synapses apart is
    await eventually(async () => /trainee before without exposure, trainee after \d{3,}/.test((await label('raster'))!)); // prettier-ignore
    expect(await label('weights')).toMatch(/255 rows by 252 columns: \d{4,} weights/);
    await page.getByTestId('execute').focus();
    await page.keyboard.press('Enter');
    await shows('arm-state', /moving/);
    await page.keyboard.press('Escape');
    await shows('arm-state', /stopped/);
    await page.getByTestId('reset').focus();
    await page.keyboard.press('Enter');
    await shows('arm-state', /holding/);
  }, 120000);

  test('memory: drift changes the recalled motion, less where it is compensated; the refinement slider teaches again', async () => {
    await page.getByTestId('example').selectOption('reach');
    await page.getByTestId('backend').selectOption('pcm');
    await page.getByTestId('tab-memory').click();
    await page.getByTestId('teach').click();
    await shows('memory-error', /cm/);
    await shows('drift-value', /32 s/);
    const young = await text('memory-error');
    await page.getByTestId('drift').fill('100');
    await shows('drift-value', /10 years/);
    await eventually(async () => (await text('memory-error')) !== young);
    const compensated = await cm('memory-error');
    const before = await text('memory-error');
    await page.getByTestId('compensated').uncheck();
    await eventually(async () => (await text('memory-error')) !== before);
    const aged = await cm('memory-error');
    expect(aged).toBeGreaterThan(2 * compensated);
    /** What is recalled with a control in another place. */
    const recalled = async (change: () => Promise<void>): Promise<number> => {
      const known = await text('memory-error');
      await change();
      await eventually(async () => (await text('memory-error')) !== known);
      return cm('memory-error');
    };
    const box = (id: string, on: boolean) => () => page.getByTestId(id).setChecked(on);
    const bits = (n: number) => async () => {
      await page.getByTestId('bits').fill(String(n));
      await page.getByTestId('bits').press('Enter');
    };
    expect(await recalled(box('drifting', false))).toBeLessThan(aged / 2);
    await recalled(box('read-noise', false));
    const noisy = await recalled(bits(2));
    const fine = await recalled(bits(8));
    expect(fine).toBeLessThan(noisy);
    // without noise each cell holds what was wanted: the picture of the errors has its darkest colour only
    const reddest = () =>
      page.getByTestId('cores').evaluate((canvas: HTMLCanvasElement) => {
        const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height / 2);
        return data.reduce((most, x, i) => (i % 4 === 0 ? Math.max(most, x) : most), 0);
      });
    await page.getByTestId('cells').selectOption('error');
    await eventually(async () => (await reddest()) > 50);
    await recalled(box('programming-noise', false));
    await eventually(async () => (await reddest()) < 36);
    await page.getByTestId('cells').selectOption('conductance');
    await recalled(box('programming-noise', true));
    await recalled(bits(5));
    await recalled(box('read-noise', true));
    expect(await recalled(box('drifting', true))).toBe(aged); // the same devices, the same seed
    expect(await text('ledger')).toMatch(/devices written.*\d+ of \d+.*µJ/s);
    // the same lesson in software beside it, from the same memory as is looked at
    await page.getByTestId('tab-lesson').click();
    await page.getByTestId('compare').click();
    await shows('comparison', /learned, predicted.*learned in software, predicted.*direct replay/s);
    const row = async (name: string): Promise<number> =>
      parseFloat((await page.getByRole('row', { name }).getByRole('cell').first().textContent())!);
    expect(await row('learned, predicted')).toBeGreaterThan(
      2 * (await row('learned in software, predicted')),
    );
    await page.getByTestId('tab-memory').click();
    await page.getByTestId('backend').selectOption('software');
    await page.getByTestId('teach').click();
    await eventually(() => page.getByTestId('memory-hint').isVisible());
    const once = await cm('error-after');
    await page.getByTestId('refine').fill('20');
    await eventually(async () => (await cm('error-after')) < once);
  }, 120000);

  test('characters: five drawings each are learned, a sixth is told apart, and the arm writes it', async () => {
    await page.getByTestId('tab-characters').click();
    const shapes: [number, number][][] = [
      [[0.2, 0.8], [0.5, 0.2], [0.8, 0.8]], // prettier-ignore
      [[0.3, 0.2], [0.3, 0.8], [0.75, 0.8]], // prettier-ignore
      [[0.2, 0.25], [0.8, 0.25], [0.5, 0.25], [0.5, 0.8]], // prettier-ignore
      [[0.2, 0.2], [0.8, 0.2], [0.2, 0.8], [0.8, 0.8]], // prettier-ignore
      [[0.3, 0.25], [0.7, 0.25], [0.7, 0.75], [0.3, 0.75], [0.3, 0.25]], // prettier-ignore
    ];
    /** A shape a little shifted, turned and stretched, another way each time. */
    const draw = async (shape: [number, number][], k: number): Promise<void> => {
      const turn = 0.06 * (k - 2.5);
      const points = shape.map(([x, y]) => {
        const [u, v] = [(x - 0.5) * (1 - 0.03 * k), (y - 0.5) * (0.85 + 0.03 * k)];
        return [0.5 + u * Math.cos(turn) - v * Math.sin(turn), 0.5 + u * Math.sin(turn) + v * Math.cos(turn)];
      });
      await drawCharacter(page, points);
    };
    for (const shape of shapes)
      for (let k = 0; k < 5; k++) {
        await draw(shape, k);
        await page.getByTestId('add').click();
      }
    expect(await text('samples')).toBe('A: 5 of 5, B: 5 of 5, C: 5 of 5, D: 5 of 5, E: 5 of 5');
    await page.getByTestId('learn').click();
    await shows('verdict', /learned 5 characters/);
    let right = 0;
    for (const [label, shape] of shapes.entries()) {
      await draw(shape, 5);
      await page.getByTestId('classify').click();
      await shows('verdict', /^character/);
      if ((await text('verdict')) === `character ${'ABCDE'[label]}`) right++;
      await page.getByTestId('clear').click();
    }
    expect(right).toBeGreaterThanOrEqual(4);

    // what was recognised last is written: its strokes are taught in one exposure, and performed
    await draw(shapes[0], 5);
    await page.getByTestId('classify').click();
    await shows('verdict', /^character/);
    const written = await text('verdict');
    expect(await page.getByTestId('scores').locator('tr').count()).toBe(5);
    await page.getByTestId('write').click();
    await shows('motion', new RegExp(`write ${written}: 6`));
    await page.getByTestId('teach').click();
    await shows('lesson-name', new RegExp(`write ${written}`));
    await page.getByTestId('execute').click();
    await shows('error-executed', /^\d\.\d\d cm$/);
    expect(await page.getByTestId('error-executed').getAttribute('class')).toBe('good');
    expect(await cm('error-executed')).toBeLessThan(2);
  }, 180000);

  test('MuJoCo: a lesson is performed as predicted; with a payload of 1 kg what came of it is told', async () => {
    await shows('physics', /MuJoCo/);
    await page.getByTestId('backend').selectOption('software');
    await page.getByTestId('example').selectOption('reach');
    await shows('motion', /reach/);
    await page.getByTestId('teach').click();
    await shows('lesson-name', /reach/);
    const predicted = await cm('error-after');
    await page.getByTestId('execute').click();
    await shows('error-executed', /cm/);
    expect(Math.abs((await cm('error-executed')) - predicted)).toBeLessThan(1);
    expect(await page.getByTestId('error-executed').getAttribute('class')).toBe('good');
    const free = await cm('error-executed');
    await page.getByTestId('tab-arm').click();
    await page.getByTestId('payload').fill('1');
    await shows('message', /payload: 1 kg/);
    await page.getByTestId('execute').click();
    await shows('reasons', /not performed as predicted: .* cm from what was predicted/);
    expect(await cm('error-executed')).toBeGreaterThan(free + 2);
    expect(await page.getByTestId('error-executed').getAttribute('class')).toBe('bad');
    await page.getByTestId('payload').fill('0');
    await shows('message', /payload: 0 kg/);
  }, 120000);

  test('shown by hand: the tool is led in free drive, what was recorded is taught and performed', async () => {
    await page.getByTestId('tab-arm').click();
    const tool = async () => (await text('tool-at')).split(',').map(Number.parseFloat);
    await eventually(() => page.getByTestId('free-drive').isEnabled());
    expect(await page.getByTestId('record-led').isDisabled()).toBe(true);
    await page.getByTestId('free-drive').click();
    await shows('arm-state', /free drive/);
    await page.getByTestId('record-led').click();
    await shows('record-led', /end the recording/);
    const [x, , z] = await tool();
    const lead = async (id: string, far: () => Promise<boolean>): Promise<void> => {
      await page.getByTestId(id).hover();
      await page.mouse.down();
      await eventually(far);
      await page.mouse.up();
    };
    await lead('push-x-', async () => (await tool())[0] < x - 0.08);
    await lead('push-z+', async () => (await tool())[2] > z + 0.05);
    await page.getByTestId('record-led').click();
    await shows('motion', /shown .*: \d/);
    await shows('arm-state', /holding/);
    await page.getByTestId('teach').click();
    await shows('lesson-name', /shown/);
    expect(await cm('error-after')).toBeLessThan((await cm('error-before')) / 2);
    await page.getByTestId('execute').click();
    await shows('error-executed', /cm/);
    expect(Math.abs((await cm('error-executed')) - (await cm('error-after')))).toBeLessThan(1);
  }, 120000);

  test('without MuJoCo the studio says so and goes on with servos', async () => {
    page = await (await browsers.get(false)).newPage({ reducedMotion: 'reduce' });
    page.on('pageerror', (e) => errors.push(e.message));
    await page.route('**/mujoco.wasm', (route) => route.abort());
    await page.goto(server.url);
    await shows('message', /MuJoCo did not load, the arm goes on with servos/);
    await shows('physics', /servos only/);
    await page.getByTestId('teach').click();
    await shows('error-after', /cm/);
    await page.getByTestId('execute').click();
    await shows('error-executed', /cm/);
    expect(await page.getByTestId('error-executed').getAttribute('class')).toBe('good');
    await page.getByTestId('tab-arm').click();
    expect(await page.getByTestId('free-drive').isDisabled()).toBe(true);
    expect(await page.getByTestId('payload').isDisabled()).toBe(true);
  }, 120000);

  test('opened as a file the studio teaches and performs, and says what would give it masses', async () => {
    page = await (await browsers.get(false)).newPage({ reducedMotion: 'reduce' });
    page.on('pageerror', (e) => errors.push(e.message));
    await page.goto(pathToFileURL(join(folder, 'index.html')).href);
    await shows('message', /MuJoCo did not load, .* opened as a file; npx oneshot-arm studio/);
    await page.getByTestId('teach').click();
    await shows('error-after', /cm/);
    await page.getByTestId('execute').click();
    await shows('error-executed', /cm/);
    expect(await page.getByTestId('error-executed').getAttribute('class')).toBe('good');
  }, 60000);

  test('in free drive the tool is pulled in the picture, and stays when it is let go', async () => {
    page = await (
      await browsers.get(true)
    ).newPage({ reducedMotion: 'reduce', viewport: { width: 1100, height: 700 } });
    page.on('pageerror', (e) => errors.push(e.message));
    await page.goto(server.url);
    await shows('physics', /MuJoCo/);
    await page.getByTestId('tab-arm').click();
    await page.getByTestId('free-drive').click();
    await shows('arm-state', /free drive/);
    // the view that follows the tool has it in its middle
    for (const _ of ['on', 'off']) await page.getByTestId('follow').click();
    const box = (await page.getByTestId('scene').boundingBox())!;
    const tool = async () => (await text('tool-at')).split(',').map(Number.parseFloat);
    await shows('tool-at', /m$/);
    const before = await tool();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2 + 60, { steps: 5 });
    await eventually(async () => (await tool())[2] < before[2] - 0.05);
    await page.mouse.up();
    let last: number[] = [];
    await eventually(async () => {
      const [was, now] = [last, await tool()];
      last = now;
      return was.length > 0 && now.every((p, c) => p === was[c]);
    });
    expect(last[2]).toBeLessThan(before[2] - 0.04);
    expect(last[2]).toBeGreaterThan(before[2] - 0.4);
  }, 120000);
});
