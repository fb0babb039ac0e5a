/** The page in a browser, with a viewer's server in this process and no ROS: what it shows, and what it does when things go wrong. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { forwardAll, urdfGeometry } from '../src/arm/kinematics/edscorbot';
import type { Action, JogCommand, LessonView, NodeStatus } from '../sim/viewer/protocol';
import { ViewerServer } from '../sim/viewer/server';
import { Recorder } from '../src/record/recorder';
import {
  Browsers,
  browserMissing,
  colours,
  differing,
  drawCharacter,
  eventually,
  root,
  hues,
} from './viewer/browser';

const missing = browserMissing();
if (missing) console.warn(`tests of the page skipped: ${missing}`);
const describeBrowser = missing ? describe.skip : describe;

const urdf = readFileSync(join(root, 'urdf', 'edscorbot.urdf'), 'utf8');
const joints = ['base_joint', 'shoulder', 'elbow', 'pitch', 'roll'];
const steps = 40;
/** A swing of the base: target, learned and performed exactly on each other. */
const rows = Array.from({ length: steps }, (_, k) => [0.4 - 0.02 * k, 0.02, 0, 0, 0]);
const times = rows.map((_, k) => 0.05 * k);
const path = rows.map(([q]): [number, number, number] => [
  0.92 * Math.cos(q) + 0.033 * Math.sin(q),
  0.92 * Math.sin(q) - 0.033 * Math.cos(q),
  0.3585,
]);
const lesson: LessonView = {
  name: 'swing',
  backend: 'software',
  weights: 'motor-default',
  profile: 'edscorbot_paper',
  updates: 1,
  before: { tcpErrorMeanM: 0.4321, tcpErrorMaxM: 0.6 },
  after: { tcpErrorMeanM: 0.0123, tcpErrorMaxM: 0.03 },
  executed: null,
  executedDelayS: 0,
  asPredicted: false,
  gateAccepted: true,
  reasons: [],
  timeScaling: 1,
  devicesWritten: 0,
  devicesTotal: 0,
  pulses: 0,
  energyJ: 0,
  lessonMs: 6,
  frame: 'base',
  targetPath: path,
  learnedPath: path,
  pathTimesS: times,
  joints,
  learnedTimesS: times,
  learnedAngles: rows,
  learnedVelocities: rows.map(() => [-0.4, 0, 0, 0, 0]),
};
const executed = { tcpErrorMeanM: 0.2705, tcpErrorMaxM: 0.5 };
const panels = ['lesson', 'joints', 'drive', 'memory', 'characters', 'log'];
const cells = Array.from({ length: 32 * 32 }, (_, k) => Math.sin(k) * 0.8);
const memory = {
  ageS: 3e6,
  compensated: true,
  readNoise: true,
  tcpErrorMeanM: 0.021,
  path,
  cores: [
    {
      rows: 32,
      columns: 32,
      wholeRows: 256,
      wholeColumns: 256,
      target: cells,
      conductance: cells.map((g) => 0.9 * g),
    },
  ],
};
const comparison = {
  lesson: 'swing',
  motions: ['direct replay', 'dynamic movement primitive'].map((method) => ({ method, tcpErrorMeanM: 0.0123, tcpErrorMaxM: 0.02, frechetM: 0.021, jerkRmsRadPerS3: 4.56 })), // prettier-ignore
};
const activity = {
  steps: 249,
  stepS: 0.01,
  traineeNeurons: 250,
  lsgNeurons: 256,
  clockLines: 5,
  readouts: 2,
  motionShare: 1,
  lsgSteps: Array.from({ length: 300 }, (_, k) => (k * 11) % 249),
  lsgIds: Array.from({ length: 300 }, (_, k) => (k * 17) % 256),
  exposureSteps: Array.from({ length: 500 }, (_, k) => (k * 5) % 249),
  exposureIds: Array.from({ length: 500 }, (_, k) => (k * 19) % 250),
  recallSteps: Array.from({ length: 400 }, (_, k) => (k * 7) % 249),
  recallIds: Array.from({ length: 400 }, (_, k) => (k * 13) % 250),
  learningSignal: Array.from({ length: 249 }, (_, k) => k / 249),
  ...matrixOf([[0, 0, 64], [17, 39, -127]]), // prettier-ignore
  targetVelocities: Array.from({ length: 498 }, (_, k) => Math.sin(k / 40)),
  velocitiesBefore: Array.from({ length: 498 }, () => 0),
  velocitiesAfter: Array.from({ length: 498 }, (_, k) => 0.8 * Math.sin(k / 40)),
};
/** A change of some weights: row, column, and so many times 0.001. */
function matrixOf(changes: readonly (readonly [number, number, number])[]) {
  const values = new Int8Array(255 * 252);
  for (const [row, column, value] of changes) values[252 * row + column] = value;
  return { weightChange: Buffer.from(values.buffer).toString('base64'), weightChangeScale: 0.001 };
}
/** Faces of an octahedron of 0.3 m about the base. */
const octahedron = [[1, 0, 0], [0, 1, 0], [-1, 0, 0], [0, -1, 0]] // prettier-ignore
  .map((p) => p.map((x) => 0.3 * x))
  .flatMap((a, k, tips) => [0.3, -0.3].map((z) => [a, tips[(k + 1) % 4], [0, 0, z]]));
const state = (name: string, stopped = false): NodeStatus => ({ state: name, stopped, reason: '' });

