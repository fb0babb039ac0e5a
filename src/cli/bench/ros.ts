import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { builtModule, packageRoot, withRosEnvironment } from '../../files/ros_environment.js';
import { reject } from '../../input_error.js';
import { table } from '../output.js';
import { type BenchOptions, type BenchReport, median } from './bench.js';
import { distribution, type Kept, lateness } from './lateness.js';
import { rclpyScript } from './ros_rclpy.js';

const rounds = 3;
const loopHz = 200;
const latencyHz = 1000;
/** Part of the time that the loop runs. */
const latencyShare = 1 / 3;

type Side = 'ours' | 'rclpy';
const sides: readonly Side[] = ['ours', 'rclpy'];

/** What a process saw: when, ns; how long after they were sent messages came, ns; lessons that it gave. */
interface Seen {
  times: number[];
  late: number[];
  lessons?: number;
}

interface Round {
  loop: Kept & { lessons: number };
  latency: { p50Ms: number; p99Ms: number; worstMs: number; lost: number };
}

/**
 * A loop at 200 Hz while lessons are learned, and messages at 1 kHz from process to process, against rclpy: runs of the two
 * alternate. Lessons are given in a thread of our process, beside rclpy's by a process of their own.
 */
export async function run({ seconds = 60 }: Pick<BenchOptions, 'seconds'>): Promise<BenchReport> {
  if (!(seconds >= 2 && seconds <= 3600)) reject('bad-seconds', '--seconds', 'from 2 to 3600', seconds);
  if (!existsSync(join(packageRoot(), '.ros/environment.json')) && !process.env.AMENT_PREFIX_PATH)
    return { result: null, text: 'ROS 2 is not set up here (node scripts/setup.mjs): not measured' };
  const seen: Record<Side, Round[]> = { ours: [], rclpy: [] };
  const loads: number[] = [];
  for (let k = 0; k < rounds; k++)
    for (const side of k % 2 ? [...sides].reverse() : sides) {
      console.error(`  round ${k + 1} of ${rounds}: ${side}`);
      seen[side].push({
        loop: await loop(side, seconds),
        latency: await latency(side, seconds * latencyShare),
      });
      loads.push(loadavg()[0]);
    }
  const ratio = (of: (round: Round) => number): number =>
    median(seen.ours.map((round, k) => of(round) / of(seen.rclpy[k])));
  const ratios = {
    loopP99: ratio((r) => r.loop.p99Ms),
    latencyP50: ratio((r) => r.latency.p50Ms),
    latencyP99: ratio((r) => r.latency.p99Ms),
  };
  const result = {
    seconds,
    rounds: seen,
    ratios,
    load: { from: Math.min(...loads), to: Math.max(...loads) },
  };
  const row = (what: string, of: (round: Round) => number, digits: number, worst = false): string[] => {
    const value = (side: Side): number => {
      const all = seen[side].map(of);
      return worst ? Math.max(...all.map(Math.abs)) : median(all);
    };
    return [what, ...sides.map((side) => value(side).toFixed(digits))];
  };
  const text = [
    table([
      [`${loopHz} Hz loop, ${seconds} s, lessons meanwhile`, ...sides],
      row('rate off by, %, at most', (r) => 100 * r.loop.rateError, 3, true),
      row('late, median, ms', (r) => r.loop.p50Ms, 2),
      row('late, 99 %, ms', (r) => r.loop.p99Ms, 2),
      row('late, worst of all, ms', (r) => r.loop.worstMs, 1, true),
      row('lessons', (r) => r.loop.lessons, 0),
      [`one way at ${latencyHz} Hz`, '', ''],
      row('median, ms', (r) => r.latency.p50Ms, 2),
      row('99 %, ms', (r) => r.latency.p99Ms, 2),
      row('worst of all, ms', (r) => r.latency.worstMs, 1, true),
    ]),
    `ours over rclpy, median of ${rounds} pairs: late (99 %) ${ratios.loopP99.toFixed(2)}, one way (99 %) ${ratios.latencyP99.toFixed(2)}; load ${result.load.from.toFixed(1)} to ${result.load.to.toFixed(1)}`,
    'limits: rate within 1 %, late (99 %) at most 1.0 of rclpy',
  ].join('\n');
  return { result, text };
}

async function loop(side: Side, seconds: number): Promise<Round['loop']> {
  const load = side === 'rclpy' ? start('ours', 'nothing', 1, 0, true) : undefined;
  try {
    await load?.ready;
    const process = start(side, 'loop', 1 / loopHz, seconds, side === 'ours');
    const { times, lessons = NaN } = await process.seen;
    return { ...lateness(times, 1e9 / loopHz), lessons };
  } finally {
    load?.end();
  }
}

async function latency(side: Side, seconds: number): Promise<Round['latency']> {
  const load = start('ours', 'nothing', 1, 0, true);
  const receiver = start(side, 'latency_receive', 1 / latencyHz, seconds, false);
  const started = [load, receiver];
  try {
    await Promise.all(started.map(({ ready }) => ready));
    started.push(start(side, 'latency_send', 1 / latencyHz, 3600, false));
    const { times, late } = await receiver.seen;
    const { p50, p99, worst } = distribution(late.map((ns) => ns / 1e6));
    const sent = (times[times.length - 1] / 1e9) * latencyHz;
    return { p50Ms: p50, p99Ms: p99, worstMs: worst, lost: Math.max(0, 1 - times.length / sent) };
  } finally {
    for (const process of started) process.end();
  }
}

interface Started {
  ready: Promise<void>;
  seen: Promise<Seen>;
  end(): void;
}

/** Starts a process of a role. What it says besides is passed on where it fails. */
function start(side: Side, role: string, periodS: number, seconds: number, lessons: boolean): Started {
  const env = {
    ...withRosEnvironment(),
    ROS_AUTOMATIC_DISCOVERY_RANGE: 'LOCALHOST',
    ONESHOT_ARM_EXIT_WITH_PARENT: '1',
  };
  const args = [role, String(periodS), String(seconds), lessons ? 'lessons' : ''];
  const child: ChildProcess =
    side === 'ours'
      ? spawn(process.execPath, [builtModule('cli/bench/ros_process.js'), ...args], { env })
      : spawn('python3', ['-c', rclpyScript, ...args], { env });
  let [output, errors, ended] = ['', '', false];
  const line = (wanted: (text: string) => boolean): Promise<string> =>
    new Promise((resolve, fail) => {
      const look = (): void => {
        // only whole lines
        const found = output.split('\n').slice(0, -1).find(wanted);
        if (found !== undefined) resolve(found);
      };
      child.stdout?.on('data', look);
      child.once('close', (code) => {
        look();
        if (!ended) fail(new Error(`${side}, ${role}: ended (${code}):\n${errors}`));
      });
      child.once('error', fail);
    });
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const ready = line((text) => text === 'ready').then(() => undefined);
  const seen = line((text) => text.startsWith('{')).then((text) => JSON.parse(text) as Seen);
  for (const promise of [ready, seen]) promise.catch(() => undefined);
  const end = (): void => {
    ended = true;
    child.kill('SIGKILL');
  };
  return { ready, seen, end };
}
