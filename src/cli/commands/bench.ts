import type { Command } from 'commander';
import { reject } from '../../input_error.js';
import type { Bench, BenchOptions } from '../bench/bench.js';
import { baseCommand } from '../command.js';
import { writeResult } from '../output.js';
import { checkPlotFile } from '../plot_file.js';

/** NAME -> what it measures, and the module in ../bench/ that does. */
const benches: Record<string, [summary: string, load: () => Promise<Bench>]> = {
  pcm: [
    'crossbar product and device statistics against plain JavaScript and aihwkit',
    () => import('../bench/pcm.js'),
  ],
  lesson: ['one lesson against plain JavaScript and JAX', () => import('../bench/lesson.js')],
  motion: ["the motion core's tick with 7 joints, and what it allocates", () => import('../bench/motion.js')],
  scale: [
    'training through an engine: its costs here, and a prediction for many workers',
    () => import('../bench/scale.js'),
  ],
  ros: [
    'a command loop while lessons are learned, and one-way latency, against rclpy',
    () => import('../bench/ros.js'),
  ],
  viewer: [
    "the page's server with four pages, one slow, at ten times its frame rate",
    () => import('../bench/viewer.js'),
  ],
  train: ['meta-training of the motor system against JAX', () => import('../bench/train.js')],
};

/** `bench [NAME]`. */
export function register(program: Command): void {
  const list = Object.entries(benches).map(([name, [summary]]) => `${name} (${summary})`);
  program.addCommand(
    baseCommand('bench', `measure speed against a peer: ${list.join('; ')}`, 'oneshot-arm bench pcm --json -')
      .argument('[name]', 'one benchmark (default: all)')
      .option('--install', 'install missing peers in throw-away environments below .cache', false)
      .option(
        '--engine <url>',
        'train: two threads against two workers of this Redis or Valkey instead; scale: needs it',
      )
      .option('--plot <file>', 'scale: the prediction as a plot (.svg or .png)')
      .option(
        '--seconds <s>',
        'viewer: how long (default: 10); ros: how long the loop runs each time (default: 60)',
        Number,
      )
      .action(run),
  );
}

async function run(name: string | undefined, options: BenchOptions & { json?: string }): Promise<void> {
  const { engine, plot } = options;
  if (engine !== undefined && name !== 'train' && name !== 'scale')
    reject('no-engine', '--engine', 'bench train or bench scale', name ?? 'all benchmarks');
  if (plot !== undefined && name !== 'scale')
    reject('no-plot', '--plot', 'bench scale', name ?? 'all benchmarks');
  if (name === 'scale' && engine === undefined)
    reject('no-engine', '--engine', 'a Redis or Valkey: redis://HOST:PORT', 'none');
  checkPlotFile(plot);
  if (name !== undefined && !Object.hasOwn(benches, name))
    reject('unknown-bench', 'name', `one of ${Object.keys(benches).join(', ')}`, name);
  const results: Record<string, unknown> = {};
  const texts: string[] = [];
  for (const [key, [, load]] of Object.entries(benches)) {
    if (name !== undefined && key !== name) continue;
    console.error(`bench ${key} ...`);
    const from = performance.now();
    const { result, text } = await (await load()).run(options);
    console.error(`bench ${key}: done (${((performance.now() - from) / 1000).toFixed(1)} s)`);
    results[key] = result;
    texts.push(`${key}\n${text}`);
  }
  writeResult(options.json, name === undefined ? results : results[name], texts.join('\n\n'));
}
