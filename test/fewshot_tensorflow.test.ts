import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CharacterLearner } from '../src/fewshot/character_learner';
import { episodeLabels, takeRows } from '../src/fewshot/episodes';
import { FeatureExtractor } from '../src/fewshot/features';
import { characterConfig, convolutionShape } from '../src/fewshot/network';
import { Random } from '../src/kernels/random';
import { softwareSynapses } from '../src/synapses/software_synapses';
import { drawBatch } from '../src/training/fewshot/classes';
import { drawEpisodes } from '../src/training/fewshot/episodes';
import { adaptedLogits, features } from '../src/training/fewshot/outer_loss';
import { loadTensorFlow, type Tensor2D, type Tf } from '../src/training/fewshot/tensorflow';
import { differentiate, train, trainingPlan, type TrainingPlan } from '../src/training/fewshot/train';
import { initialConvolutions, untrainedWeights } from '../src/training/fewshot/untrained';

let tf: Tf | null = null;
try {
  tf = loadTensorFlow();
} catch (error) {
  console.warn(`tests against TensorFlow skipped: ${(error as Error).message}`);
}
const describeTf = tf ? describe : describe.skip;

describeTf('against TensorFlow', () => {
  const config = characterConfig;
  const batch = drawBatch([], { handwritten: 0, synthetic: 6, pictures: 4 }, new Random(1));
  const shapes = Array.from({ length: 4 }, (_, k) => convolutionShape(config, k));

  test("features equal TensorFlow's to 1e-4", () => {
    const weights = untrainedWeights(config, new Random(2));
    const own = new FeatureExtractor(weights, softwareSynapses).extract(batch.pixels);
    const theirs = tf!.tidy(() => {
      const kernels = weights.convolutions.map((w, k) => tf!.tensor4d(w, shapes[k]));
      return features(tf!, config, tf!.tensor4d(batch.pixels, [24, 28, 28, 1]), kernels).dataSync();
    });
    own.forEach((x, k) => expect(Math.abs(x - theirs[k])).toBeLessThan(1e-4));
  });

  test('an update equals autodiff of the last layer to 1e-6', () => {
    const random = new Random(3);
    const learner = new CharacterLearner(untrainedWeights(config, random));
    const h = learner.extractor.extract(batch.pixels).subarray(0, 20 * 56);
    const labels = episodeLabels(5, 4);
    learner.learn(h, labels, { updates: 1 });
    const before = learner.readout.read().slice();
    learner.refine(h, labels, { updates: 1 });
    const change = learner.readout.read().map((w, k) => w - before[k]);
    const gradient = tf!.tidy(() => {
      const y = tf!.oneHot(tf!.tensor1d(labels, 'int32'), 5);
      const x = tf!.tensor2d(h.slice(), [20, 56]);
      const loss = (w: Tensor2D) => tf!.losses.softmaxCrossEntropy(y, tf!.matMul(x, w)).asScalar();
      return tf!
        .grad(loss as never)(tf!.tensor2d(before, [56, 5]))
        .dataSync();
    });
    change.forEach((d, k) => expect(Math.abs(d + config.rate * gradient[k])).toBeLessThan(1e-6));
  });

  test('the unrolled inner loop of training is what the learner does', () => {
    const weights = untrainedWeights(config, new Random(4));
    const learner = new CharacterLearner(weights);
    const group = { episodes: 3, ways: 5, shots: 2, queries: 2 };
    const rows = drawEpisodes(batch.groups, 4, group, new Random(5));
    const h = learner.extractor.extract(batch.pixels);
    const logits = tf!.tidy(() =>
      tf!.softmax(adaptedLogits(tf!, config, tf!.tensor2d(h, [24, 56]), group, rows)).dataSync(),
    );
    for (let t = 0; t < 3; t++) {
      learner.learn(takeRows(h, 56, [...rows.support.subarray(10 * t, 10 * t + 10)]), episodeLabels(5, 2));
      const scores = learner.scores(takeRows(h, 56, [...rows.query.subarray(10 * t, 10 * t + 10)]));
      scores.forEach((p, k) => expect(Math.abs(p - logits[50 * t + k])).toBeLessThan(1e-4));
    }
  });

  test('the outer gradient goes through the updates: it equals differences of the outer loss', () => {
    const small = { ...config, channels: 8 };
    const parameters = [...initialConvolutions(small, new Random(6)), Float32Array.of(0.3)];
    const sizes = Array.from({ length: 4 }, (_, k) => convolutionShape(small, k));
    const group = { episodes: 4, ways: 5, shots: 1, queries: 3 };
    const groups = [{ group, rows: drawEpisodes(batch.groups, 4, group, new Random(7)) }];
    const at = (p: Float32Array[]) => differentiate(tf!, small, sizes, p, batch.pixels, groups);
    const { gradients } = at(parameters);
    parameters.forEach((_, i) => {
      const length = Math.hypot(...gradients[i]);
      const moved = (step: number) =>
        at(parameters.map((p, k) => (k === i ? p.map((x, j) => x + (step * gradients[i][j]) / length) : p)))
          .loss;
      const slope = (moved(1e-3) - moved(-1e-3)) / 2e-3;
      // ReLU and the maximum have kinks: a few per cent
      expect(Math.abs(slope - length)).toBeLessThan(0.05 * length + 1e-3);
    });
  });

  test('an interrupted run that resumes ends as an uninterrupted one, and the loss falls', async () => {
    const folders = [0, 1].map(() => mkdtempSync(join(tmpdir(), 'oneshot-arm-fewshot-')));
    const plan: TrainingPlan = {
      ...trainingPlan,
      iterations: 12,
      warmup: 2,
      batch: { handwritten: 0, synthetic: 8, pictures: 4 },
      groups: [{ episodes: 8, ways: 5, shots: 1, queries: 3 }],
    };
    try {
      const whole = await train([], [], plan, folders[0], false, () => undefined);
      // stops after six of twelve iterations, as if the process had ended there
      class Stop extends Error {}
      await expect(
        train([], [], { ...plan, reportEvery: 6, checkpointEveryS: 0 }, folders[1], false, () => {
          throw new Stop();
        }),
      ).rejects.toThrow(Stop);
      expect(JSON.parse(readFileSync(join(folders[1], 'state.json'), 'utf8')).iteration).toBe(6);
      const resumed = await train([], [], plan, folders[1], true, () => undefined);
      resumed.weights.convolutions.forEach((w, k) =>
        w.forEach((x, j) => expect(Math.abs(x - whole.weights.convolutions[k][j])).toBeLessThan(1e-4)),
      );
      expect(existsSync(join(folders[1], 'state.json'))).toBe(true);
      writeFileSync(join(folders[1], 'state.json'), '{"iteration": -1}');
      await expect(train([], [], plan, folders[1], true, () => undefined)).rejects.toThrow(
        /state.json: iteration/,
      );
    } finally {
      folders.forEach((f) => rmSync(f, { recursive: true, force: true }));
    }
  }, 180000);
});
