import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CharacterLearner } from '../src/fewshot/character_learner';
import { characterSynapses } from '../src/fewshot/character_synapses';
import { evaluateEpisodes } from '../src/fewshot/evaluate_episodes';
import { readAnyCharacterWeights } from '../src/files/any_character_weights';
import { weightsPath } from '../src/files/models';
import { readOmniglot, type OmniglotAlphabet } from '../src/files/omniglot';
import { testClasses } from '../src/cli/fewshot/test_classes';
import { Random } from '../src/kernels/random';

const data = join(__dirname, '..', '..', 'shared', 'data', 'omniglot');
const present = existsSync(data);
if (!present) console.warn('accuracy on held-out alphabets skipped: no ../shared/data/omniglot');

const { made, weights } = readAnyCharacterWeights(weightsPath(undefined, 'fewshot-default'));
const mean = (values: number[]) => values.reduce((a, b) => a + b) / values.length;
const episodes = (shots: number, count: number) => ({ ways: 5, shots, queries: 5, count });

test('the packaged network is the one of the paper', () => {
  expect(weights.config).toMatchObject({
    channels: 56,
    layers: 4,
    outputs: 5,
    updates: 4,
    normalisation: 'image',
  });
  const devices = 4 * [...weights.convolutions, weights.readout].reduce((n, w) => n + w.length, 0);
  expect(devices).toBe(341824);
});

test('synthetic characters that training never drew: learned on software and on emulated memory', async () => {
  const software = new CharacterLearner(weights);
  const classes = await testClasses(software, undefined, undefined, [], 11);
  const some = { sizes: classes.sizes.slice(0, 12), pictures: classes.pictures.subarray(0, 12 * 20 * 784) };
  const exact = mean(evaluateEpisodes(software, some, episodes(5, 60), new Random(1)));
  expect(exact).toBeGreaterThan(0.9);
  const synapses = await characterSynapses('pcm', 3);
  const chip = new CharacterLearner(weights, synapses(weights.config));
  expect(mean(evaluateEpisodes(chip, some, episodes(5, 60), new Random(1)))).toBeGreaterThan(exact - 0.03);
});

(present ? describe : describe.skip)('alphabets held out of training', () => {
  const learner = new CharacterLearner(weights);
  const heldOut = made.testAlphabets as string[];

  test('none of them was trained or validated on, and they are the smallest', async () => {
    const all: OmniglotAlphabet[] = await readOmniglot(data);
    const used = [...(made.trainingAlphabets as string[]), ...(made.validationAlphabets as string[])];
    expect(heldOut.filter((name) => used.includes(name))).toEqual([]);
    const sizes = all.map((a) => a.characters.length).sort((a, b) => a - b);
    const own = all.filter((a) => heldOut.includes(a.name)).map((a) => a.characters.length);
    expect(own.sort((a, b) => a - b)).toEqual(sizes.slice(0, heldOut.length));
  }, 120000);

  test('500 episodes: at least 98.8 % with five shots, 97.5 % with one', async () => {
    const classes = await testClasses(learner, data, undefined, heldOut, 0);
    expect(
      mean(evaluateEpisodes(learner, classes, episodes(5, 500), new Random(0, 1))),
    ).toBeGreaterThanOrEqual(0.988);
    expect(
      mean(evaluateEpisodes(learner, classes, episodes(1, 500), new Random(0, 2))),
    ).toBeGreaterThanOrEqual(0.975);
  }, 120000);
});
