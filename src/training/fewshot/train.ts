import { Random } from '../../kernels/random.js';
import {
  characterConfig,
  convolutionShape,
  type CharacterConfig,
  type CharacterWeights,
} from '../../fewshot/network.js';
import { inputSide } from '../../fewshot/prepare_image.js';
import { Adam, scheduledRate } from './adam.js';
import { readCheckpoint, writeCheckpoint, type TrainingState } from './checkpoint.js';
import { drawBatch, type BatchPlan, type TrainingAlphabet } from './classes.js';
import { drawEpisodes, type EpisodeGroup } from './episodes.js';
import { accuracy, adaptedLogits, features, outerLoss } from './outer_loss.js';
import { loadTensorFlow, type Scalar, type Tensor2D, type Tensor4D, type Tf } from './tensorflow.js';
import { initialConvolutions } from './untrained.js';

/** How to train. */
export interface TrainingPlan {
  iterations: number;
  seed: number;
  rate: number;
  warmup: number;
  /** Part of the iterations over which the rate falls to zero. */
  decay: number;
  /** Iterations that the averaged weights look back over. */
  averageOver: number;
  batch: BatchPlan;
  groups: EpisodeGroup[];
  /** Iterations between reports, and at least so many seconds between checkpoints. */
  reportEvery: number;
  checkpointEveryS: number;
}

/** What our default weights were trained with, apart from the number of iterations. */
export const trainingPlan: TrainingPlan = {
  iterations: 6000,
  seed: 0,
  rate: 1.5e-3,
  warmup: 100,
  decay: 0.4,
  averageOver: 300,
  batch: { handwritten: 44, synthetic: 8, alphabets: 2, pictures: 8 },
  groups: [
    { episodes: 32, ways: 5, shots: 5, queries: 3 },
    { episodes: 32, ways: 5, shots: 1, queries: 7 },
    { episodes: 8, ways: 20, shots: 5, queries: 3 },
    { episodes: 8, ways: 20, shots: 1, queries: 7 },
  ],
  reportEvery: 50,
  checkpointEveryS: 100,
};

/** Told at every evaluation and checkpoint. */
export interface Progress {
  state: Omit<TrainingState, 'values'>;
  secondsPerIteration: number;
  weights: CharacterWeights;
}

/**
 * Meta-trains the convolutions and the feature scale, outer gradient through the unrolled updates of the readout.
 * Every iteration's draws follow from the seed and its number: an interrupted run goes on as it would have.
 * @param folder for checkpoints, about every two minutes. @param resume go on from the checkpoint there.
 * @param validation alphabets for the curve (never those held out for the test); empty: fresh synthetic characters.
 */
export async function train(
  alphabets: readonly TrainingAlphabet[],
  validation: readonly TrainingAlphabet[],
  plan: TrainingPlan,
  folder: string,
  resume: boolean,
  onProgress: (progress: Progress, checkpointed: boolean) => void,
): Promise<{ weights: CharacterWeights; state: Omit<TrainingState, 'values'> }> {
  const tf = loadTensorFlow();
  const config = { ...characterConfig };
  const shapes = Array.from({ length: config.layers }, (_, k) => convolutionShape(config, k));
  const adam = new Adam([
    ...initialConvolutions(config, new Random(plan.seed, -1)),
    Float32Array.of(Math.log(0.8)),
  ]);
  let state: Omit<TrainingState, 'values'> = {
    iteration: 0,
    steps: 0,
    trainingTimeS: 0,
    seed: plan.seed,
    curve: [],
  };
  if (resume) {
    const { values: _, ...saved } = readCheckpoint(folder, adam);
    state = saved;
  }
  let savedAt = performance.now();
  let lossSum = 0;
  let tick = performance.now();
  for (; state.iteration < plan.iterations;) {
    const random = new Random(state.seed, state.iteration);
    const batch = drawBatch(alphabets, plan.batch, random);
    const groups = plan.groups.map((group) => ({
      group,
      rows: drawEpisodes(batch.groups, plan.batch.pictures, group, random),
    }));
    const { loss, gradients } = differentiate(tf, config, shapes, adam.parameters, batch.pixels, groups);
    adam.step(gradients, scheduledRate(state.iteration, plan), plan.averageOver);
    lossSum += loss;
    state.iteration++;
    state.steps = adam.steps;
    const now = performance.now();
    state.trainingTimeS += (now - tick) / 1000;
    const spent = now - tick;
    tick = now;
    const last = state.iteration === plan.iterations;
    if (state.iteration % plan.reportEvery === 0 || last) {
      const weights = toWeights(config, adam.average);
      const n = state.iteration % plan.reportEvery || plan.reportEvery;
      state.curve.push({
        iteration: state.iteration,
        loss: lossSum / n,
        accuracy: validate(tf, weights, shapes, validation, state.seed),
      });
      lossSum = 0;
      const checkpoint = last || performance.now() - savedAt >= 1000 * plan.checkpointEveryS;
      if (checkpoint) {
        writeCheckpoint(folder, state, adam);
        savedAt = performance.now();
      }
      onProgress({ state, secondsPerIteration: spent / 1000, weights }, checkpoint);
      await new Promise((resolve) => setImmediate(resolve));
      tick = performance.now();
    }
  }
  return { weights: toWeights(config, adam.average), state };
}

