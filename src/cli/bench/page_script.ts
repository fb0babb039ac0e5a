import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../files/ros_environment.js';
import { distribution } from './lateness.js';

/** Chromium as Debian and others install it; ONESHOT_ARM_CHROMIUM names another. Undefined: none. */
export function chromiumPath(): string | undefined {
  const named = process.env.ONESHOT_ARM_CHROMIUM;
  const usual = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  return (named === undefined ? usual : [named]).find((path) => existsSync(path));
}

/** What the page's own script takes of each frame that the browser draws. */
export interface ScriptTime {
  framesPerS: number;
  /** Processor time of all script, whatever else the machine does and however long drawing takes, mean. */
  cpuMs: number;
  /** By the page's clock: what its handlers of messages and of frames take. */
  medianMs: number;
  p99Ms: number;
}

/** Runs in the page before its own script: adds up what handlers of messages and of frames take, a number a frame. */
const clock = `
  const spent = (globalThis.scriptTime = { frames: [], now: 0 });
  const timed = (f) => function (...given) {
    const from = performance.now();
    try { return f.apply(this, given); } finally { spent.now += performance.now() - from; }
  };
  const next = requestAnimationFrame.bind(globalThis);
  globalThis.requestAnimationFrame = (f) => next(timed(f));
  const { get, set } = Object.getOwnPropertyDescriptor(WebSocket.prototype, 'onmessage');
  Object.defineProperty(WebSocket.prototype, 'onmessage', { get, set(f) { set.call(this, timed(f)); }, configurable: true });
  const frame = () => { spent.frames.push(spent.now); spent.now = 0; next(frame); };
  next(frame);
`;

/**
 * Opens the page in a headless Chromium and measures for some seconds, the joints' plots in sight, without the three-dimensional picture:
 * drawn in software it would be all that is seen. Undefined where there is no Chromium, or no playwright-core to drive it.
 */
export async function scriptTime(url: string, seconds: number): Promise<ScriptTime | undefined> {
  const executablePath = chromiumPath();
  const playwright = await import('playwright-core').catch(() => undefined);
  if (!executablePath || !playwright) return undefined;
  const browser = await playwright.chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-3d-apis'],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.addInitScript({ content: clock });
    const inspector = await page.context().newCDPSession(page);
    await inspector.send('Performance.enable', { timeDomain: 'threadTicks' });
    const scriptS = async (): Promise<number> => {
      const { metrics } = await inspector.send('Performance.getMetrics');
      return metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? NaN;
    };
    await page.goto(url);
    await page.getByTestId('tab-joints').click();
    // once code is compiled and pools are there
    await page
      .waitForFunction('scriptTime.frames.length > 120', undefined, { timeout: 60_000 })
      .catch(() => undefined);
    await page.evaluate('scriptTime.frames.length = 0');
    const from = { scriptS: await scriptS(), ms: performance.now() };
    await page.waitForTimeout(1000 * seconds);
    const frames = await page.evaluate<number[]>('scriptTime.frames');
    const { p50, p99 } = distribution(frames);
    return {
      framesPerS: (1000 * frames.length) / (performance.now() - from.ms),
      cpuMs: (1000 * ((await scriptS()) - from.scriptS)) / frames.length,
      medianMs: p50,
      p99Ms: p99,
    };
  } finally {
    await browser.close();
  }
}

/** The arm that is shown meanwhile. */
export function shownArm(): { urdf: string; joints: string[] } {
  const urdf = readFileSync(join(packageRoot(), 'urdf', 'edscorbot.urdf'), 'utf8');
  return { urdf, joints: ['base_joint', 'shoulder', 'elbow', 'pitch', 'roll'] };
}
