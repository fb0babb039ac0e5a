import type { Kernel } from '../../kernels/load.js';
import type { OptimizerState } from './checkpoint.js';
import type { MetaExports } from './meta_gradient.js';
import { rateAt, type RunConfig } from './run_config.js';
import { shardCount } from './sharding.js';

/** The parameter vector in as many pieces as there are shards: sums of squares are taken by piece, whoever takes them. */
export function pieceLength(count: number, run: Pick<RunConfig, 'shards' | 'batch'>): number {
  return Math.ceil(count / shardCount(run) / 16) * 16;
}

/** Adam with averaged parameters on consecutive pieces of the parameter vector, in kernel memory. */
export class Optimizer {
  readonly from: number;
  readonly length: number;
  private readonly parameters: Float32Array;
  private readonly gradient: Float32Array;
  private readonly first: Float32Array;
  private readonly second: Float32Array;
  private readonly mean: Float32Array;
  /** A piece for each level of the tree. */
  private readonly levels: Float32Array[];

  /** Floats of kernel memory. */
  static elements(count: number, run: RunConfig, pieces: number): number {
    const piece = pieceLength(count, run);
    return 5 * pieces * piece + (Math.ceil(Math.log2(shardCount(run))) + 1) * (piece + 16) + 256;
  }

  constructor(
    private readonly kernel: Kernel<MetaExports>,
    private readonly run: RunConfig,
    count: number,
    private readonly firstPiece: number,
    private readonly lastPiece: number,
  ) {
    const piece = pieceLength(count, run);
    this.from = Math.min(count, firstPiece * piece);
    this.length = Math.min(count, lastPiece * piece) - this.from;
    [this.parameters, this.gradient, this.first, this.second, this.mean] = Array.from({ length: 5 }, () =>
      kernel.f32(this.length),
    );
    const levels = Math.ceil(Math.log2(shardCount(run))) + 1;
    this.levels = Array.from({ length: levels }, () => kernel.f32(piece));
  }

  /** Takes its part of a whole state. */
  load(state: OptimizerState): void {
    this.parameters.set(this.part(state.parameters));
    this.first.set(this.part(state.first));
    this.second.set(this.part(state.second));
    this.mean.set(this.part(state.mean));
  }

  /** Puts its part into a whole state. */
  save(state: Omit<OptimizerState, 'parameters'>): void {
    state.first.set(this.first, this.from);
    state.second.set(this.second, this.from);
    state.mean.set(this.mean, this.from);
  }

  /**
   * Adds up gradients, one a leaf, by the fixed tree; `squares` gets each piece's sum of squares.
   * @param leaves the shards' gradients, or those of equal aligned blocks of shards.
   */
  reduce(leaves: readonly Float32Array[], squares: Float64Array): void {
    const { kernel, firstPiece, lastPiece, from, length, gradient, levels } = this;
    const piece = levels[0].length;
    let span = 1;
    while (span < leaves.length) span *= 2;
    for (let p = firstPiece; p < lastPiece; p++) {
      const at = Math.min(from + length, p * piece);
      const n = Math.min(from + length, at + piece) - at;
      squares[p] = 0;
      if (n === 0) continue;
      const sum = (leaf: number, width: number, level: number): void => {
        if (width === 1) {
          levels[level].set(leaves[leaf].subarray(at, at + n));
          return;
        }
        sum(leaf, width / 2, level);
        if (leaf + width / 2 >= leaves.length) return;
        sum(leaf + width / 2, width / 2, level + 1);
        kernel.exports.add(levels[level].byteOffset, levels[level + 1].byteOffset, n);
      };
      sum(0, span, 0);
      squares[p] = kernel.exports.sumOfSquares(levels[0].byteOffset, n);
      gradient.set(levels[0].subarray(0, n), at - from);
    }
  }

  /** The gradient of its pieces that reduce() left (a view). */
  get reduced(): Float32Array {
    return this.gradient;
  }

  /** One step of Adam with the reduced gradient, scaled to at most the run's norm. `squares` of all pieces. */
  step(iteration: number, squares: Float64Array, parameters: Float32Array): number {
    const { run, length } = this;
    let sum = 0;
    for (const s of squares) sum += s;
    const norm = Math.sqrt(sum);
    if (!Number.isFinite(norm))
      throw new Error(`iteration ${iteration}: the gradient is not finite; lower the rate`);
    if (length === 0) return norm;
    const t = iteration + 1;
    this.kernel.exports.adam(
      this.parameters.byteOffset,
      this.gradient.byteOffset,
      this.first.byteOffset,
      this.second.byteOffset,
      this.mean.byteOffset,
      length,
      Math.min(1, run.clipNorm / norm),
      rateAt(run, iteration) / (1 - 0.9 ** t),
      0.9,
      0.999,
      1 / (1 - 0.999 ** t),
      1e-8,
      Math.min(run.averageKeep, t / (t + 9)),
    );
    parameters.set(this.parameters, this.from);
    return norm;
  }

  private part(whole: Float32Array): Float32Array {
    return whole.subarray(this.from, this.from + this.length);
  }
}
