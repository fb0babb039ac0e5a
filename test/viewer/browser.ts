import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import sharp from 'sharp';
import { chromiumPath } from '../../src/cli/bench/page_script';

export const root = join(__dirname, '..', '..');

const browserPath = chromiumPath();

/** Why no page can be tried here; empty where it can. */
export function browserMissing(): string {
  const built = existsSync(join(root, 'dist/sim/viewer/page/main.js'));
  return (
    (browserPath ? '' : 'no Chromium (Debian: apt-get install chromium)') || (built ? '' : 'page not built')
  );
}

/** Chromium, with a software renderer or without WebGL at all; each is started when first asked for. */
export class Browsers {
  private readonly started = new Map<boolean, Promise<Browser>>();

  get(webgl: boolean): Promise<Browser> {
    const known = this.started.get(webgl);
    if (known) return known;
    const picture = webgl
      ? ['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader']
      : ['--disable-gpu', '--disable-3d-apis'];
    const browser = chromium.launch({ executablePath: browserPath, args: ['--no-sandbox', ...picture] });
    this.started.set(webgl, browser);
    return browser;
  }

  async close(): Promise<void> {
    for (const browser of this.started.values()) await (await browser).close();
  }
}

/** Waits until a condition holds, a minute at most: pictures come late on a busy machine. */
export async function eventually(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60000;
  while (!(await holds())) {
    if (Date.now() > deadline)
      throw new Error(`the condition did not come to hold within a minute: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** A page of the viewer, opened with WebGL from the address that lets it move the arm, which the viewer printed. */
export async function controlPage(browsers: Browsers, printed: string) {
  const browser = await browsers.get(true);
  const page = await browser.newPage({
    viewport: { width: 1100, height: 700 },
    reducedMotion: 'reduce',
  });
  /** What its script threw. */
  const errors: string[] = [];
  page.on('pageerror', (e) => errors.push(e.message));
  await page.goto(/control the arm: (\S+)/.exec(printed)![1]);
  const text = (id: string) => page.getByTestId(id).textContent();
  const shows = (id: string, pattern: RegExp) =>
    eventually(async () => pattern.test((await text(id)) ?? '')).catch(async () => {
      throw new Error(`${id} shows "${await text(id)}", not ${pattern}; the log: ${await text('log')}`);
    });
  return { page, errors, text, shows };
}

/** Draws one stroke on the pad of characters. @param points of 0..1, y down. */
export async function drawCharacter(page: Page, points: readonly (readonly number[])[]): Promise<void> {
  const box = (await page.getByTestId('pad').boundingBox())!;
  for (const [i, [x, y]] of points.entries()) {
    await page.mouse.move(box.x + box.width * x, box.y + box.height * y, { steps: 4 });
    if (i === 0) await page.mouse.down();
  }
  await page.mouse.up();
}

/** How many colours an image has, coarsely. */
export async function colours(png: Buffer): Promise<number> {
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  const seen = new Set<number>();
  for (let i = 0; i < data.length; i += info.channels)
    seen.add(((data[i] >> 3) << 10) | ((data[i + 1] >> 3) << 5) | (data[i + 2] >> 3));
  return seen.size;
}

/** Share of pixels that differ clearly. */
export async function differing(a: Buffer, b: Buffer): Promise<number> {
  const [x, y] = await Promise.all([a, b].map((png) => sharp(png).removeAlpha().raw().toBuffer()));
  if (x.length !== y.length) return 1;
  let count = 0;
  for (let i = 0; i < x.length; i += 3)
    if (Math.abs(x[i] - y[i]) + Math.abs(x[i + 1] - y[i + 1]) + Math.abs(x[i + 2] - y[i + 2]) > 40) count++;
  return count / (x.length / 3);
}

/** Pixels of strong colours: of the target's, the learned, the performed and the drawn path in the light theme. */
export async function hues(
  png: Buffer,
): Promise<{ blue: number; red: number; green: number; violet: number }> {
  const data = await sharp(png).removeAlpha().raw().toBuffer();
  const seen = { blue: 0, red: 0, green: 0, violet: 0 };
  for (let i = 0; i < data.length; i += 3) {
    const [r, g, b] = [data[i], data[i + 1], data[i + 2]];
    if (b > 150 && r < 70 && g < 150) seen.blue++;
    if (b > 180 && r > 90 && r < 170 && g < 110) seen.violet++;
    if (r > 160 && g < 100 && b < 70) seen.red++;
    if (g > 140 && r < 140 && b < 150 && g - r > 40 && g - b > 30) seen.green++;
  }
  return seen;
}
