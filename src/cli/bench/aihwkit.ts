import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { packageRoot } from '../../files/models.js';

/** Relative conductances at which the statistics are compared. */
export const levels = [0, 0.25, 0.5, 0.75, 1];
/** Devices drawn at each. */
export const samples = 100_000;
/** Age of the devices when they are read, s. */
export const ageS = 86_400;

/** What aihwkit drew, in units of G_max: [level][quantity] -> values. Quantities: programmed, drift exponent, read. */
export type Draws = Float32Array[][];

/** Noise of the weights in aihwkit's products: variance proportional to the weight's magnitude, or the same for all. */
export const noiseTypes = ['PCM_READ', 'ADDITIVE_CONSTANT'] as const;
export type NoiseType = (typeof noiseTypes)[number];
/** Standard deviation of its largest weight's noise in a product, as a share of that weight. */
export const weightNoise = 0.01;

/** IBM's aihwkit, running in a process of its own. */
export interface Aihwkit {
  version: string;
  /** Class of the tile's configuration; null where the tile does not run with the PyTorch that is installed. */
  tile: string | null;
  /** What its PCM-like and HERMES models drew. */
  draws: { 'pcm-like': Draws; hermes: Draws };
  /** Wall time of the fastest of `repeats` 256 x 256 products with 8-bit converters, microseconds a vector. */
  time(noise: NoiseType, vectors: number, repeats: number): Promise<number>;
  /** Ends the process. */
  close(): void;
}

const script = `
import json, sys, time, warnings
warnings.filterwarnings('ignore')
import torch, aihwkit
from aihwkit.inference import PCMLikeNoiseModel
from aihwkit.inference.noise.hermes import HermesNoiseModel
from aihwkit.nn import AnalogLinear
from aihwkit.simulator.configs import InferenceRPUConfig
from aihwkit.simulator.parameters.enums import BoundManagementType, WeightNoiseType
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
def make(noise):
    config = InferenceRPUConfig()
    config.forward.inp_res = 1 / 254
    config.forward.out_res = 1 / 254
    config.forward.out_noise = 0.0
    config.forward.w_noise = float(sys.argv[6])
    config.forward.w_noise_type = getattr(WeightNoiseType, noise)
    config.forward.bound_management = BoundManagementType.NONE
    layer = AnalogLinear(256, 256, bias=False, rpu_config=config)
    layer.eval()
    with torch.no_grad():
        layer(torch.rand(1, 256))
    return layer
tile, layers = 'InferenceRPUConfig', {}
try:
    layers = {noise: make(noise) for noise in json.loads(sys.argv[7])}
except Exception:  # its compiled part was built for another PyTorch
    tile = None
print(json.dumps({'version': aihwkit.__version__, 'tile': tile}), flush=True)
for line in sys.stdin:
    noise, batch, repeats = line.split()
    batch, repeats = int(batch), int(repeats)
    x = torch.rand(batch, 256) * 2 - 1
    times = []
    with torch.no_grad():
        for k in range(repeats + repeats // 10):
            start = time.perf_counter()
            layers[noise](x)
            times.append(time.perf_counter() - start)
    print(1e6 * min(times[repeats // 10:]) / batch, flush=True)
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

/** Starts aihwkit and has it draw from its models; null and a message on standard error where it cannot be run. */
export async function startAihwkit(python: string, seed: number): Promise<Aihwkit | null> {
  const folder = mkdtempSync(join(tmpdir(), 'aihwkit-'));
  const file = join(folder, 'draws');
  const told = [samples, ageS, seed, JSON.stringify(levels), weightNoise, JSON.stringify(noiseTypes)];
  const child = spawn(python, ['-c', script, file, ...told.map(String)], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<unknown> => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`aihwkit did not run: ${errors.trim().split('\n').at(-1)}`);
    return JSON.parse(value);
  };
  try {
    const { version, tile } = (await answer()) as Pick<Aihwkit, 'version' | 'tile'>;
    const bytes = readFileSync(file);
    const all = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    let at = 0;
    const take = (): Draws => levels.map(() => [0, 1, 2].map(() => all.subarray(at, (at += samples))));
    return {
      version,
      tile,
      draws: { 'pcm-like': take(), hermes: take() },
      time: async (noise, vectors, repeats) => {
        child.stdin.write(`${noise} ${vectors} ${repeats}\n`);
        return (await answer()) as number;
      },
      close: () => child.stdin.end(),
    };
  } catch (error) {
    console.error((error as Error).message);
    child.kill();
    return null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
