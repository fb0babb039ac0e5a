import { existsSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { finding, type Finding } from './finding.js';
import { outputOf } from './programs.js';

/** (module (func (result v128) i32.const 0 i8x16.splat)): valid only where SIMD is. */
const simdModule = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11],
);

/** True where this Node runs WebAssembly SIMD. */
export const hasWasmSimd = (): boolean => WebAssembly.validate(simdModule);

/** Version and backend of tfjs-node, looked up from this package's folder. */
const tensorflow = `
const tf = require('node:module').createRequire(process.argv[1])('@tensorflow/tfjs-node');
console.log(tf.getBackend(), tf.version['tfjs-node']);`;

/** Node, WebAssembly SIMD, trained weights, tfjs-node and cores. */
export async function computingFindings(root: string): Promise<Finding[]> {
  const [major, minor, patch] = process.versions.node.split('.').map(Number);
  const recent = major > 20 || (major === 20 && (minor > 20 || (minor === 20 && patch >= 2)));
  const installed = existsSync(join(root, 'node_modules', '@tensorflow', 'tfjs-node', 'lib', 'napi-v8'));
  const tf = installed
    ? await outputOf(process.execPath, ['-e', tensorflow, join(root, 'package.json')], {
        ...process.env,
        TF_CPP_MIN_LOG_LEVEL: '3',
      }).catch((error: Error) => `does not load: ${error.message}`)
    : 'not installed';
  const simd = hasWasmSimd();
  return [
    finding('Node.js', recent, process.version, 'everything', 'install Node.js 20.20.2 or later', true),
    finding(
      'WebAssembly SIMD',
      simd,
      simd ? 'yes' : 'this Node.js has none',
      'everything that computes',
      'install Node.js 20.20.2 or later',
      true,
    ),
    finding(
      'cores',
      true,
      `${availableParallelism()} (${cpus()[0]?.model ?? 'unknown'}), ${(totalmem() / 2 ** 30).toFixed(1)} GiB`,
      '',
      '',
    ),
    finding(
      'tfjs-node',
      tf.startsWith('tensorflow'),
      tf.trim(),
      'train fewshot',
      'node scripts/setup.mjs --with-tfjs',
    ),
  ];
}
