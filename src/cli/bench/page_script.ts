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
  /** The same as a share of one core: where the machine draws fewer frames, each has more to do. */
  cpuShare: number;
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

/** Without the three-dimensional picture; or with all of its script, but for what the graphics card would do: WebGL that does nothing. */
export type Picture = 'none' | 'not drawn';

/** Runs in the page before its own script: a context of WebGL that answers what three asks, and draws nothing. */
const still = `
  const idle = {};
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(WebGL2RenderingContext.prototype)))
    idle[name] = typeof value !== 'function' ? value : /^create|^getUniformLocation/.test(name) ? () => ({}) : () => null;
  Object.assign(idle, {
    getContextAttributes: () => ({ alpha: true, antialias: true }),
    getParameter: (what) => what === idle.VERSION ? 'WebGL 2.0' : what === idle.SHADING_LANGUAGE_VERSION ? 'WebGL GLSL ES 3.00'
      : what === idle.SCISSOR_BOX || what === idle.VIEWPORT ? new Int32Array(4) : 1024,
    getShaderPrecisionFormat: () => ({ precision: 23, rangeMin: 127, rangeMax: 127 }),
    getShaderParameter: () => true,
    getProgramParameter: (_, what) => what === idle.LINK_STATUS ? true : 0,
    getShaderInfoLog: () => '',
    getProgramInfoLog: () => '',
    getSupportedExtensions: () => [],
    checkFramebufferStatus: () => idle.FRAMEBUFFER_COMPLETE,
    isContextLost: () => false,
    getError: () => 0,
  });
  const given = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = function (kind, ...how) {
    if (kind !== 'webgl2') return given.call(this, kind, ...how);
    return Object.assign(Object.create(idle), { canvas: this, drawingBufferWidth: this.width, drawingBufferHeight: this.height });
  };
`;

/**
 * Opens the page in a headless Chromium and measures for some seconds, the joints' plots in sight, or a lesson while it is played at
 * a tenth of its speed. The picture is never drawn: in software that would be all that is seen. Undefined where there is no Chromium, or no playwright-core to drive it.
 */
export async function scriptTime(
  url: string,
  seconds: number,
  picture: Picture,
  played: boolean,
): Promise<ScriptTime | undefined> {
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
    if (picture === 'not drawn') await page.addInitScript({ content: `{${still}}` });
    const inspector = await page.context().newCDPSession(page);
    await inspector.send('Performance.enable', { timeDomain: 'threadTicks' });
    const scriptS = async (): Promise<number> => {
      const { metrics } = await inspector.send('Performance.getMetrics');
      return metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? NaN;
    };
    await page.goto(url);
    if (!played) await page.getByTestId('tab-joints').click();
    else {
      await page.getByTestId('network-pictures').waitFor();
      await page.getByTestId('loop').check();
      await page.getByTestId('speed').selectOption('0.1');
      // it plays by itself, and may have reached its end by now
      const play = page.getByTestId('play');
      if ((await play.getAttribute('aria-label')) === 'play the lesson') await play.click();
    }
    // once code is compiled and pools are there
    await page
      .waitForFunction('scriptTime.frames.length > 120', undefined, { timeout: 60_000 })
      .catch(() => undefined);
    const pictured = await page.evaluate("!document.getElementById('scene').hidden");
    if (pictured !== (picture === 'not drawn'))
      throw new Error(`the page ${picture === 'none' ? 'has a picture' : 'has no picture'}`);
    await page.evaluate('scriptTime.frames.length = 0');
    const from = { scriptS: await scriptS(), ms: performance.now() };
    await page.waitForTimeout(1000 * seconds);
    const frames = await page.evaluate<number[]>('scriptTime.frames');
    const { p50, p99 } = distribution(frames);
    const tookS = (performance.now() - from.ms) / 1000;
    const cpuS = (await scriptS()) - from.scriptS;
    return {
      framesPerS: frames.length / tookS,
      cpuMs: (1000 * cpuS) / frames.length,
      cpuShare: cpuS / tookS,
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