describeBrowser('the page', () => {
  const browsers = new Browsers();
  let server: ViewerServer;
  let asked: Action[];
  let driven: JogCommand[];
  let answer: (action: Action) => Promise<string>;
  let ages: { joints: number | null; learner: number | null; arm: number | null };
  let errors: string[];
  let page: Page;
  const text = (id: string) => page.getByTestId(id).textContent();
  const shows = (id: string, pattern: RegExp) => eventually(async () => pattern.test((await text(id)) ?? ''));

  const start = async (port = 0, token = 'first-token'): Promise<void> => {
    server = await ViewerServer.start({
      host: '127.0.0.1',
      port,
      token,
      pageFolder: join(root, 'dist', 'sim', 'viewer', 'page'),
      ages: () => ages,
      jointDelayS: () => 0.004,
      jog: (command) => void driven.push(command),
      act: (action) => {
        asked.push(action);
        return answer(action);
      },
    });
    server.tell({ type: 'robot', urdf, tool: 'end_effector' });
    server.tell({
      type: 'about',
      about: {
        profile: 'edscorbot_paper',
        learned: joints.slice(0, 2),
        backend: 'software',
        seed: 0,
        updates: 1,
        refine: 0,
      },
    });
    const reach = JSON.parse(readFileSync(join(root, 'examples', 'reach.json'), 'utf8')) as object;
    server.tell({ type: 'examples', examples: [{ name: 'reach', target: reach }] });
    server.tell({
      type: 'joints',
      timeS: 0,
      names: joints,
      positions: [0, 0, 0, 0, 0],
      velocities: [0, 0, 0, 0, 0],
    });
    server.tell({ type: 'status', arm: state('holding'), learner: state('idle') });
  };
  /** Gives every panel something to show. */
  const fill = (): void => {
    server.tell({ type: 'lesson', lesson: { ...lesson, backend: 'pcm', devicesWritten: 2345, devicesTotal: 262144, pulses: 4567, energyJ: 1e-6, executed, asPredicted: true } }); // prettier-ignore
    server.tell({ type: 'activity', activity });
    server.tell({ type: 'memory', memory });
    server.tell({ type: 'comparison', comparison });
    server.tell({ type: 'teleop', teleop: { state: 'idle', message: '', source: '' } });
    server.tell({ type: 'skills', skills: [{ name: 'wave', durationS: 2, tcpErrorMeanM: 0.01, backend: 'software', usable: true }] }); // prettier-ignore
    server.tell({ type: 'status', arm: state('holding'), learner: { state: 'stopped', stopped: true, reason: 'joint states are stale: none for 0.54 s (limit 0.5 s)' } }); // prettier-ignore
  };
  /** A page at a size; without WebGL where the test is not about the picture. */
  const open = async (
    options: { webgl?: boolean; width?: number; height?: number; url?: string } = {},
  ): Promise<Page> => {
    const { webgl = false, width = 1440, height = 900, url = server.controlUrl } = options;
    const browser = await browsers.get(webgl);
    const opened = await browser.newPage({ viewport: { width, height }, reducedMotion: 'reduce' });
    opened.on('pageerror', (e) => errors.push(e.message));
    opened.on('console', (m) => {
      if (m.type() === 'error' && !/WebGL|WebSocket connection/.test(m.text())) errors.push(m.text());
    });
    await opened.goto(url);
    return opened;
  };

  beforeEach(async () => {
    asked = [];
    driven = [];
    errors = [];
    answer = () => Promise.resolve('done');
    ages = { joints: 0.02, learner: 0.1, arm: 0.1 };
    await start();
  });
  afterEach(async () => {
    await page?.close();
    await server.close();
    expect(errors).toEqual([]);
  });
  afterAll(() => browsers.close());

  test('without WebGL it connects, STOP works, and it says what is missing', async () => {
    page = await open();
    await shows('connection', /^connected$/);
    expect(await text('no-picture')).toMatch(/no 3D picture.*WebGL.*STOP/s);
    await shows('motion', /reach: 2\.0 s/);
    await page.getByTestId('stop').click();
    await shows('message', /stop: done/);
    expect(asked.map((a) => a.type)).toEqual(['stop']);
    expect(await text('guide')).toMatch(/Choose a motion.*Teach/);
  }, 90000);

  test('Esc and Space stop; Space types in a field, and works a button only while nothing moves', async () => {
    page = await open();
    await shows('connection', /^connected$/);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Space');
    await page.getByTestId('lesson-title').fill('a');
    await page.keyboard.press('Space');
    await eventually(() => Promise.resolve(asked.length === 2));
    expect(await page.getByTestId('lesson-title').inputValue()).toBe('a ');
    await page.getByTestId('lesson-title').press('Escape');
    await page.getByTestId('draw').focus();
    server.tell({ type: 'status', arm: state('moving'), learner: state('executing') });
    await shows('arm-state', /moving/);
    await page.keyboard.press('Space');
    await eventually(() => Promise.resolve(asked.length === 4));
    expect(asked.every((a) => a.type === 'stop')).toBe(true);
  }, 90000);

  test('a STOP that is not answered within a second, or fails, is told loudly; one that is, is not', async () => {
    page = await open();
    await shows('connection', /^connected$/);
    let release: (line: string) => void = () => undefined;
    answer = () => new Promise((resolve) => (release = resolve));
    const since = Date.now();
    await page.getByTestId('stop').click();
    await shows('alarm', /not confirmed.*1 s.*emergency/);
    expect(Date.now() - since).toBeGreaterThan(900);
    release('braking');
    await eventually(async () => !(await page.getByTestId('alarm').isVisible()));
    answer = () => Promise.reject(new Error('arm/stop did not answer'));
    await page.getByTestId('stop').click();
    await shows('alarm', /arm\/stop did not answer/);
    answer = () => Promise.resolve('braking');
    await page.getByTestId('stop').click();
    await eventually(async () => !(await page.getByTestId('alarm').isVisible()));
  }, 90000);

  test('silent joint states and a silent server turn grey and say how old they are', async () => {
    page = await open();
    await shows('joint-age', /joints: 0\.\d s/);
    await shows('ages', /joint states come after 4 ms; to this page and back in \d+ ms$/);
    ages = { joints: 4.2, learner: 0.1, arm: 0.1 };
    await shows('joint-age', /silent for 4\.\d s/);
    await shows('ages', /joints 4\.\d s ago, arm 0\.\d s ago, learner 0\.\d s ago/);
    expect(await page.getByTestId('arm-state').getAttribute('class')).toContain('stale');
    expect(await page.getByTestId('learner-state').getAttribute('class')).not.toContain('stale');
    ages = { joints: 0.02, learner: 9, arm: 0.1 };
    await eventually(async () =>
      ((await page.getByTestId('learner-state').getAttribute('class')) ?? '').includes('stale'),
    );
    // a server that says nothing any more, its connection open
    const quiet = server as unknown as { ping: () => void };
    quiet.ping = () => undefined;
    await shows('connection', /no answer: nothing heard for \d s/);
    expect(await page.getByTestId('teach').isDisabled()).toBe(true);
  }, 90000);

  test('joint states that are no numbers are told once, not shown, and those after them are shown', async () => {
    page = await open();
    await shows('connection', /^connected$/);
    await shows('joints', /base\s*0\.0°/);
    const told = (first: number) =>
      server.tell({ type: 'joints', timeS: 1, names: joints, positions: [first, 0, 0, 0, 0], velocities: [0, 0, 0, 0, 0] }); // prettier-ignore
    for (let k = 0; k < 5; k++) told(NaN);
    await shows('message', /joint states: positions\.0: expected a finite number/);
    told(0.5);
    await shows('joints', /base\s*28\.6°/);
    expect(await page.locator('#log p', { hasText: 'not understood' }).count()).toBe(1);
  });

  test("a lesson's quality is its colour; forget asks, and then all of the lesson goes", async () => {
    page = await open();
    server.tell({ type: 'lesson', lesson });
    server.tell({ type: 'activity', activity });
    await shows('error-after', /1\.23 cm/);
    expect(await page.getByTestId('error-after').getAttribute('class')).toBe('good');
    server.tell({ type: 'performed', names: joints, timesS: times, rows });
    server.tell({
      type: 'lesson',
      lesson: { ...lesson, executed, reasons: ['not performed as predicted: late'] },
    });
    await shows('error-executed', /27\.05 cm/);
    expect(await page.getByTestId('error-executed').getAttribute('class')).toBe('bad');
    server.tell({ type: 'lesson', lesson: { ...lesson, executed, asPredicted: true } });
    await eventually(async () => (await page.getByTestId('error-executed').getAttribute('class')) === 'good');
    expect(await page.getByTestId('raster').isVisible()).toBe(true);
    await shows('distance', /^\d+\.\d cm$/);

    await page.getByTestId('forget').click();
    await page.getByTestId('forget-no').click();
    expect(asked).toEqual([]);
    await page.getByTestId('forget').click();
    await page.getByTestId('forget-yes').click();
    await eventually(() => Promise.resolve(asked.some((a) => a.type === 'forget')));
    server.tell({ type: 'lesson', lesson: null });
    await shows('lesson-name', /no lesson/);
    for (const id of ['error-before', 'error-after', 'error-executed', 'distance'])
      expect(await text(id)).toBe('–');
    expect(await page.getByTestId('raster').isVisible()).toBe(false);
    expect(await page.getByTestId('execute').isDisabled()).toBe(true);
    // nor does a page that comes later see anything of it
    const late = await open();
    await eventually(async () => /idle/.test((await late.getByTestId('learner-state').textContent()) ?? ''));
    expect(await late.getByTestId('raster').isVisible()).toBe(false);
    await late.close();
  }, 120000);

  test('the time cursor is scrubbed and played; raster and times follow', async () => {
    page = await open();
    server.tell({ type: 'lesson', lesson });
    server.tell({ type: 'activity', activity });
    await shows('cursor-time', /0\.00 \/ 1\.95 s/);
    await page.getByTestId('raster').waitFor({ state: 'visible' });
    const raster = page.getByTestId('raster');
    const before = await raster.screenshot();
    await page.getByTestId('cursor').fill('500');
    await shows('cursor-time', /0\.9[78] \/ 1\.95 s/);
    await eventually(async () => (await differing(before, await raster.screenshot())) > 0.0005);
    await page.getByTestId('speed').selectOption('2');
    await page.getByTestId('play').click();
    await shows('cursor-time', /1\.95 \/ 1\.95 s/);
    await page.getByTestId('tab-joints').click();
    await page.getByTestId('plot-source').selectOption('lesson');
    await eventually(async () =>
      /learned/.test((await page.getByTestId('position-plot').getAttribute('aria-label')) ?? ''),
    );
  }, 90000);

  /** Colour of a canvas at a place given as shares of its picture. */
  const pixel = (id: string, x: number, y: number): Promise<number[]> =>
    page
      .getByTestId(id)
      .evaluate(
        (canvas: HTMLCanvasElement, at) =>
          Array.from(
            canvas
              .getContext('2d')!
              .getImageData(Math.floor(at[0] * canvas.width), Math.floor(at[1] * canvas.height), 1, 1).data,
          ),
        [x, y],
      );
  const label = async (id: string) => (await page.getByTestId(id).getAttribute('aria-label')) ?? '';

  test('the lesson plays at a tenth and at twice its speed, over and over where it loops; by itself only where motion is not reduced', async () => {
    page = await open();
    server.tell({ type: 'lesson', lesson });
    await shows('cursor-time', /0\.00 \/ 1\.95 s/);
    /** Seconds of the lesson a second, over so many seconds, and how often it began anew. */
    const pace = async (seconds: number) => {
      const seen = await page.evaluate(
        (s) =>
          new Promise<[number, number][]>((resolve) => {
            const shown: [number, number][] = [];
            const frame = (ms: number): void => {
              shown.push([ms / 1000, parseFloat(document.getElementById('cursor-time')!.textContent!)]);
              if (ms / 1000 - shown[0][0] > s) resolve(shown);
              else requestAnimationFrame(frame);
            };
            requestAnimationFrame(frame);
          }),
        seconds,
      );
      const steps = seen.slice(1).map(([, at], k) => at - seen[k][1]);
      const anew = steps.filter((step) => step < 0).length;
      const went = steps.reduce((sum, step) => sum + step, 0) + 1.95 * anew;
      return { anew, speed: went / (seen[seen.length - 1][0] - seen[0][0]) };
    };
    expect(await pace(0.5)).toEqual({ anew: 0, speed: 0 });
    await page.getByTestId('loop').check();
    await page.getByTestId('speed').selectOption('2');
    await page.getByTestId('play').click();
    const fast = await pace(3);
    expect(fast.anew).toBeGreaterThan(1);
    expect(fast.speed).toBeGreaterThan(1.8);
    expect(fast.speed).toBeLessThan(2.2);
    await page.getByTestId('speed').selectOption('0.1');
    const slow = await pace(3);
    expect(slow.speed).toBeGreaterThan(0.08);
    expect(slow.speed).toBeLessThan(0.12);
    await page.getByTestId('play').click();
    await page.getByTestId('speed').selectOption('1');
    expect((await pace(0.5)).speed).toBe(0);
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    server.tell({ type: 'lesson', lesson: { ...lesson, name: 'next' } });
    await shows('lesson-name', /next/);
    expect((await pace(1)).speed).toBeGreaterThan(0.5);
  }, 90000);

  test('joint plots show what is measured and commanded, and limits that are near', async () => {
    const limit = /name="base_joint"[^]*?lower="([-\d.]+)" upper="([-\d.]+)" velocity="([-\d.]+)"/.exec(
      urdf,
    )!;
    const [upper, fastest] = [Number(limit[2]), Number(limit[3])];
    page = await open();
    await page.getByTestId('tab-joints').click();
    await shows('connection', /^connected$/);
    const tell = (timeS: number, at: number): void =>
      server.tell({ type: 'joints', timeS, names: joints, positions: [at, 0, 0, 0, 0], velocities: [0.9 * fastest, 0, 0, 0, 0], command: [at + 0.02, 0, 0, 0, null] }); // prettier-ignore
    for (let k = 1; k <= 5; k++) tell(20 + 0.1 * k, upper - 0.1 + 0.01 * k); // the one of before is long past
    const deg = (rad: number) => (rad * 180) / Math.PI;
    await eventually(async () => /command/.test(await label('position-plot')));
    expect(await label('position-plot')).toMatch(
      new RegExp(`^position against time: command, ° .*; measured, ° .*; limit ${+deg(upper).toFixed(1)} at ${deg(upper).toFixed(2)}`), // prettier-ignore
    );
    expect(await label('velocity-plot')).toMatch(
      new RegExp(`^velocity against time: measured, °/s .*; limit ${+deg(fastest).toFixed(1)} at ${deg(fastest).toFixed(2)}`), // prettier-ignore
    );
    for (const id of ['position-plot', 'velocity-plot'])
      expect((await hues(await page.getByTestId(id).screenshot())).red).toBeGreaterThan(30);
    // under the pointer, at the end: the newest values
    const over = page.getByTestId('position-plot').locator('.u-over');
    const box = (await over.boundingBox())!;
    await over.hover({ position: { x: box.width - 2, y: box.height / 2 } });
    await shows('position-plot', new RegExp(`command, °${deg(upper - 0.03).toFixed(2)}measured, °${deg(upper - 0.05).toFixed(2)}limit`)); // prettier-ignore
  }, 90000);

  test('the error along the path is told at the cursor: as predicted, and as performed', async () => {
    // predicted further off by 1 mm a step; performed with the base further by 2 mrad a step
    const learnedPath = path.map(([x, y, z], k): [number, number, number] => [x, y, z + 0.001 * k]);
    const flat = rows.map(([q]) => [q, 0, 0, 0, 0]);
    page = await open();
    server.tell({ type: 'lesson', lesson: { ...lesson, learnedPath } });
    server.tell({ type: 'performed', names: joints, timesS: times, rows: flat.map(([q, ...rest], k) => [q + 0.002 * k, ...rest]) }); // prettier-ignore
    await eventually(async () => /performed/.test(await label('error-plot')));
    const tool = [0, 0, 0];
    forwardAll(urdfGeometry, [0, 0, 0, 0], 0, tool);
    const radiusCm = 100 * Math.hypot(tool[0], tool[1]);
    for (const [permille, k] of [
      [256, 10],
      [769, 30],
    ]) {
      // prettier-ignore
      await page.getByTestId('cursor').fill(String(permille));
      await shows(
        'error-plot',
        new RegExp(`at${(0.05 * k).toFixed(2)} s.*predicted${(0.1 * k).toFixed(2)} cm`),
      );
      const performed = /performed(\d+\.\d\d) cm/.exec((await text('error-plot'))!)!;
      expect(Number(performed[1])).toBeCloseTo(2 * radiusCm * Math.sin(0.001 * k), 1);
    }
  }, 90000);

  test('picture and histogram of the memory are of the core and the cells that are chosen', async () => {
    const small = { ...memory.cores[0], rows: 8, columns: 8, wholeRows: 8, wholeColumns: 8, target: cells.slice(0, 64).map((_, k) => (k % 3) / 3), conductance: cells.slice(0, 64).map((_, k) => (k % 3) / 3) }; // prettier-ignore
    page = await open();
    server.tell({ type: 'lesson', lesson: { ...lesson, backend: 'pcm', devicesTotal: 262144 } });
    server.tell({ type: 'memory', memory: { ...memory, cores: [...memory.cores, small] } });
    await page.getByTestId('tab-memory').click();
    await eventually(async () => /1024 cells/.test(await label('histogram')));
    let last: Buffer[] = [];
    const seen = () => Promise.all(['cores', 'histogram'].map((id) => page.getByTestId(id).screenshot()));
    const another = () =>
      eventually(async () => {
        const now = await seen();
        const share = await Promise.all(now.map((png, k) => (last[k] ? differing(last[k], png) : 1)));
        return share.every((x) => x > 0.01) && ((last = now), true);
      });
    await another();
    await page.getByTestId('core').selectOption('1');
    await another();
    expect([await label('cores'), await label('histogram')]).toEqual([
      'conductance of 8 by 8 cells, brighter is more',
      'histogram from -1 to 1, 64 cells, logarithmic',
    ]);
    await page.getByTestId('cells').selectOption('error');
    await another();
    expect(await label('histogram')).toContain('from -0.3 to 0.3');
  }, 90000);

  test('the networks: spikes before and after the update, those at the cursor stand out; not of what was not exposed', async () => {
    page = await open();
    server.tell({ type: 'lesson', lesson });
    server.tell({ type: 'activity', activity });
    const raster = page.getByTestId('raster');
    await eventually(async () =>
      /trainee before 500 spikes of 250 cells, trainee after 400/.test(await label('raster')),
    );
    expect(await label('raster')).toContain('generator 300 spikes of 256 cells');
    const both = await raster.screenshot();
    await page.getByTestId('trainee-runs').selectOption('after');
    await eventually(async () => !/before/.test(await label('raster')));
    expect(await differing(both, await raster.screenshot())).toBeGreaterThan(0.005);
    // only steps 100 to 103 have spikes: they stand out as the cursor passes them, before and after it has they do not
    const steps = Array.from({ length: 200 }, (_, k) => 100 + (k % 4));
    const ids = steps.map((_, k) => k + 25);
    const few = { ...activity, recallSteps: steps, recallIds: ids, lsgSteps: [], lsgIds: [], learningSignal: [] }; // prettier-ignore
    server.tell({ type: 'activity', activity: few });
    await eventually(async () => /trainee after 200/.test(await label('raster')));
    const inked = (): Promise<number> =>
      raster.evaluate((canvas: HTMLCanvasElement) => {
        const { data, width } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
        // right of the names, without the cursor's ink
        let sum = 0;
        for (let i = 0; i < data.length; i += 4)
          if ((i / 4) % width > 110 && data[i + 2] > data[i] + 60) sum += data[i + 3];
        return sum / 255;
      });
    const at: number[] = [];
    for (const permille of [200, 415, 800]) {
      await page.getByTestId('cursor').fill(String(permille));
      await shows('cursor-time', new RegExp(`${((1.95 * permille) / 1000).toFixed(2)} `));
      at.push(await inked());
    }
    expect(at[0]).toBeGreaterThan(50);
    expect(at[1]).toBeGreaterThan(1.5 * at[0]);
    expect(at[2]).toBeCloseTo(at[0], 0);
    // of a motion of two lessons these are the spikes of the second half: the same step comes later
    await page.getByTestId('cursor').fill('708');
    await shows('cursor-time', /1\.38 /);
    expect(await inked()).toBeLessThan(1.1 * at[0]);
    server.tell({ type: 'activity', activity: { ...few, motionShare: 0.5 } });
    await eventually(async () => (await inked()) > 1.5 * at[0]);

    // a skill that was brought back was recalled only
    server.tell({ type: 'activity', activity: { ...activity, lsgSteps: [], lsgIds: [], exposureSteps: [], exposureIds: [], learningSignal: [], targetVelocities: [], velocitiesBefore: [] } }); // prettier-ignore
    await page.getByTestId('trainee-runs').selectOption('both');
    await eventually(async () =>
      /generator without exposure, trainee before without exposure, trainee after 400 spikes/.test(
        await label('raster'),
      ),
    );
    expect(await label('readout-plot')).toMatch(/: after (from|at) [^;]*$/);
  }, 90000);

  test('the weight change is a matrix with signs that is asked by pointer and keys; the readout is of the joint that is chosen', async () => {
    page = await open();
    server.tell({ type: 'lesson', lesson });
    server.tell({ type: 'activity', activity });
    await eventually(async () => /255 rows by 252 columns: 2 weights/.test(await label('weights')));
    expect(await text('weights-most')).toBe('+0.13');
    // it begins at the largest
    await shows('weight-at', /^from neuron 13 to neuron 40: −0.1270$/);
    const matrix = page.getByTestId('weights');
    await matrix.focus();
    await page.keyboard.press('ArrowLeft');
    await shows('weight-at', /^from neuron 13 to neuron 39: 0.0000$/);
    await page.keyboard.press('Shift+ArrowUp');
    await page.keyboard.press('Shift+ArrowUp');
    await shows('weight-at', /^from clock line 1 to neuron 39: 0.0000$/);
    const box = (await matrix.boundingBox())!;
    await matrix.hover({ position: { x: box.width - 3, y: box.height / 2 } });
    await shows('weight-at', /^from neuron 1\d\d to readout 2: 0.0000$/);
    await matrix.hover({ position: { x: box.width / 2, y: box.height / 2 } });
    await shows('weight-at', /^from neuron 1\d\d to neuron 1\d\d: 0.0000$/);

    // a whole block of each sign: orange where weights rose, blue where they fell, nothing where they stayed
    const rows = Array.from({ length: 100 }, (_, i) => i);
    const block = (row: number, column: number, value: number) =>
      rows.flatMap((i) => rows.map((j): [number, number, number] => [row + i, column + j, value]));
    server.tell({ type: 'activity', activity: { ...activity, ...matrixOf([...block(10, 5, 100), ...block(150, 145, -100)]) } }); // prettier-ignore
    await eventually(async () => /20000 weights/.test(await label('weights')));
    const [rose, fell, stayed] = await Promise.all([pixel('weights', 0.3, 0.3), pixel('weights', 0.75, 0.8), pixel('weights', 0.75, 0.3)]); // prettier-ignore
    expect(rose[0]).toBeGreaterThan(rose[2] + 60);
    expect(fell[2]).toBeGreaterThan(fell[0] + 60);
    expect(Math.min(rose[3], fell[3])).toBeGreaterThan(150);
    expect(stayed[3]).toBe(0);

    const plot = page.getByTestId('readout-plot');
    await eventually(async () => /target .*; before .*; after /.test(await label('readout-plot')));
    const first = await plot.screenshot();
    expect(await page.getByTestId('readout-joint').locator('option').allTextContents()).toEqual(['base', 'shoulder']); // prettier-ignore
    await page.getByTestId('readout-joint').selectOption('shoulder');
    await eventually(async () => (await differing(first, await plot.screenshot())) > 0.001);
  }, 90000);

  test('a frozen writer loses control, and gets it back when it wakes', async () => {
    page = await open();
    await shows('connection', /^connected$/);
    await page.getByTestId('reset').click();
    await eventually(() => Promise.resolve(asked.length === 1));
    const other = await open();
    await eventually(() => other.getByTestId('teach').isDisabled());
    const frozen = page.evaluate(() => {
      const until = performance.now() + 5500;
      while (performance.now() < until);
    });
    await eventually(() => other.getByTestId('teach').isEnabled());
    await frozen;
    await other.close();
    await eventually(() => page.getByTestId('teach').isEnabled());
  }, 90000);

  test('after a restart the page comes back; with the old token it only watches, until it is given the new address', async () => {
    page = await open();
    await shows('connection', /^connected$/);
    const { port } = server;
    await server.close();
    await shows('connection', /lost/);
    await start(port, 'second-token');
    await shows('connection', /^connected$/);
    await eventually(() => page.getByTestId('token-form').isVisible());
    expect(await text('token-form')).toMatch(/does not hold/);
    expect(await page.getByTestId('teach').isDisabled()).toBe(true);
    await page.getByTestId('token-field').fill(server.controlUrl);
    await page.keyboard.press('Enter');
    await eventually(() => page.getByTestId('teach').isEnabled());
    expect(await page.getByTestId('token-form').isVisible()).toBe(false);
    await page.getByTestId('reset').click();
    await eventually(() => Promise.resolve(asked.some((a) => a.type === 'reset')));
  }, 90000);

  test('without a token it watches, and says how to do more', async () => {
    page = await open({ url: server.url });
    await eventually(() => page.getByTestId('token-form').isVisible());
    expect(await text('token-form')).toMatch(/You are watching.*control address.*STOP always works/s);
    await page.getByTestId('stop').click();
    await shows('message', /stop: done/);
    // at first sight it says in one sentence what to do, on a phone as well
    expect(await text('guide')).toMatch(/^[^.!?]+\.$/);
    for (const [width, height] of [
      [1440, 900],
      [390, 844],
    ]) {
      // prettier-ignore
      await page.setViewportSize({ width, height });
      const box = (await page.getByTestId('guide').boundingBox())!;
      expect(box.y >= 0 && box.height > 8 && box.y + box.height < height / 2).toBe(true);
    }
  }, 60000);

  const drivingIs = (state: string) =>
    server.tell({ type: 'teleop', teleop: { state, message: '', source: '' } });

  test('the arm is driven while a button is held, by mouse and by key; not without teleop, not for another page', async () => {
    page = await open();
    await page.getByTestId('tab-drive').click();
    await shows('drive-state', /teleop is not heard/);
    const base = page.getByTestId('jog-base_joint+');
    await base.waitFor();
    expect(await base.isDisabled()).toBe(true);
    drivingIs('idle');
    await shows('drive-state', /idle/);
    await page.getByTestId('drive-speed').fill('50');
    await base.hover();
    await page.mouse.down();
    await eventually(() => Promise.resolve(driven.length > 5));
    await page.mouse.up();
    expect(driven[0]).toEqual({ joints: ['base_joint'], velocities: [0.5] });
    const rest = { linear: [0, 0, 0], angular: [0, 0, 0] };
    await eventually(() => Promise.resolve('linear' in driven[driven.length - 1]));
    expect(driven[driven.length - 1]).toEqual(rest);
    const count = driven.length;
    const up = page.getByTestId('jog-z+');
    await up.focus();
    await page.keyboard.down('Enter');
    await eventually(() => Promise.resolve(driven.length > count + 5));
    // who goes away lets go
    await page.evaluate(() => dispatchEvent(new Event('blur')));
    await eventually(() =>
      Promise.resolve(JSON.stringify(driven[driven.length - 1]) === JSON.stringify(rest)),
    );
    await page.keyboard.up('Enter');
    expect(driven[count]).toEqual({ linear: [0, 0, 0.5], angular: [0, 0, 0] });
    const other = await open();
    await other.getByTestId('tab-drive').click();
    await eventually(() => other.getByTestId('jog-z+').isDisabled());
    await other.close();
    server.tell({ type: 'teleop', teleop: null });
    await eventually(() => base.isDisabled());
  }, 90000);

  test('a gamepad drives the tool while a shoulder button is held', async () => {
    const browser = await browsers.get(false);
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.addInitScript(() => {
      const pad = {
        connected: true,
        axes: [0, 0, 0, 0],
        buttons: Array.from({ length: 17 }, () => ({ pressed: false, value: 0 })),
      };
      Object.assign(window, { pad });
      navigator.getGamepads = () => [null, pad] as unknown as Gamepad[];
    });
    await page.goto(server.controlUrl);
    await page.getByTestId('tab-drive').click();
    drivingIs('idle');
    await shows('drive-state', /idle/);
    const hold = (pressed: boolean, axes: number[]) =>
      page.evaluate(
        (wanted) => {
          const { pad } = window as unknown as { pad: { axes: number[]; buttons: { pressed: boolean }[] } };
          pad.axes = wanted.axes;
          pad.buttons[4].pressed = wanted.pressed;
        },
        { pressed, axes },
      );
    await hold(false, [0, -1, 0, 0]);
    await page.waitForTimeout(300);
    expect(driven).toEqual([]);
    await hold(true, [0.05, -1, 0, 0.5]);
    await eventually(() => Promise.resolve(driven.length > 5));
    const [x, y, z] = (driven[driven.length - 1] as { linear: number[] }).linear;
    expect([x, y, z]).toEqual([expect.closeTo(0.3, 6), expect.closeTo(0, 6), expect.closeTo(-0.15, 6)]);
    await hold(false, [0, -1, 0, 0]);
    await eventually(() =>
      Promise.resolve((driven[driven.length - 1] as { linear: number[] }).linear[0] === 0),
    );
  }, 60000);

  test('what was recorded is chosen, and can be taught', async () => {
    page = await open();
    await page.getByTestId('tab-drive').click();
    await eventually(() => page.getByTestId('record').isEnabled());
    await page.getByTestId('record').click();
    await shows('record', /end the recording/);
    await page.getByTestId('record').click();
    await shows('record', /record what is driven/);
    expect(asked.map((a) => a.type === 'record' && a.on)).toEqual([true, false]);
    server.tell({ type: 'shown', names: joints, timesS: times, rows });
    await shows('motion', /shown .*: \d\.\d s/);
    await page.getByTestId('teach').click();
    await eventually(() => Promise.resolve(asked.some((a) => a.type === 'teach')));
    const { target } = asked.find((a) => a.type === 'teach') as Extract<Action, { type: 'teach' }>;
    // the base turns the other way in the profile that lessons are given in
    expect('positions' in target && target.positions.map((row) => row[0])).toEqual(
      rows.map(([q]) => expect.closeTo(-q, 6)),
    );
  }, 60000);

  test('a lesson is compared with other ways; the table goes with the lesson', async () => {
    page = await open();
    server.tell({ type: 'lesson', lesson: { ...lesson, executed } });
    await eventually(() => page.getByTestId('compare').isEnabled());
    await page.getByTestId('compare').click();
    await eventually(() => Promise.resolve(asked.some((a) => a.type === 'compare')));
    server.tell({ type: 'comparison', comparison });
    await shows('comparison', /swing.*tool error, cm.*replay.*1\.23.*2\.00.*2\.10.*4\.6.*primitive/s);
    server.tell({ type: 'lesson', lesson: null });
    await eventually(() => page.getByTestId('comparison').isHidden());
    expect(await page.getByTestId('compare').isDisabled()).toBe(true);
  }, 90000);

  test('the tool is dragged, at the speed it shall have', async () => {
    page = await open({ webgl: true, width: 1100, height: 700 });
    await shows('connection', /^connected$/);
    await page.getByTestId('drag').click();
    const box = (await page.getByTestId('scene').boundingBox())!;
    const at = (x: number, y: number) => [box.x + x * box.width, box.y + y * box.height] as const;
    await page.mouse.move(...at(0.2, 0.85));
    await page.mouse.down();
    const beganMs = Date.now();
    for (let k = 1; k <= 20; k++) {
      await page.mouse.move(...at(0.2 + 0.01 * k, 0.85));
      await page.waitForTimeout(40);
    }
    const tookS = (Date.now() - beganMs) / 1000;
    await page.mouse.up();
    await shows('motion', /drawn .*: \d/);
    const shownS = Number(/: (\d+\.\d) s/.exec((await text('motion'))!)![1]);
    expect(shownS).toBeGreaterThan(0.5);
    expect(shownS).toBeLessThan(tookS + 0.5);
    await page.getByTestId('teach').click();
    await eventually(() => Promise.resolve(asked.some((a) => a.type === 'teach')));
    const { target } = asked.find((a) => a.type === 'teach') as Extract<Action, { type: 'teach' }>;
    if (!('positions' in target)) throw new Error('expected joint angles');
    const base = target.positions.map((row) => row[0]);
    // begins where the arm is, and moves on without a jump
    expect(base[0]).toBeCloseTo(0, 2);
    expect(Math.abs(base[base.length - 1])).toBeGreaterThan(0.05);
    // as far as the pointer, wherever the tool was taken hold of
    expect(Math.hypot(...target.positions[base.length - 1].map((q, j) => q - target.positions[0][j]))).toBeLessThan(0.8); // prettier-ignore
  }, 120000);

  test.each([
    ['the surface that two joints reach', 'edscorbot', 'end_effector', 'edscorbot_paper', ['base_joint', 'shoulder'], [0, 0]], // prettier-ignore
    ['the plane that faces the view, with three joints', 'six_axis', 'tool0', 'urdf', ['shoulder_pan_joint', 'shoulder_lift_joint', 'elbow_joint'], [3, -1, 1.5]], // prettier-ignore
  ])(
    'a path is drawn under the pointer: on %s',
    async (_, arm, tool, profile, learned, positions) => {
      server.tell({ type: 'robot', urdf: readFileSync(join(root, 'urdf', `${arm}.urdf`), 'utf8'), tool });
      server.tell({ type: 'about', about: { profile, learned, backend: 'software', seed: 0, updates: 1, refine: 0 } }); // prettier-ignore
      server.tell({
        type: 'joints',
        timeS: 1,
        names: learned,
        positions,
        velocities: positions.map(() => 0),
      });
      page = await open({ webgl: true, width: 1100, height: 700 });
      await shows('connection', /^connected$/);
      await page.getByTestId('draw').click();
      const box = (await page.getByTestId('scene').boundingBox())!;
      const at = (k: number) => [box.x + (0.4 + 0.02 * k) * box.width, box.y + (0.25 + 0.01 * (k % 6)) * box.height] as const; // prettier-ignore
      await page.mouse.move(...at(0));
      await page.mouse.down();
      for (let k = 1; k <= 12; k++) await page.mouse.move(...at(k), { steps: 2 });
      for (const k of [0, 4, 8, 12]) {
        const [x, y] = at(k);
        const clip = { x: x - 8, y: y - 8, width: 16, height: 16 };
        await eventually(async () => (await hues(await page.screenshot({ clip }))).violet > 4);
      }
      await page.mouse.up();
      await shows('motion', /drawn .*: 2\.5 s/);
      await page.getByTestId('teach').click();
      await eventually(() => Promise.resolve(asked.some((a) => a.type === 'teach')));
      expect(asked.find((a) => a.type === 'teach')).toMatchObject({ target: { joints: learned } });
    },
    120000,
  );

  test('a file that is dropped is chosen; one that is none is refused with the reason', async () => {
    page = await open();
    await shows('motion', /reach/);
    const drop = (name: string, content: Buffer | string) =>
      page.evaluate(
        ([n, c]) => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([Uint8Array.from(atob(c), (x) => x.charCodeAt(0))], n));
          document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true }));
        },
        [name, Buffer.from(content).toString('base64')] as const,
      );
    await drop('wave.csv', readFileSync(join(root, 'examples', 'wave.csv'), 'utf8'));
    await shows('motion', /wave: \d/);
    await drop('broken.json', '{"dt": 0.1, "path": [[0, 0]]}');
    await shows('motion', /no motion chosen/);
    await shows('message', /broken: .*path/);
    await drop('ramp.json', readFileSync(join(root, 'examples', 'ramp.json'), 'utf8'));
    await shows('motion', /ramp: \d/);

    await drop(
      'empty.mcap',
      recording(() => [0, 0], 'other'),
    );
    await shows('message', /empty: topic: expected sensor_msgs.msg.JointState on .joint_states.*none/);
    await drop('no.mcap', 'no recording at all');
    await shows('message', /no: content: expected an MCAP recording/);
    // still for 1 s, then in 2 s from 0 to 0.6 rad about the base, still for 1 s: the stillness is left out
    const swing = (t: number) => 0.3 * (1 - Math.cos(Math.PI * Math.min(1, Math.max(0, (t - 1) / 2))));
    await drop(
      'shown.mcap',
      recording((t) => [-0.5 * swing(t), swing(t)]),
    );
    await shows('motion', /shown: [12]\.\d s/);
    answer = () => Promise.reject(new Error('the arm is stopped: reset it first'));
    await page.getByTestId('teach').click();
    await shows('message', /teach shown: the arm is stopped/);
    const { target } = asked.find((a) => a.type === 'teach') as Extract<Action, { type: 'teach' }>;
    if (!('positions' in target)) throw new Error('expected joint angles');
    // in the senses of the kinematics that lessons are given in: both turn the other way
    const ends = [target.positions[0], target.positions[target.positions.length - 1]];
    expect(target.joints).toEqual(joints.slice(0, 2));
    expect(ends).toEqual([
      [expect.closeTo(0, 1), expect.closeTo(0, 1)],
      [expect.closeTo(-0.6, 1), expect.closeTo(0.3, 1)],
    ]);
    expect(target.dt * (target.positions.length - 1)).toBeGreaterThan(1.7);

    // what was refused stays in the log, with the reason
    server.tell({ type: 'lesson', lesson: { ...lesson, gateAccepted: false, reasons: ['shoulder: 2.10 rad is beyond 1.57 rad'] } }); // prettier-ignore
    server.tell({ type: 'status', arm: state('holding'), learner: { ...state('stopped', true), reason: 'joint states are stale' } }); // prettier-ignore
    await page.getByTestId('tab-log').click();
    for (const line of [
      /broken: .*path/,
      /teach shown: the arm is stopped/,
      /lesson swing: shoulder: 2.10 rad/,
      /learner: joint states are stale/,
    ])
      // prettier-ignore
      await shows('log', line);
  }, 90000);

  test('characters are learned and told apart, and one is chosen as a motion and taught', async () => {
    page = await open();
    await eventually(() => page.getByTestId('teach').isEnabled());
    await page.getByTestId('tab-characters').click();
    const draw = (points: number[][]) => drawCharacter(page, points);
    const hook = (by: number) => [[0.3, 0.2], [0.3, 0.8], [0.75, 0.8]].map(([x, y]) => [x + by, y]); // prettier-ignore
    const roof = (by: number) => [[0.2, 0.8], [0.5, 0.2], [0.8, 0.8]].map(([x, y]) => [x, y + by]); // prettier-ignore
    for (const [k, shape] of [roof, hook].entries()) {
      await page.getByTestId('class').selectOption(String(k));
      for (const by of [0, 0.03, -0.03]) {
        await draw(shape(by));
        await page.getByTestId('add').click();
      }
    }
    await page.getByTestId('learn').click();
    await shows('verdict', /learned 2 characters/);
    await draw(hook(0.01));
    await page.getByTestId('classify').click();
    await shows('verdict', /^character B$/);
    await page.getByTestId('write').click();
    await shows('motion', /write character B: 6/);
    await page.getByTestId('teach').click();
    await eventually(() => Promise.resolve(asked.some((a) => a.type === 'teach')));
    expect(asked.find((a) => a.type === 'teach')).toMatchObject({ name: 'write character B' });
  }, 90000);

  test.each([390, 1024, 1440, 2560, 3840])(
    'at %i pixels nothing lies on anything else or outside',
    async (width) => {
      page = await open({ width, height: { 390: 844, 1024: 768, 3840: 2160 }[width] ?? 1000 });
      fill();
      await shows('error-executed', /27\.05/);
      const look = () =>
        page.evaluate(() => {
          const box = (e: Element) => e.getBoundingClientRect();
          const seen = (e: Element) =>
            box(e).width > 1 && box(e).height > 1 && getComputedStyle(e).opacity !== '0';
          const leaves = Array.from(
            document.querySelectorAll(
              'button, select, input, output, h1, h2, h3, .chip, canvas, th, td, dt, dd, li, #guide, [role=log], .hint, .plot, .verdict, #samples, #motion',
            ),
          ).filter(seen);
          const found: string[] = [];
          const name = (e: Element) => e.id || e.textContent?.trim().slice(0, 20) || e.tagName;
          for (const [i, a] of leaves.entries()) {
            const p = box(a);
            if (p.left < -0.5 || p.right > innerWidth + 0.5) found.push(`${name(a)} is outside`);
            for (const b of leaves.slice(i + 1)) {
              if (a.contains(b) || b.contains(a)) continue;
              const q = box(b);
              const w = Math.min(p.right, q.right) - Math.max(p.left, q.left);
              const h = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
              // what is scrolled out of a panel is cut off there
              const panels = [a, b].map((e) => e.closest('.work, .details, .view, .top'));
              const cut = [a, b].some((e, k) => {
                const frame = panels[k] && box(panels[k]);
                return frame && (box(e).top > frame.bottom - 1 || box(e).bottom < frame.top + 1);
              });
              const sticky =
                innerWidth <= 900 && panels[0] !== panels[1] && panels.some((x) => x?.matches('.top'));
              if (w > 1 && h > 1 && !cut && !sticky) found.push(`${name(a)} on ${name(b)}`);
            }
          }
          if (document.documentElement.scrollWidth > innerWidth) found.push('the page scrolls sideways');
          return found;
        });
      for (const panel of panels) {
        await page.getByTestId(`tab-${panel}`).click();
        expect([panel, await look()]).toEqual([panel, []]);
        expect(await page.getByTestId('stop').isVisible()).toBe(true);
      }
    },
    90000,
  );

  test.each([
    [390, 844],
    [1024, 768],
    [1440, 900],
  ])(
    'at %i pixels the whole path is in the picture, with nothing before it; its end is seen through the gripper',
    async (width, height) => {
      page = await open({ webgl: true, width, height });
      await shows('connection', /^connected$/);
      server.tell({ type: 'joints', timeS: 1, names: joints, positions: rows[steps - 1], velocities: [0, 0, 0, 0, 0] }); // prettier-ignore
      server.tell({ type: 'lesson', lesson });
      await shows('lesson-name', /swing/);
      const scene = page.getByTestId('scene');
      await scene.scrollIntoViewIfNeeded();
      // nothing lies on the picture
      const covered = await scene.evaluate((canvas) => {
        const box = canvas.getBoundingClientRect();
        const at = [0.02, 0.25, 0.5, 0.75, 0.98];
        return at.flatMap((x) => at.map((y) => document.elementFromPoint(box.x + x * box.width, Math.min(innerHeight - 1, box.y + y * box.height)))).filter((e) => e !== canvas).map((e) => e?.id ?? e?.className); // prettier-ignore
      });
      expect(covered).toEqual([]);
      const part = async (region: (w: number, h: number) => sharp.Region) => {
        const picture = sharp(await scene.screenshot());
        const { width: w, height: h } = await picture.metadata();
        const edge = await hues(await picture.clone().extract(region(w, h)).png().toBuffer());
        return { whole: (await hues(await picture.png().toBuffer())).blue, part: edge.blue };
      };
      const inner = (w: number, h: number) => ({ left: 4, top: 4, width: w - 8, height: h - 8 });
      await eventually(async () => {
        const blue = await part(inner);
        return blue.whole > 60 && blue.part === blue.whole;
      });
      // the tool in the middle and near, at the path's end: the letters are below it
      await page.getByTestId('follow').click();
      await scene.focus();
      for (let k = 0; k < 8; k++) await page.keyboard.press('+');
      const below = (w: number, h: number) => ({
        left: (w >> 1) - 40,
        top: (h >> 1) + 8,
        width: 80,
        height: 40,
      });
      await eventually(async () => (await part(below)).part > 15);
    },
    90000,
  );

  test('by Tab every control is reached once, in the order it is read in, named and marked; the parts of the page are landmarks', async () => {
    page = await open();
    fill();
    await shows('error-executed', /27\.05/);
    for (const [role, name] of [
      ['banner'],
      ['main'],
      ['region', 'teach and perform'],
      ['region', 'the arm'],
      ['region', 'look inside'],
    ] as const)
      // prettier-ignore
      expect([name, await page.getByRole(role, name ? { name, exact: true } : {}).count()]).toEqual([name, 1]);
    for (const [role, id] of [
      ['status', 'connection'],
      ['status', 'arm-state'],
      ['status', 'learner-state'],
      ['status', 'message'],
      ['alert', 'alarm'],
      ['log', 'log'],
    ])
      // prettier-ignore
      expect([id, await page.getByTestId(id).getAttribute('role')]).toEqual([id, role]);
    await page.evaluate(() => {
      const reach = (e: Element): boolean => e.checkVisibility() && (e as HTMLElement).tabIndex >= 0 && !(e as HTMLButtonElement).disabled; // prettier-ignore
      const all = document.querySelectorAll('button, input, select, canvas, a, [tabindex]');
      Object.assign(window, { order: Array.from(all).filter(reach) });
    });
    const reached: number[] = [];
    const faults: string[] = [];
    for (let k = 0; k < 100; k++) {
      await page.keyboard.press('Tab');
      const { at, fault } = await page.evaluate(() => {
        const now = document.activeElement as HTMLElement;
        const { order } = window as unknown as { order: Element[] };
        const style = getComputedStyle(now);
        const marked = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1;
        return { at: order.indexOf(now), fault: marked ? '' : `${now.id || now.textContent} is not marked` };
      });
      if (at < 0 || at === reached[0]) break; // out of the page, or round
      reached.push(at);
      if (fault) faults.push(fault);
    }
    expect(faults).toEqual([]);
    const count = await page.evaluate(() => (window as unknown as { order: Element[] }).order.length);
    expect(reached).toEqual(Array.from({ length: count }, (_, k) => k));
    expect(count).toBeGreaterThan(30);
  }, 90000);

  test.each(['light', 'dark'] as const)(
    'axe finds no violation in the %s theme',
    async (colorScheme) => {
      page = await open();
      await page.emulateMedia({ colorScheme });
      fill();
      await shows('error-executed', /27\.05/);
      for (const panel of panels) {
        await page.getByTestId(`tab-${panel}`).click();
        expect([panel, await violations(page)]).toEqual([panel, []]);
      }
      await page.getByTestId('forget').click();
      expect(await violations(page)).toEqual([]);
    },
    120000,
  );

  test('meshes are drawn where they are served, rods where not; collision shapes and workspace on request', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'viewer-meshes-'));
    const facet = (f: number[][]) =>
      `facet normal 0 0 0\nouter loop\n${f.map((p) => `vertex ${p.join(' ')}`).join('\n')}\nendloop\nendfacet`;
    writeFileSync(
      join(folder, 'body.stl'),
      `solid body\n${octahedron.map(facet).join('\n')}\nendsolid body\n`,
    );
    const meshes = server.share(
      new Map([
        ['package://arm/body.stl', join(folder, 'body.stl')],
        ['package://arm/gone.stl', join(folder, 'gone.stl')],
      ]),
    );
    const link = (name: string, mesh: string) =>
      `<link name="${name}"><visual><geometry><mesh filename="package://arm/${mesh}"/></geometry><material name="red"/></visual>` +
      `<collision><geometry><sphere radius="0.4"/></geometry></collision></link>`;
    server.tell({
      type: 'robot',
      urdf: `<robot name="arm"><material name="red"><color rgba="0.9 0 0 1"/></material>${link('base', 'body.stl')}${link('tool', 'gone.stl')}
        <joint name="j" type="revolute"><parent link="base"/><child link="tool"/><origin xyz="0 0 0.4"/><limit lower="-1" upper="1" velocity="1" effort="1"/></joint></robot>`,
      tool: 'tool',
      meshes,
    });
    server.tell({
      type: 'about',
      about: { profile: 'urdf', learned: ['j'], backend: 'software', seed: 0, updates: 1, refine: 0, workspace: { min: [-0.5, -0.5, -0.3], max: [0.5, 0.5, 0.6], floor: -0.3, frame: 'base' } }, // prettier-ignore
    });
    page = await open({ webgl: true, width: 1440, height: 900 });
    const scene = page.getByTestId('scene');
    const red = async () => (await hues(await scene.screenshot())).red;
    await eventually(async () => (await red()) > 3000);
    await shows('log', /a mesh is not shown: package:\/\/arm\/gone\.stl: 404/);
    let last = await scene.screenshot();
    for (const id of ['shapes', 'workspace']) {
      await page.getByTestId(id).click();
      expect(await page.getByTestId(id).getAttribute('aria-pressed')).toBe('true');
      await eventually(async () => (await differing(last, await scene.screenshot())) > 0.002);
      last = await scene.screenshot();
    }
    await page.getByTestId('shapes').click();
    await page.getByTestId('workspace').click();
    await eventually(async () => (await red()) > 3000);
    errors = errors.filter((line) => !/404/.test(line)); // the browser's own line about gone.stl
    rmSync(folder, { recursive: true });
  }, 120000);

  test('meshes in OBJ are drawn in the colour of the description, in DAE in their own', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'viewer-meshes-'));
    const corners = octahedron.flat();
    const indices = octahedron.map((_, k) => [3 * k, 3 * k + 1, 3 * k + 2]);
    const obj = [
      ...corners.map((p) => `v ${p.join(' ')}`),
      ...indices.map((f) => `f ${f.map((i) => i + 1).join(' ')}`),
    ];
    writeFileSync(join(folder, 'body.obj'), obj.join('\n'));
    writeFileSync(
      join(folder, 'body.dae'),
      `<?xml version="1.0"?><COLLADA xmlns="http://www.collada.org/2005/11/COLLADASchema" version="1.4.1">
        <asset><unit meter="1"/><up_axis>Z_UP</up_axis></asset>
        <library_effects><effect id="e"><profile_COMMON><technique sid="t"><lambert><diffuse><color>0.02 0.8 0.05 1</color></diffuse></lambert></technique></profile_COMMON></effect></library_effects>
        <library_materials><material id="m"><instance_effect url="#e"/></material></library_materials>
        <library_geometries><geometry id="g"><mesh>
          <source id="p"><float_array id="a" count="${3 * corners.length}">${corners.flat().join(' ')}</float_array>
            <technique_common><accessor source="#a" count="${corners.length}" stride="3"><param name="X" type="float"/><param name="Y" type="float"/><param name="Z" type="float"/></accessor></technique_common></source>
          <vertices id="v"><input semantic="POSITION" source="#p"/></vertices>
          <triangles count="${indices.length}" material="m"><input semantic="VERTEX" source="#v" offset="0"/><p>${indices.flat().join(' ')}</p></triangles>
        </mesh></geometry></library_geometries>
        <library_visual_scenes><visual_scene id="s"><node><instance_geometry url="#g"><bind_material><technique_common><instance_material symbol="m" target="#m"/></technique_common></bind_material></instance_geometry></node></visual_scene></library_visual_scenes>
        <scene><instance_visual_scene url="#s"/></scene></COLLADA>`,
    );
    const show = (file: string): void =>
      server.tell({
        type: 'robot',
        urdf: `<robot name="arm"><material name="red"><color rgba="0.9 0 0 1"/></material>
          <link name="base"><visual><geometry><mesh filename="package://arm/${file}"/></geometry><material name="red"/></visual></link>
          <link name="tool"/><joint name="j" type="revolute"><parent link="base"/><child link="tool"/><origin xyz="0 0 0.4"/><limit lower="-1" upper="1" velocity="1" effort="1"/></joint></robot>`,
        tool: 'tool',
        meshes: server.share(new Map([[`package://arm/${file}`, join(folder, file)]])),
      });
    show('body.obj');
    page = await open({ webgl: true, width: 1440, height: 900 });
    const seen = async () => hues(await page.getByTestId('scene').screenshot());
    await eventually(async () => (await seen()).red > 3000);
    show('body.dae');
    await eventually(async () => (await seen()).green > 3000);
    expect((await seen()).red).toBeLessThan(500);
    rmSync(folder, { recursive: true });
  }, 120000);

  test('the view by keyboard: turned, brought nearer, from each side, back home, along with the tool; and kept as a picture', async () => {
    page = await open({ webgl: true, width: 1000, height: 560 });
    await shows('connection', /^connected$/);
    const scene = page.getByTestId('scene');
    const now = () => scene.screenshot();
    const press = async (name: string, key = 'Enter'): Promise<void> => {
      await page.getByRole('button', { name, exact: true }).focus();
      await page.keyboard.press(key);
    };
    await press('home');
    let home = await now();
    await eventually(async () => {
      const before = home;
      home = await now();
      return (await colours(home)) > 50 && (await differing(before, home)) < 1e-3;
    });
    const seen = [home];
    const another = async (): Promise<void> => {
      await eventually(async () => {
        const picture = await now();
        const differs = await Promise.all(seen.map(async (s) => (await differing(s, picture)) > 0.01));
        return differs.every(Boolean) && seen.push(picture) > 0;
      });
    };
    await scene.focus();
    for (let k = 0; k < 5; k++) await page.keyboard.press('ArrowRight');
    await another();
    for (let k = 0; k < 5; k++) await page.keyboard.press('ArrowUp');
    await another();
    for (let k = 0; k < 3; k++) await page.keyboard.press('+');
    await another();
    for (const view of ['front', 'side', 'top']) {
      await press(view);
      await another();
    }
    await press('home');
    await eventually(async () => (await differing(home, await now())) < 1e-3);

    // the target begins where the tool is and ends where it goes: with the view along, its line is in the middle both times
    server.tell({ type: 'joints', timeS: 1, names: joints, positions: rows[0], velocities: [0, 0, 0, 0, 0] });
    server.tell({ type: 'lesson', lesson });
    const middle = async (): Promise<number> => {
      const picture = sharp(await now());
      const { width, height } = await picture.metadata();
      const part = { left: (width >> 1) - 10, top: (height >> 1) - 10, width: 20, height: 20 };
      return (await hues(await picture.extract(part).png().toBuffer())).blue;
    };
    await shows('lesson-name', /swing/);
    expect(await middle()).toBe(0);
    await press('follow', 'Space');
    expect(await page.getByTestId('follow').getAttribute('aria-pressed')).toBe('true');
    await eventually(async () => (await middle()) > 5);
    const began = await now();
    server.tell({ type: 'joints', timeS: 2, names: joints, positions: rows[steps - 1], velocities: [0, 0, 0, 0, 0] }); // prettier-ignore
    await eventually(async () => (await differing(began, await now())) > 0.02 && (await middle()) > 5);

    const download = page.waitForEvent('download');
    await press('save a picture');
    const kept = await download;
    expect(kept.suggestedFilename()).toBe('oneshot_arm.png');
    const png = readFileSync((await kept.path())!);
    const { format, width, height } = await sharp(png).metadata();
    const size = await scene.evaluate((c: HTMLCanvasElement) => [c.width, c.height]);
    expect({ format, size: [width, height] }).toEqual({ format: 'png', size });
    expect(await colours(png)).toBeGreaterThan(50);
    expect(asked).toEqual([]); // Space worked the button, and stopped nothing
  }, 240000);

  test('target, learned and performed are all seen where they lie on each other', async () => {
    page = await open({ webgl: true, width: 1440, height: 900 });
    await shows('connection', /^connected$/);
    server.tell({ type: 'lesson', lesson });
    server.tell({ type: 'performed', names: joints, timesS: times, rows });
    server.tell({ type: 'lesson', lesson: { ...lesson, executed, asPredicted: true } });
    await shows('error-executed', /27\.05/);
    await page.getByRole('button', { name: 'top', exact: true }).click();
    const scene = page.getByTestId('scene');
    await eventually(async () => {
      const seen = await hues(await scene.screenshot());
      return seen.blue > 60 && seen.red > 60 && seen.green > 60;
    });
  }, 120000);
});

