import { fork } from 'node:child_process';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { jointFrameBytes, type JointStates } from '../../../sim/viewer/joint_frame.js';
import { ViewerServer } from '../../../sim/viewer/server.js';
import { builtModule, packageRoot } from '../../files/ros_environment.js';
import { reject } from '../../input_error.js';
import { table } from '../output.js';
import type { BenchOptions, BenchReport } from './bench.js';
import { type Picture, type ScriptTime, scriptTime, shownArm } from './page_script.js';
import { shownActivity, shownLesson } from './shown_lesson.js';

const PAGES = 4;
/** Ten times what the viewer sends. */
const FRAMES_PER_S = 300;
/** Before memory is looked at first, s: pools and compiled code are there by then. */
const WARM_UP_S = 5;
const JOINTS = Array.from({ length: 7 }, (_, j) => `joint_${j}`);
/** What a screen shows; the page's own script may take 4 ms of each. */
const SCREEN_PER_S = 60;
/** The page's script is watched for so long, s. */
const WATCHED_S = 5;
/** What the slow page reads: about a tenth of what is sent. */
const SLOW_BYTES_PER_S = 10_000;

interface Seen {
  joints: number;
  closed: boolean;
}

/** The viewer's server with four pages, one of them slow, at ten times its frame rate: what it holds and what a frame costs; and the page's own script. */
export async function run({ seconds = 10 }: Pick<BenchOptions, 'seconds'>): Promise<BenchReport> {
  if (!(seconds >= 2 && seconds <= 86_400)) reject('bad-seconds', '--seconds', 'from 2 to 86400', seconds);
  const held = await serverHolds(seconds);
  const script = {
    withoutPicture: await pageScript('none'),
    withPicture: await pageScript('not drawn'),
    lessonPlayed: await pageScript('none', true),
  };
  const line = (time: ScriptTime | undefined): string =>
    time
      ? `${time.cpuMs.toFixed(2)} ms, ${(100 * time.cpuShare).toFixed(1)} %; ${time.medianMs.toFixed(1)}, ${time.p99Ms.toFixed(1)} ms; ${time.framesPerS.toFixed(0)} a second`
      : 'not measured: needs Chromium and playwright-core';
  const text = [
    held.text,
    table([
      ['script of the page, a frame', 'processor, share of a core; by the clock median, 99 %; frames'],
      ['without the picture', line(script.withoutPicture)],
      ['with it, its drawing left out', line(script.withPicture)],
      ['without it, a lesson played at 0.1 x', line(script.lessonPlayed)],
    ]),
    'limits: 20 MB in 600 s (--seconds 600); 4 ms of script a frame, at 60 frames a second',
  ].join('\n');
  return { result: { ...held.result, script }, text };
}

const start = (): Promise<ViewerServer> =>
  ViewerServer.start({
    host: '127.0.0.1',
    port: 0,
    pageFolder: join(packageRoot(), 'dist', 'sim', 'viewer', 'page'),
    token: 'bench',
    act: () => Promise.resolve(''),
  });

/** One page of four in a browser, at a screen's rate. @param played a lesson is, and its networks are seen; else the joints' plots. */
async function pageScript(picture: Picture, played = false): Promise<ScriptTime | undefined> {
  const server = await start();
  const { urdf, joints } = shownArm();
  server.tell({ type: 'robot', urdf, tool: 'end_effector' });
  const pages = fork(builtModule('cli/bench/viewer_pages.js'), [
    server.url.replace('http', 'ws'),
    String(PAGES - 1),
    '1e9',
  ]);
  if (played) server.tell({ type: 'lesson', lesson: shownLesson(joints) });
  const stream = new Stream(server, joints, SCREEN_PER_S, played ? Infinity : SCREEN_PER_S);
  try {
    const streaming = stream.run(3600);
    const time = await scriptTime(server.controlUrl, WATCHED_S, picture, played);
    stream.end();
    await streaming;
    return time;
  } finally {
    stream.end();
    pages.kill();
    await server.close();
  }
}