/** Outer loss and its gradients with respect to the convolutions and the logarithm of the feature scale. */
export function differentiate(
  tf: Tf,
  config: CharacterConfig,
  shapes: readonly [number, number, number, number][],
  parameters: readonly Float32Array[],
  pixels: Float32Array,
  groups: Parameters<typeof outerLoss>[5],
): { loss: number; gradients: Float32Array[] } {
  return tf.tidy(() => {
    const pictures = toPictures(tf, pixels);
    const inputs = [
      ...shapes.map((shape, k) => tf.tensor(parameters[k], shape)),
      tf.scalar(parameters[shapes.length][0]),
    ];
    const f = (...p: unknown[]) =>
      outerLoss(tf, config, pictures, p.slice(0, -1) as Tensor4D[], p[p.length - 1] as Scalar, groups);
    const { value, grads } = tf.valueAndGrads(f as never)(inputs);
    return {
      loss: (value as Scalar).dataSync()[0],
      gradients: grads.map((g) => g.dataSync() as Float32Array),
    };
  });
}

function validate(
  tf: Tf,
  weights: CharacterWeights,
  shapes: readonly [number, number, number, number][],
  validation: readonly TrainingAlphabet[],
  seed: number,
): number {
  const random = new Random(seed, -2);
  const plan: BatchPlan = validation.length
    ? { handwritten: validation.reduce((n, a) => n + a.characters.length, 0), synthetic: 0, pictures: 10 }
    : { handwritten: 0, synthetic: 30, pictures: 10 };
  const batch = drawBatch(validation, plan, random);
  const group = { episodes: 200, ways: 5, shots: 1, queries: 9 };
  const rows = drawEpisodes(new Int32Array(batch.groups.length), plan.pictures, group, random);
  return tf.tidy(() => {
    const convolutions = shapes.map((shape, k) => tf.tensor4d(weights.convolutions[k], shape));
    const h = features(tf, weights.config, toPictures(tf, batch.pixels), convolutions);
    const scaled = tf.mul(h, weights.config.featureScale) as Tensor2D;
    return accuracy(tf, adaptedLogits(tf, weights.config, scaled, group, rows), group.ways, group.queries);
  });
}

function toPictures(tf: Tf, pixels: Float32Array): Tensor4D {
  return tf.tensor4d(pixels, [pixels.length / (inputSide * inputSide), inputSide, inputSide, 1]);
}

function toWeights(config: CharacterConfig, parameters: readonly Float32Array[]): CharacterWeights {
  return {
    config: { ...config, featureScale: Math.exp(parameters[config.layers][0]) },
    convolutions: parameters.slice(0, config.layers).map((p) => p.slice()),
    readout: new Float32Array(config.channels * config.outputs),
  };
}
