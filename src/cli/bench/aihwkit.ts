import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../files/models.js';

/** Relative conductances at which the statistics are compared. */
export const levels = [0, 0.25, 0.5, 0.75, 1];
/** Devices drawn at each. */
export const samples = 100_000;
/** Age of the devices when they are read, s. */
export const ageS = 86_400;

/** What aihwkit drew, in units of G_max: [level][quantity] -> values. Quantities: programmed, drift exponent, read. */
export type Draws = Float32Array[][];

/** Results of IBM's aihwkit: its PCM-like and HERMES models, and its inference tile. */
export interface AihwkitResult {
  version: string;
  /** Class of the tile's configuration. */
  tile: string;
  draws: { 'pcm-like': Draws; hermes: Draws };
  /** Wall time of a 256 x 256 product with 8-bit converters and output noise, microseconds a vector; null where the tile does not run. */
  tileUs: { single: number; batch: number } | null;
}

const script = `
import json, sys, time, warnings
warnings.filterwarnings('ignore')
import torch, aihwkit
from aihwkit.inference import PCMLikeNoiseModel
from aihwkit.inference.noise.hermes import HermesNoiseModel
from aihwkit.nn import AnalogLinear
from aihwkit.simulator.configs import InferenceRPUConfig
from aihwkit.simulator.parameters.enums import WeightNoiseType
out, n, age, seed = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
levels = json.loads(sys.argv[5])
torch.manual_seed(seed)
torch.set_num_threads(1)
with open(out, 'wb') as f:
    for model, g_max in ((PCMLikeNoiseModel(g_max=25.0), 25.0), (HermesNoiseModel(num_devices=2), 20.7)):
        for level in levels:
            target = torch.full((n,), level * g_max)
            programmed = model.apply_programming_noise_to_conductance(target.clone())
            nu = model.generate_drift_coefficients(target.clone())
            read = model.apply_drift_noise_to_conductance(programmed, nu, age)
            for values in (programmed / g_max, nu, read / g_max):
                f.write(values.float().numpy().tobytes())
def make(config):
    config.forward.inp_res = 1 / 254
    config.forward.out_res = 1 / 254
    config.forward.w_noise = 0.01
    config.forward.w_noise_type = WeightNoiseType.ADDITIVE_CONSTANT
    layer = AnalogLinear(256, 256, bias=False, rpu_config=config)
    layer.eval()
    with torch.no_grad():
        layer(torch.rand(1, 256))
    return layer
tile, layer = 'InferenceRPUConfig', None
try:
    layer = make(InferenceRPUConfig())
except Exception:  # its compiled part was built for another PyTorch
    pass
def timed(batch, repeats):
    x = torch.rand(batch, 256) * 2 - 1
    times = []
    with torch.no_grad():
        for k in range(repeats + repeats // 10):
            start = time.perf_counter()
            layer(x)
            times.append(time.perf_counter() - start)
    times = sorted(times[repeats // 10:])
    return 1e6 * times[len(times) // 2] / batch
print(json.dumps({'version': aihwkit.__version__, 'tile': tile, 'tileUs': layer and {'single': timed(1, 500), 'batch': timed(64, 200)}}))
`;

/** Python of the throw-away environment that `bench --install` makes, of ONESHOT_ARM_AIHWKIT, or the system's. */
export function findPython(): string | null {
  const own = join(packageRoot(), '.cache', 'aihwkit', 'bin', 'python');
  const candidates = [process.env.ONESHOT_ARM_AIHWKIT, existsSync(own) ? own : undefined, 'python3'];
  for (const python of candidates) {
    if (!python) continue;
    const check = ['-c', 'import importlib.util as u, sys; sys.exit(0 if u.find_spec("aihwkit") else 1)'];
    if (spawnSync(python, check, { stdio: 'ignore' }).status === 0) return python;
  }
  return null;
}

/** aihwkit's compiled part loads with the PyTorch that it was built for, and with no newer one. */
const pinned = ['aihwkit==1.1.0', 'torch==2.10.0'];

/** Makes the throw-away environment; false and a message on standard error where that fails. */
export function installAihwkit(): boolean {
  const at = join(packageRoot(), '.cache', 'aihwkit');
  console.error(`installing aihwkit and PyTorch (several GB) below ${at}`);
  for (const [command, args] of [
    ['python3', ['-m', 'venv', at]],
    [join(at, 'bin', 'pip'), ['install', '--quiet', '--no-cache-dir', '--only-binary', ':all:', ...pinned]],
  ] as const) {
    const { status } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    if (status !== 0) {
      console.error('aihwkit could not be installed');
      return false;
    }
  }
  return true;
}

/** Draws from aihwkit's models and times its tile; null where it cannot be run. */
export function runAihwkit(python: string, seed: number): AihwkitResult | null {
  const folder = mkdtempSync(join(tmpdir(), 'aihwkit-'));
  try {
    const file = join(folder, 'draws');
    const args = ['-c', script, file, String(samples), String(ageS), String(seed), JSON.stringify(levels)];
    const { status, stdout, stderr } = spawnSync(python, args, { encoding: 'utf8' });
    if (status !== 0) {
      console.error(`aihwkit did not run: ${stderr.trim().split('\\n').at(-1)}`);
      return null;
    }
    const bytes = readFileSync(file);
    const all = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    let at = 0;
    const take = (): Draws => levels.map(() => [0, 1, 2].map(() => all.subarray(at, (at += samples))));
    const measured = JSON.parse(stdout.trim().split('\\n').at(-1)!) as Pick<
      AihwkitResult,
      'version' | 'tile' | 'tileUs'
    >;
    return { ...measured, draws: { 'pcm-like': take(), hermes: take() } };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
