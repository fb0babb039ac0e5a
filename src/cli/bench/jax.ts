import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../files/models.js';

/** The peer's script: meta-training as released, in JAX; beside a checkout, or where ONESHOT_ARM_JAX_SCRIPT says. */
export function findScript(): string | null {
  const candidates = [
    process.env.ONESHOT_ARM_JAX_SCRIPT,
    join(packageRoot(), '..', 'shared', 'recipes', 'oracle', 'meta_train_jax.py'),
  ];
  return candidates.find((path): path is string => path !== undefined && existsSync(path)) ?? null;
}

/** A Python with jax and optax: ONESHOT_ARM_JAX, the throw-away environment, or the system's; null where there is none. */
export function findPython(): string | null {
  const own = join(environment(), 'bin', 'python');
  for (const python of [process.env.ONESHOT_ARM_JAX, existsSync(own) ? own : undefined, 'python3'])
    if (python !== undefined && spawnSync(python, ['-c', 'import jax, optax']).status === 0) return python;
  return null;
}

/** Makes the throw-away environment; whether that worked. */
function installJax(): boolean {
  mkdirSync(environment(), { recursive: true });
  const step = (command: string, ...args: string[]): boolean =>
    spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
  return (
    step('python3', '-m', 'venv', environment()) &&
    step(join(environment(), 'bin', 'pip'), 'install', '-q', 'jax', 'optax', 'numpy')
  );
}

/** The JAX peer, or why there is none. */
export type Peer = { python: string; script: string } | { missing: string };

/** Finds the peer. @param install makes a throw-away environment where no Python has jax. @param bench that is run, for the hint. */
export function findPeer(install: boolean, bench: string): Peer {
  const script = findScript();
  if (!script) return { missing: 'the JAX script is not there' };
  const python = findPython() ?? (install && installJax() ? findPython() : null);
  return python
    ? { python, script }
    : { missing: `no Python with jax and optax (bench ${bench} --install makes one)` };
}

function environment(): string {
  return join(packageRoot(), '.cache', 'jax');
}

/** Iterations a second of the peer, compilation not counted. @throws Error with the script's message where it fails. */
export function jaxIterationsPerS(
  { python, script }: { python: string; script: string },
  sizes: { lsg: number; trainee: number; batch: number; steps: number; iterations: number; seed: number },
): number {
  const folder = mkdtempSync(join(tmpdir(), 'oneshot-arm-jax-'));
  try {
    const { lsg, trainee, batch, steps, seed } = sizes;
    const iterations = 50 * Math.ceil(sizes.iterations / 50) + 50;
    const args = {
      M: lsg,
      N: trainee,
      B: batch,
      T: steps,
      iters: iterations,
      seed,
      out: join(folder, 'run'),
    };
    const stdout = runPython(python, [
      script,
      ...Object.entries(args).flatMap(([k, v]) => [`--${k}`, String(v)]),
    ]);
    // lines: "ITERATIONS SECONDS s ..." every 50 iterations; the first 50 contain the compilation
    const times = [...stdout.matchAll(/^(\d+) (\d+) s /gm)].map(([, i, s]) => [Number(i), Number(s)]);
    const [first, last] = [times[0], times[times.length - 1]];
    return (last[0] - first[0]) / (last[1] - first[1]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const lessonScript = `
import json, os, sys, time
sys.path.insert(0, os.path.dirname(sys.argv[1]))
import jax, meta_train_jax as peer
A = json.loads(sys.argv[2])
key = jax.random.PRNGKey(A['seed'])
weights = peer.init(key, A['lsg'], A['trainee'])
target = peer.tasks(key, 1, A['steps'], 'unclipped')
lesson = jax.jit(lambda weights, target: peer.lesson(weights, target, 'bits')[0])
times = []
for k in range(33):
    start = time.perf_counter()
    lesson(weights, target).block_until_ready()
    times.append(time.perf_counter() - start)
print(1e6 * sorted(times[3:])[15])
`;

/** Median wall time of one lesson of the peer, compilation not counted, us. @throws Error with Python's message where it fails. */
export function jaxLessonUs(
  { python, script }: { python: string; script: string },
  sizes: { lsg: number; trainee: number; steps: number; seed: number },
): number {
  return Number(runPython(python, ['-c', lessonScript, script, JSON.stringify(sizes)]).trim());
}

/** What Python prints, on the CPU. @throws Error with its last line where it fails. */
function runPython(python: string, args: string[]): string {
  const { status, stdout, stderr } = spawnSync(python, args, {
    encoding: 'utf8',
    env: { ...process.env, JAX_PLATFORMS: 'cpu' },
  });
  if (status !== 0) throw new Error(`the JAX peer failed: ${stderr.trim().split('\n').at(-1)}`);
  return stdout;
}