/** A recording of 4 s of joint states at 50 Hz: shoulder and base, and a joint that does not matter. */
function recording(at: (timeS: number) => [shoulder: number, base: number], kind?: 'other'): Buffer {
  const parts: Uint8Array[] = [];
  const recorder = new Recorder({ write: (bytes) => void parts.push(bytes.slice()) });
  for (let k = 0; k <= 200; k++) {
    const ns = 10n ** 18n + BigInt(k) * 20_000_000n;
    const stamp = { sec: Number(ns / 10n ** 9n), nanosec: Number(ns % 10n ** 9n) };
    if (kind === 'other') recorder.write('/chatter', 'std_msgs/msg/String', { data: 'hello' }, ns);
    else
      recorder.write(
        '/arm/joint_states',
        'sensor_msgs/msg/JointState',
        { header: { stamp, frame_id: '' }, name: ['shoulder', 'gripper', 'base_joint'], position: [at(0.02 * k)[0], 0, at(0.02 * k)[1]], velocity: [], effort: [] }, // prettier-ignore
        ns,
      );
  }
  recorder.end();
  return Buffer.concat(parts);
}

/** What axe finds wrong, in a line each. */
async function violations(page: Page): Promise<string[]> {
  const source = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(source); // as the page's policy lets no script of elsewhere in
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: {
        run: () => Promise<{
          violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
        }>;
      };
    };
    const { violations } = await axe.run();
    return violations.flatMap((v) =>
      v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 120)} ${n.failureSummary}`),
    );
  });
}