async function serverHolds(seconds: number): Promise<{ result: object; text: string }> {
  const server = await start();
  const pages = fork(builtModule('cli/bench/viewer_pages.js'), [
    server.url.replace('http', 'ws'),
    String(PAGES),
    String(SLOW_BYTES_PER_S),
  ]);
  const gone = new Promise<never>((_, fail) =>
    pages.once('exit', (code) => fail(new Error(`the pages ended early (${code})`))),
  );
  const look = (): Promise<Seen[]> =>
    Promise.race([
      new Promise<Seen[]>((resolve) => {
        pages.once('message', (seen) => resolve(seen as Seen[]));
        pages.send('look');
      }),
      gone,
    ]);
  gone.catch(() => undefined);
  const stream = new Stream(server, JOINTS, FRAMES_PER_S);
  const delays = monitorEventLoopDelay({ resolution: 5 });
  try {
    while (server.pages < PAGES) await Promise.race([pause(20), gone]);
    await stream.run(WARM_UP_S);
    const before = {
      memory: process.memoryUsage(),
      seen: await look(),
      cpu: process.cpuUsage(),
      frames: stream.frames,
    };
    delays.enable();
    const from = performance.now();
    await stream.run(seconds);
    const tookS = (performance.now() - from) / 1000;
    delays.disable();
    const cpu = process.cpuUsage(before.cpu);
    const seen = await look();
    const frames = stream.frames - before.frames;
    const memory = process.memoryUsage();
    const grownMB = (of: keyof NodeJS.MemoryUsage): number => (memory[of] - before.memory[of]) / 1e6;
    const perS = seen.map((s, k) => (s.joints - before.seen[k].joints) / tookS);
    const result = {
      pages: PAGES,
      seconds: tookS,
      framesPerS: frames / tookS,
      bytesPerFrame: jointFrameBytes(stream.joints(0)),
      /** A page each: joint states a second that came; the first is the slow one. */
      receivedPerS: perS,
      cut: seen.filter((s) => s.closed).length,
      cpuShare: (cpu.user + cpu.system) / 1e6 / tookS,
      cpuMicrosecondsPerFrame: (cpu.user + cpu.system) / frames,
      eventLoopDelayP99Ms: delays.percentile(99) / 1e6,
      rssGrowthMB: grownMB('rss'),
      heapGrowthMB: grownMB('heapTotal'),
      buffersGrowthMB: grownMB('external'),
    };
    const text = table([
      ['server of the page', ''],
      ['frames a second, to 4 pages', result.framesPerS.toFixed(0)],
      [
        'of them at the slow page, at the others',
        `${perS[0].toFixed(0)}, ${Math.min(...perS.slice(1)).toFixed(0)}`,
      ],
      ['bytes of a frame, with 7 joints and command', String(result.bytesPerFrame)],
      ['pages cut off', String(result.cut)],
      ['processor, share of one core', `${(100 * result.cpuShare).toFixed(1)} %`],
      ['processor, a frame', `${result.cpuMicrosecondsPerFrame.toFixed(0)} us`],
      ['event loop late, 99 %', `${result.eventLoopDelayP99Ms.toFixed(1)} ms`],
      [`memory, growth in ${tookS.toFixed(0)} s`, `${result.rssGrowthMB.toFixed(1)} MB`],
      [
        'of it heap, buffers',
        `${result.heapGrowthMB.toFixed(1)} MB, ${result.buffersGrowthMB.toFixed(1)} MB`,
      ],
    ]);
    return { result, text };
  } finally {
    stream.end();
    pages.removeAllListeners('exit');
    pages.kill();
    await server.close();
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Joint states at an even rate, and now and then a lesson's spikes. */
class Stream {
  frames = 0;
  private ended = false;

  constructor(
    private readonly server: ViewerServer,
    private readonly names: string[],
    private readonly framesPerS: number,
    /** Frames from one lesson to the next. */
    private readonly framesPerLesson = framesPerS,
  ) {}

  end(): void {
    this.ended = true;
  }

  /** @param seconds how long. */
  async run(seconds: number): Promise<void> {
    const from = performance.now();
    let due = 0;
    while (!this.ended && performance.now() - from < 1000 * seconds) {
      for (; due < ((performance.now() - from) / 1000) * this.framesPerS; due++) this.frame();
      await pause(1);
    }
  }

  private frame(): void {
    this.server.tell(this.joints(this.frames / this.framesPerS));
    if (this.frames++ % this.framesPerLesson === 0)
      this.server.tell({ type: 'activity', activity: shownActivity() });
  }

  joints(timeS: number): JointStates {
    const positions = this.names.map((_, j) => Math.sin(timeS + j));
    const velocities = this.names.map((_, j) => Math.cos(timeS + j));
    return { type: 'joints', timeS, names: this.names, positions, velocities, command: positions };
  }
}
