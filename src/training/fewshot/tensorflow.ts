import type * as TensorFlow from '@tensorflow/tfjs-node';

export type Tf = typeof TensorFlow;
export type { Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D, Scalar } from '@tensorflow/tfjs-node';

/** Loads TensorFlow; it is an optional dependency, for training only. @throws Error that says how to get it. */
export function loadTensorFlow(): Tf {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '3';
  try {
    return require('@tensorflow/tfjs-node') as Tf;
  } catch (error) {
    const why = (error as Error).message.split('\n')[0];
    throw new Error(
      `training needs @tensorflow/tfjs-node, which does not load (${why}); see docs/fewshot.md`,
    );
  }
}
